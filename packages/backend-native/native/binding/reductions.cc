// reduceFloats, reduceInts (op, outer, count, inner, x, out); argMax(rows, count, x, out); softmax(rows, count, x, out)
#include "binding/kernel_functions.h"

namespace malmoi {
namespace {

ReduceAxes readReduceAxes(Arguments& arguments) {
  const int64_t outer = arguments.integer("outer", 1);
  const int64_t count = arguments.integer("count", 1);
  const int64_t inner = arguments.integer("inner", 1);
  return {outer, count, inner};
}

void reduceFloats(Arguments& arguments) {
  const auto op = static_cast<ReduceOp>(arguments.integer("op", 0, 3));
  const ReduceAxes axes = readReduceAxes(arguments);
  const float* x = arguments.floats("x", sizeOf(arguments, "x", {axes.outer, axes.count, axes.inner}));
  float* out = arguments.floats("out", sizeOf(arguments, "out", {axes.outer, axes.inner}));
  kernels().reductions.reduceFloats(op, axes, x, out);
}

void reduceInts(Arguments& arguments) {
  const auto op = static_cast<ReduceOp>(arguments.integer("op", 0, 3));
  if (op == ReduceOp::kMean) arguments.fail("op", "must not be the mean, which int32 has none of");
  const ReduceAxes axes = readReduceAxes(arguments);
  const int32_t* x = arguments.ints("x", sizeOf(arguments, "x", {axes.outer, axes.count, axes.inner}));
  int32_t* out = arguments.ints("out", sizeOf(arguments, "out", {axes.outer, axes.inner}));
  kernels().reductions.reduceInts(op, axes, x, out);
}

void argMax(Arguments& arguments) {
  const int64_t rows = arguments.integer("rows", 1);
  const int64_t count = arguments.integer("count", 1);
  const float* x = arguments.floats("x", sizeOf(arguments, "x", {rows, count}));
  int32_t* out = arguments.ints("out", rows);
  kernels().reductions.argMax(rows, count, x, out);
}

void softmax(Arguments& arguments) {
  const int64_t rows = arguments.integer("rows", 1);
  const int64_t count = arguments.integer("count", 1);
  const int64_t size = sizeOf(arguments, "x", {rows, count});
  const float* x = arguments.floats("x", size);
  float* out = arguments.floats("out", size);
  kernels().reductions.softmax(rows, count, x, out);
}

}  // namespace

void exportReductionKernels(Napi::Env env, Napi::Object exports) {
  exportKernel(env, exports, "reduceFloats", reduceFloats);
  exportKernel(env, exports, "reduceInts", reduceInts);
  exportKernel(env, exports, "argMax", argMax);
  exportKernel(env, exports, "softmax", softmax);
}

}  // namespace malmoi
