// How the elements of an element-wise kernel are dealt out: tasks of some tens of kilobytes, so that a small tensor
// is computed in place by the calling thread.
#pragma once

#include "core/thread_pool.h"
#include "kernels/elementwise_kernels.h"
#include "kernels/simd.h"

namespace malmoi {
namespace MALMOI_ISA {

/** Elements of a task. */
constexpr int64_t kTaskElements = int64_t{1} << 14;

/** Calls range(begin, end) for consecutive ranges that make up 0 .. count-1. */
template <typename Range>
MALMOI_INLINE void forEachRange(int64_t count, const Range& range) {
  parallelFor(divideUp(count, kTaskElements), [&](int64_t task) {
    const int64_t begin = task * kTaskElements;
    range(begin, smaller(begin + kTaskElements, count));
  });
}

/** Where a row (a run along the last axis) begins in both inputs. */
struct RowOffsets {
  int64_t a;
  int64_t b;
};

MALMOI_INLINE RowOffsets offsetsOfRow(const BroadcastAxes& axes, int64_t row) {
  RowOffsets offsets = {0, 0};
  for (int axis = axes.rank - 2; axis >= 0; axis--) {
    const int64_t position = row % axes.size[axis];
    row /= axes.size[axis];
    offsets.a += position * axes.aStep[axis];
    offsets.b += position * axes.bStep[axis];
  }
  return offsets;
}

/** Calls run(aOffset, bOffset, outOffset, length) for runs along the last axis that make up the output. */
template <typename Run>
MALMOI_INLINE void forEachRun(const BroadcastAxes& axes, const Run& run) {
  const int last = axes.rank - 1;
  const int64_t length = axes.size[last];
  int64_t rows = 1;
  for (int axis = 0; axis < last; axis++) rows *= axes.size[axis];
  const int64_t piece = smaller(length, kTaskElements);
  const int64_t pieces = divideUp(length, piece);
  const int64_t rowsPerTask = pieces > 1 ? 1 : kTaskElements / length;
  parallelFor(divideUp(rows, rowsPerTask) * pieces, [&](int64_t task) {
    const int64_t firstRow = task / pieces * rowsPerTask;
    const int64_t endRow = smaller(firstRow + rowsPerTask, rows);
    const int64_t begin = task % pieces * piece;
    const int64_t count = smaller(piece, length - begin);
    for (int64_t row = firstRow; row < endRow; row++) {
      const RowOffsets offsets = offsetsOfRow(axes, row);
      run(offsets.a + begin * axes.aStep[last], offsets.b + begin * axes.bStep[last], row * length + begin, count);
    }
  });
}

/** out = function(a, b), element by element with broadcasting. */
template <typename Input, typename Output, typename Function>
MALMOI_INLINE void combine(const BroadcastAxes& axes, const Input* a, const Input* b, Output* out,
                           const Function& function) {
  const bool repeatA = axes.aStep[axes.rank - 1] == 0;
  const bool repeatB = axes.bStep[axes.rank - 1] == 0;
  forEachRun(axes, [&](int64_t aOffset, int64_t bOffset, int64_t outOffset, int64_t count) {
    const Input* __restrict from = a + aOffset;
    const Input* __restrict with = b + bOffset;
    Output* __restrict to = out + outOffset;
    if (repeatA) {
      const Input fixed = *from;
      for (int64_t i = 0; i < count; i++) to[i] = function(fixed, with[i]);
    } else if (repeatB) {
      const Input fixed = *with;
      for (int64_t i = 0; i < count; i++) to[i] = function(from[i], fixed);
    } else {
      for (int64_t i = 0; i < count; i++) to[i] = function(from[i], with[i]);
    }
  });
}

}  // namespace MALMOI_ISA
}  // namespace malmoi
