// binaryFloats, binaryInts (op, aShape, bShape, a, b, out); compareFloats, compareInts, compareBytes, the same;
// unary(op, count, first, second, x, out); addAll(count, inputs, out); select(count, condition, a, b, out)
#include "binding/axes.h"
#include "binding/kernel_functions.h"

namespace malmoi {
namespace {

void binaryFloats(Arguments& arguments) {
  const auto op = static_cast<BinaryOp>(arguments.integer("op", 0, 6));
  const Broadcast broadcast = readBroadcast(arguments);
  const float* a = arguments.floats("a", broadcast.aSize);
  const float* b = arguments.floats("b", broadcast.bSize);
  float* out = arguments.floats("out", broadcast.outSize);
  if (broadcast.outSize > 0) kernels().elementwise.binaryFloats(op, broadcast.axes, a, b, out);
}

void binaryInts(Arguments& arguments) {
  // Those above kMinimum are of float32 only.
  const auto op = static_cast<BinaryOp>(arguments.integer("op", 0, 4));
  const Broadcast broadcast = readBroadcast(arguments);
  const int32_t* a = arguments.ints("a", broadcast.aSize);
  const int32_t* b = arguments.ints("b", broadcast.bSize);
  int32_t* out = arguments.ints("out", broadcast.outSize);
  if (broadcast.outSize > 0) kernels().elementwise.binaryInts(op, broadcast.axes, a, b, out);
}

CompareOp readCompareOp(Arguments& arguments) { return static_cast<CompareOp>(arguments.integer("op", 0, 7)); }

void compareFloats(Arguments& arguments) {
  const CompareOp op = readCompareOp(arguments);
  const Broadcast broadcast = readBroadcast(arguments);
  const float* a = arguments.floats("a", broadcast.aSize);
  const float* b = arguments.floats("b", broadcast.bSize);
  uint8_t* out = arguments.bytes("out", broadcast.outSize);
  if (broadcast.outSize > 0) kernels().elementwise.compareFloats(op, broadcast.axes, a, b, out);
}

void compareInts(Arguments& arguments) {
  const CompareOp op = readCompareOp(arguments);
  const Broadcast broadcast = readBroadcast(arguments);
  const int32_t* a = arguments.ints("a", broadcast.aSize);
  const int32_t* b = arguments.ints("b", broadcast.bSize);
  uint8_t* out = arguments.bytes("out", broadcast.outSize);
  if (broadcast.outSize > 0) kernels().elementwise.compareInts(op, broadcast.axes, a, b, out);
}

void compareBytes(Arguments& arguments) {
  const CompareOp op = readCompareOp(arguments);
  const Broadcast broadcast = readBroadcast(arguments);
  const uint8_t* a = arguments.bytes("a", broadcast.aSize);
  const uint8_t* b = arguments.bytes("b", broadcast.bSize);
  uint8_t* out = arguments.bytes("out", broadcast.outSize);
  if (broadcast.outSize > 0) kernels().elementwise.compareBytes(op, broadcast.axes, a, b, out);
}

void unary(Arguments& arguments) {
  const auto op = static_cast<UnaryOp>(arguments.integer("op", 0, 18));
  const int64_t count = arguments.integer("count");
  const auto first = static_cast<float>(arguments.number("first"));
  const auto second = static_cast<float>(arguments.number("second"));
  const float* x = arguments.floats("x", count);
  float* out = arguments.floats("out", count);
  kernels().elementwise.unary(op, count, first, second, x, out);
}

void addAll(Arguments& arguments) {
  const int64_t count = arguments.integer("count");
  const std::vector<const float*> inputs = arguments.floatArrays("inputs", count);
  float* out = arguments.floats("out", count);
  kernels().elementwise.addAll(static_cast<int64_t>(inputs.size()), count, inputs.data(), out);
}

void select(Arguments& arguments) {
  const int64_t count = arguments.integer("count");
  const uint8_t* condition = arguments.bytes("condition", count);
  const void* a = arguments.words("a", count);
  const void* b = arguments.words("b", count);
  void* out = arguments.words("out", count);
  kernels().elementwise.select(count, condition, static_cast<const uint32_t*>(a), static_cast<const uint32_t*>(b),
                               static_cast<uint32_t*>(out));
}

}  // namespace

void exportElementwiseKernels(Napi::Env env, Napi::Object exports) {
  exportKernel(env, exports, "binaryFloats", binaryFloats);
  exportKernel(env, exports, "binaryInts", binaryInts);
  exportKernel(env, exports, "compareFloats", compareFloats);
  exportKernel(env, exports, "compareInts", compareInts);
  exportKernel(env, exports, "compareBytes", compareBytes);
  exportKernel(env, exports, "unary", unary);
  exportKernel(env, exports, "addAll", addAll);
  exportKernel(env, exports, "select", select);
}

}  // namespace malmoi
