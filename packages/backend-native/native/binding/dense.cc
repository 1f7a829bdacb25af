// denseGradient(rows, inputs, outputs, activation, precision, dy, x, weight, saved, dx, dWeight, dBias, accumulateDx)
#include "binding/kernel_functions.h"

namespace malmoi {
namespace {

void denseGradient(Arguments& arguments) {
  DenseGradient g = {};
  g.rows = arguments.integer("rows");
  g.inputs = arguments.integer("inputs");
  g.outputs = arguments.integer("outputs");
  g.activation = readActivation(arguments);
  g.precision = readPrecision(arguments);
  const int64_t xSize = sizeOf(arguments, "x", {g.rows, g.inputs});
  const int64_t ySize = sizeOf(arguments, "dy", {g.rows, g.outputs});
  const int64_t weightSize = sizeOf(arguments, "weight", {g.inputs, g.outputs});
  g.dy = arguments.floats("dy", ySize);
  g.x = arguments.floats("x", xSize);
  g.weight = arguments.floats("weight", weightSize);
  g.saved = arguments.optionalFloats("saved", ySize);
  if (g.saved == nullptr && g.activation != Activation::kLinear) arguments.fail("saved", "is needed");
  g.dx = arguments.floats("dx", xSize);
  g.dWeight = arguments.floats("dWeight", weightSize);
  g.dBias = arguments.optionalFloats("dBias", g.outputs);
  g.accumulateDx = arguments.boolean("accumulateDx");
  kernels().dense.gradient(g);
}

}  // namespace

void exportDenseKernels(Napi::Env env, Napi::Object exports) {
  exportKernel(env, exports, "denseGradient", denseGradient);
}

}  // namespace malmoi
