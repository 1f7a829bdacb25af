// What attention and its gradient share: where a head lies in memory, which keys may be attended to, and how work is
// divided. The probabilities are never in memory as a whole; a block of queries at a time is in the cache.
#pragma once

#include "kernels/kernel_sets.h"
#include "kernels/panels.h"
#include "kernels/philox.h"

namespace malmoi {
namespace MALMOI_ISA {

/**
 * Queries whose scores are in the cache at once: as many as there are keys of a short sequence, at least one, and whole
 * panels and depths of a long one.
 */
MALMOI_INLINE int64_t queryBlock(int64_t length) { return length <= 192 ? larger<int64_t>(1, length) : 96; }

/** One head of one sequence. */
struct Head {
  int64_t sequence;
  int64_t number;
  /** First element of the head in arrays [batch, queries, hidden], whose rows are `hidden` apart. */
  int64_t queryOffset;
  /** The same in arrays [batch, length, hidden]. */
  int64_t keyOffset;
  int64_t hidden;
  /** First row of the head in arrays [batch, heads, queries, ...]. */
  int64_t row;

  Head(const AttentionInputs& inputs, int64_t index)
      : sequence(index / inputs.heads),
        number(index % inputs.heads),
        queryOffset((sequence * inputs.queries * inputs.heads + number) * inputs.headSize),
        keyOffset((sequence * inputs.length * inputs.heads + number) * inputs.headSize),
        hidden(inputs.heads * inputs.headSize),
        row(index * inputs.queries) {}

  /** The rows of all keys of an array [batch, length, hidden], seen as a matrix. */
  MatrixView ofKeys(const float* array, bool transposed = false) const {
    return {array + keyOffset, hidden, transposed};
  }

  /** The rows of the queries from `first` on of an array [batch, queries, hidden], seen as a matrix. */
  MatrixView ofQueries(const float* array, int64_t first) const {
    return {array + queryOffset + first * hidden, hidden, false};
  }
};

/** All bits for each key that may be attended to; none for the others and beyond the last, to whole vectors. */
MALMOI_INLINE const int32_t* readableKeys(Scratch& scratch, const AttentionInputs& inputs, int64_t sequence) {
  const int64_t padded = roundUp(inputs.length, kLanes);
  auto* readable = static_cast<int32_t*>(scratch.bytes(static_cast<size_t>(padded) * sizeof(int32_t)));
  for (int64_t i = 0; i < padded; i++) {
    const bool masked = inputs.mask != nullptr && i < inputs.length && inputs.mask[sequence * inputs.length + i] == 0.0f;
    readable[i] = i < inputs.length && !masked ? -1 : 0;
  }
  return readable;
}

MALMOI_INLINE float scoreScale(const AttentionInputs& inputs) {
  return 1.0f / __builtin_sqrtf(static_cast<float>(inputs.headSize));
}

/** Rows of `columns` elements times a factor; `to` may be `from`. */
MALMOI_INLINE void scaleRows(const float* from, int64_t fromStride, float factor, int64_t rows, int64_t columns,
                             float* to, int64_t toStride) {
  for (int64_t row = 0; row < rows; row++, from += fromStride, to += toStride) {
    int64_t i = 0;
    for (; i + kLanes <= columns; i += kLanes) store(to + i, load(from + i) * factor);
    for (; i < columns; i++) to[i] = from[i] * factor;
  }
}

/**
 * Queries [first, first + count) of a head times scoreScale, without gaps: smaller than their scores, which are
 * then rounded once.
 */
MALMOI_INLINE MatrixView scaledQueries(Scratch& scratch, const AttentionInputs& inputs, const Head& head, int64_t first,
                                       int64_t count) {
  float* scaled = scratch.floats(count * inputs.headSize);
  scaleRows(head.ofQueries(inputs.query, first).data, head.hidden, scoreScale(inputs), count, inputs.headSize, scaled,
            inputs.headSize);
  return {scaled, inputs.headSize, false};
}

MALMOI_INLINE Floats masked(Floats value, Ints readable) { return floatsOf(bitsOf(value) & readable); }

/** Runs tasks on all threads, or here where they are over before the others would have woken up. */
template <typename Function>
MALMOI_INLINE void forEachTask(int64_t tasks, int64_t multiplications, const Function& function) {
  constexpr int64_t kShort = int64_t{1} << 18;
  if (multiplications > kShort) {
    parallelFor(tasks, function);
    return;
  }
  for (int64_t task = 0; task < tasks; task++) function(task);
}

}  // namespace MALMOI_ISA
}  // namespace malmoi
