// Functions of each element of a float32 tensor.
#include "kernels/element_tasks.h"
#include "kernels/elementwise.h"
#include "kernels/kernel_sets.h"
#include "kernels/unary_math.h"

namespace malmoi {
namespace MALMOI_ISA {
namespace {

/** out = function(x) with a function of vectors. */
template <typename Function>
MALMOI_INLINE void mapVectors(int64_t count, const float* x, float* out, const Function& function) {
  forEachRange(count, [&](int64_t begin, int64_t end) {
    int64_t i = begin;
    for (; i + kLanes <= end; i += kLanes) store(out + i, function(load(x + i)));
    if (i < end) storeSome(out + i, function(loadSome(x + i, end - i)), end - i);
  });
}

/** The same with a function of one element, where that vectorises by itself or matters little. */
template <typename Function>
MALMOI_INLINE void map(int64_t count, const float* x, float* out, const Function& function) {
  forEachRange(count, [&](int64_t begin, int64_t end) {
    const float* __restrict from = x;
    float* __restrict to = out;
    for (int64_t i = begin; i < end; i++) to[i] = function(from[i]);
  });
}

}  // namespace

void unary(UnaryOp op, int64_t count, float first, float second, const float* x, float* out) {
  switch (op) {
    case UnaryOp::kNegate:
      return map(count, x, out, [](float v) { return -v; });
    case UnaryOp::kAbsolute:
      return mapVectors(count, x, out, [](Floats v) { return absolute(v); });
    case UnaryOp::kSquare:
      return map(count, x, out, [](float v) { return v * v; });
    case UnaryOp::kSquareRoot:
      return mapVectors(count, x, out, [](Floats v) { return squareRoot(v); });
    case UnaryOp::kReciprocalSquareRoot:
      return mapVectors(count, x, out, [](Floats v) { return 1.0f / squareRoot(v); });
    case UnaryOp::kReciprocal:
      return map(count, x, out, [](float v) { return 1.0f / v; });
    case UnaryOp::kExponential:
      return mapVectors(count, x, out, [](Floats v) { return exponential(v); });
    case UnaryOp::kLogarithm:
      return mapVectors(count, x, out, [](Floats v) { return logarithm(v); });
    case UnaryOp::kTanh:
      return mapVectors(count, x, out, [](Floats v) { return tangent(v); });
    case UnaryOp::kSigmoid:
      return mapVectors(count, x, out, [](Floats v) { return sigmoid(v); });
    case UnaryOp::kErf:
      return mapVectors(count, x, out, [](Floats v) { return errorFunction(v); });
    // Written so that NaN stays and -0 becomes 0, as with Math.max(0, x).
    case UnaryOp::kRelu:
      return map(count, x, out, [](float v) { return v <= 0.0f ? 0.0f : v; });
    case UnaryOp::kRelu6:
      return map(count, x, out, [](float v) { return v <= 0.0f ? 0.0f : v > 6.0f ? 6.0f : v; });
    case UnaryOp::kStep:
      return map(count, x, out, [=](float v) { return v > 0.0f ? 1.0f : v != v ? v : first; });
    case UnaryOp::kClip:
      return map(count, x, out, [=](float v) { return v > second ? second : v < first ? first : v; });
    case UnaryOp::kFloor:
      return map(count, x, out, [](float v) { return __builtin_floorf(v); });
    case UnaryOp::kCeil:
      return map(count, x, out, [](float v) { return __builtin_ceilf(v); });
    // TensorFlow.js rounds -1/2 to 0, not to -0.
    case UnaryOp::kRound:
      return map(count, x, out, [](float v) { return v == -0.5f ? 0.0f : __builtin_rintf(v); });
    case UnaryOp::kSign:
      return map(count, x, out, [](float v) { return v > 0.0f ? 1.0f : v < 0.0f ? -1.0f : 0.0f; });
  }
}

const ElementwiseKernels kElementwiseKernels = {binaryFloats, binaryInts,   compareFloats, compareInts,
                                                compareBytes, unary,        addAll,        selectWords};

}  // namespace MALMOI_ISA
}  // namespace malmoi
