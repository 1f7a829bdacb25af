// Kernels that move elements and compute nothing.
#pragma once

#include <cstdint>

#include "kernels/elementwise_kernels.h"

namespace malmoi {

/**
 * A walk through two arrays at once: element (i0, i1, ...) of `from` at the sum of i * fromStep goes to the sum of
 * i * toStep in `to`. A fromStep of 0 repeats. Ranks above 0; sizes at least 1.
 */
struct CopyAxes {
  int rank;
  int64_t size[kMaxAxes];
  int64_t fromStep[kMaxAxes];
  int64_t toStep[kMaxAxes];
};

struct LayoutKernels {
  /** Elements of `elementBytes`, 1 or 4. */
  void (*copyStrided)(const CopyAxes& axes, int64_t elementBytes, const void* from, void* to);
  /** to[o, i, :] = from[o, indices[i], :]; from is [outer, rows, bytes], to is [outer, count, bytes]. */
  void (*gatherRows)(int64_t outer, int64_t rows, int64_t bytes, int64_t count, const int32_t* indices,
                     const void* from, void* to);
  /** to [rows, width] = 0, then to[rowOf[i], :] += from[i, :] in order; a negative row is left out. */
  void (*addToRows)(int64_t rows, int64_t width, int64_t count, const int32_t* rowOf, const float* from, float* to);
  void (*floatsToInts)(int64_t count, const float* from, int32_t* to);
  void (*intsToFloats)(int64_t count, const int32_t* from, float* to);
  /** 1 for whatever is not 0, NaN included. */
  void (*floatsToBytes)(int64_t count, const float* from, uint8_t* to);
  void (*intsToBytes)(int64_t count, const int32_t* from, uint8_t* to);
  void (*bytesToFloats)(int64_t count, const uint8_t* from, float* to);
  void (*bytesToInts)(int64_t count, const uint8_t* from, int32_t* to);
};

}  // namespace malmoi
