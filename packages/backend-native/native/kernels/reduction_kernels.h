// Kernels that make one value out of many. An array is seen as [outer, count, inner], and the middle axis goes.
#pragma once

#include <cstdint>

namespace malmoi {

enum class ReduceOp : int32_t { kSum = 0, kMean = 1, kMaximum = 2, kMinimum = 3 };

/** Sizes are at least 1. */
struct ReduceAxes {
  int64_t outer;
  int64_t count;
  int64_t inner;
};

struct ReductionKernels {
  /** Sums are accumulated in float64. NaN wins over every number in kMaximum and kMinimum. */
  void (*reduceFloats)(ReduceOp op, const ReduceAxes& axes, const float* x, float* out);
  /** kMean is not offered. Sums wrap around. */
  void (*reduceInts)(ReduceOp op, const ReduceAxes& axes, const int32_t* x, int32_t* out);
  /** Where the first of the largest elements of each row is; a row that begins with NaN gives 0. */
  void (*argMax)(int64_t rows, int64_t count, const float* x, int32_t* out);
  /** e^x divided by its sum, row by row. */
  void (*softmax)(int64_t rows, int64_t count, const float* x, float* out);
};

}  // namespace malmoi
