// Element-wise kernels: what they compute and how broadcasting is described to them. Meanings follow TensorFlow.js's
// CPU backend, so JavaScript's rules for NaN, signed zeros and integer overflow.
#pragma once

#include <cstdint>

namespace malmoi {

/** Axes that a tensor of TensorFlow.js may have, and twice as many for one that repeats each. */
constexpr int kMaxAxes = 12;

/**
 * How two arrays are walked through together while the output is filled from its beginning to its end. An axis
 * along which an array is repeated has a step of 0. There is at least one axis; the last one has steps of 0 or 1.
 */
struct BroadcastAxes {
  int rank;
  int64_t size[kMaxAxes];
  int64_t aStep[kMaxAxes];
  int64_t bStep[kMaxAxes];
};

enum class BinaryOp : int32_t {
  kAdd = 0,
  kSubtract = 1,
  kMultiply = 2,
  kMaximum = 3,
  kMinimum = 4,
  kSquaredDifference = 5,
  /** float32 only. */
  kDivide = 6,
};

enum class CompareOp : int32_t {
  kEqual = 0,
  kNotEqual = 1,
  kGreater = 2,
  kGreaterEqual = 3,
  kLess = 4,
  kLessEqual = 5,
  kAnd = 6,
  kOr = 7,
};

enum class UnaryOp : int32_t {
  kNegate = 0,
  kAbsolute = 1,
  kSquare = 2,
  kSquareRoot = 3,
  kReciprocalSquareRoot = 4,
  kReciprocal = 5,
  kExponential = 6,
  kLogarithm = 7,
  kTanh = 8,
  kSigmoid = 9,
  kErf = 10,
  kRelu = 11,
  kRelu6 = 12,
  /** 1 above 0, `first` elsewhere. */
  kStep = 13,
  /** Clipped to [first, second]. */
  kClip = 14,
  kFloor = 15,
  kCeil = 16,
  /** To the nearest integer, halves to the even one. */
  kRound = 17,
  kSign = 18,
};

struct ElementwiseKernels {
  void (*binaryFloats)(BinaryOp op, const BroadcastAxes& axes, const float* a, const float* b, float* out);
  void (*binaryInts)(BinaryOp op, const BroadcastAxes& axes, const int32_t* a, const int32_t* b, int32_t* out);
  /** Comparisons give 1 or 0. */
  void (*compareFloats)(CompareOp op, const BroadcastAxes& axes, const float* a, const float* b, uint8_t* out);
  void (*compareInts)(CompareOp op, const BroadcastAxes& axes, const int32_t* a, const int32_t* b, uint8_t* out);
  void (*compareBytes)(CompareOp op, const BroadcastAxes& axes, const uint8_t* a, const uint8_t* b, uint8_t* out);
  void (*unary)(UnaryOp op, int64_t count, float first, float second, const float* x, float* out);
  /** The sum of `terms` arrays of `count` elements, added up in order from 0. */
  void (*addAll)(int64_t terms, int64_t count, const float* const* inputs, float* out);
  /** condition[i] == 1 ? a[i] : b[i], for elements of 32 bits. */
  void (*select)(int64_t count, const uint8_t* condition, const uint32_t* a, const uint32_t* b, uint32_t* out);
};

}  // namespace malmoi
