// feedForward(rows, width, inner, activation, precision, wideningKernel, narrowingKernel, x, wideningBias,
//   narrowingBias, y, widened, slopes)
// feedForwardGradient(rows, width, inner, activation, precision, wideningKernel, narrowingKernel, widened, slopes, dy,
//   x, dx, dWideningKernel, dWideningBias, dNarrowingKernel, dNarrowingBias)
#include "binding/kernel_functions.h"

namespace malmoi {
namespace {

/** Sizes of the arrays. */
struct Sizes {
  /** [rows, width]. */
  int64_t x;
  /** [inner, width], and the reverse. */
  int64_t kernel;
  /** [rows, savedColumns(inner)]. */
  int64_t saved;
};

Sizes readNetwork(Arguments& arguments, FeedForwardNetwork& network) {
  network.rows = arguments.integer("rows");
  network.width = arguments.integer("width", 1);
  network.inner = arguments.integer("inner", 1);
  network.activation = readActivation(arguments);
  network.precision = readPrecision(arguments);
  const Sizes sizes = {
      sizeOf(arguments, "x", {network.rows, network.width}),
      sizeOf(arguments, "wideningKernel", {network.inner, network.width}),
      sizeOf(arguments, "widened", {network.rows, savedColumns(network.inner)}),
  };
  network.wideningKernel = arguments.floats("wideningKernel", sizes.kernel);
  network.narrowingKernel = arguments.floats("narrowingKernel", sizes.kernel);
  return sizes;
}

void feedForward(Arguments& arguments) {
  FeedForward call = {};
  const Sizes sizes = readNetwork(arguments, call.network);
  call.x = arguments.floats("x", sizes.x);
  call.wideningBias = arguments.floats("wideningBias", call.network.inner);
  call.narrowingBias = arguments.floats("narrowingBias", call.network.width);
  call.y = arguments.floats("y", sizes.x);
  call.saved.widened = optionalElements(arguments, "widened", call.network.precision, sizes.saved);
  call.saved.slopes = optionalElements(arguments, "slopes", call.network.precision, sizes.saved);
  kernels().feedForward.forward(call);
}

void feedForwardGradient(Arguments& arguments) {
  FeedForwardGradient call = {};
  const Sizes sizes = readNetwork(arguments, call.network);
  const FeedForwardNetwork& network = call.network;
  call.saved.widened = readElements(arguments, "widened", network.precision, sizes.saved);
  call.saved.slopes = optionalElements(arguments, "slopes", network.precision, sizes.saved);
  if (call.saved.slopes == nullptr && network.activation != Activation::kLinear) arguments.fail("slopes", "is needed");
  call.dy = arguments.floats("dy", sizes.x);
  call.x = arguments.floats("x", sizes.x);
  call.dx = arguments.floats("dx", sizes.x);
  call.dWideningKernel = arguments.floats("dWideningKernel", sizes.kernel);
  call.dWideningBias = arguments.floats("dWideningBias", network.inner);
  call.dNarrowingKernel = arguments.floats("dNarrowingKernel", sizes.kernel);
  call.dNarrowingBias = arguments.floats("dNarrowingBias", network.width);
  kernels().feedForward.gradient(call);
}

}  // namespace

void exportFeedForwardKernels(Napi::Env env, Napi::Object exports) {
  exportKernel(env, exports, "feedForward", feedForward);
  exportKernel(env, exports, "feedForwardGradient", feedForwardGradient);
}

}  // namespace malmoi
