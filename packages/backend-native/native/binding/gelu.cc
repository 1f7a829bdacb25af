// gelu(size, tanhForm, x, y), geluGradient(size, tanhForm, dy, x, dx)
#include "binding/kernel_functions.h"

namespace malmoi {
namespace {

void gelu(Arguments& arguments) {
  const int64_t size = arguments.integer("size");
  const bool tanhForm = arguments.boolean("tanhForm");
  const float* x = arguments.floats("x", size);
  float* y = arguments.floats("y", size);
  kernels().gelu.forward(x, tanhForm, size, y);
}

void geluGradient(Arguments& arguments) {
  const int64_t size = arguments.integer("size");
  const bool tanhForm = arguments.boolean("tanhForm");
  const float* dy = arguments.floats("dy", size);
  const float* x = arguments.floats("x", size);
  float* dx = arguments.floats("dx", size);
  kernels().gelu.gradient(dy, x, tanhForm, size, dx);
}

}  // namespace

void exportGeluKernels(Napi::Env env, Napi::Object exports) {
  exportKernel(env, exports, "gelu", gelu);
  exportKernel(env, exports, "geluGradient", geluGradient);
}

}  // namespace malmoi
