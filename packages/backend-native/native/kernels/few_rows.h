// Products of few rows, such as a sentence that is to be filled in: there the weights are read once, and packing them
// would take longer than multiplying. The rows are the lanes of a vector instead, and each weight multiplies one.
//
// Lanes is a type with Element, size, pack and multiply as FloatLanes has them.
#pragma once

#include "core/scratch.h"
#include "core/thread_pool.h"
#include "kernels/kernel_table.h"
#include "kernels/simd.h"

namespace malmoi {
namespace MALMOI_ISA {

/** With more rows, panels are faster. */
constexpr int64_t kFewRows = 32;

/**
 * Sums in registers. No more: the rows of weights that they read may lie a multiple of 4 KiB apart, and then share a
 * set of the first-level cache, which holds eight lines.
 */
constexpr int kSumsAtOnce = 8;

/** Fetches a line of each of the rows that come next: the processor does not foresee so short pieces. */
MALMOI_INLINE void prefetchNextRows(const float* w, int64_t stride) {
#pragma GCC unroll 8
  for (int n = 0; n < kSumsAtOnce; n++) __builtin_prefetch(w + (n + kSumsAtOnce) * stride);
}

struct FloatLanes {
  using Element = float;

  /** Elements of a packed group of kLanes rows. */
  MALMOI_INLINE int64_t size(int64_t depth) { return depth * kLanes; }

  /** Rows [first, first + kLanes) of `a` as [depth, kLanes]; 0 beyond the last. */
  MALMOI_INLINE void pack(const MatrixView& a, int64_t first, int64_t rows, int64_t depth, Element* to) {
    for (int64_t lane = 0; lane < kLanes; lane++) {
      const float* row = a.data + (first + lane) * a.stride;
      for (int64_t k = 0; k < depth; k++) to[k * kLanes + lane] = first + lane < rows ? row[k] : 0.0f;
    }
  }

  /** out [count, kLanes] = w * x for packed rows x and `count` rows of w, `stride` apart; count <= kSumsAtOnce. */
  MALMOI_INLINE void multiply(const Element* x, const float* w, int64_t stride, int64_t count, int64_t depth,
                              float* out) {
    if (count == kSumsAtOnce) {
      multiplyAll(x, w, stride, depth, out);
      return;
    }
    for (int64_t n = 0; n < count; n++) {
      Floats sum = {};
      for (int64_t k = 0; k < depth; k++) sum += load(x + k * kLanes) * w[n * stride + k];
      store(out + n * kLanes, sum);
    }
  }

 private:
  MALMOI_INLINE void multiplyAll(const Element* x, const float* w, int64_t stride, int64_t depth, float* out) {
    Floats sum[kSumsAtOnce] = {};
    int64_t k = 0;
    for (; k + 4 <= depth; k += 4) {
      if (k % 16 == 0) prefetchNextRows(w + k, stride);
      const Floats first = load(x + k * kLanes);
      const Floats second = load(x + (k + 1) * kLanes);
      const Floats third = load(x + (k + 2) * kLanes);
      const Floats fourth = load(x + (k + 3) * kLanes);
#pragma GCC unroll 8
      for (int n = 0; n < kSumsAtOnce; n++) {
        const float* row = w + n * stride + k;
        sum[n] += first * row[0];
        sum[n] += second * row[1];
        sum[n] += third * row[2];
        sum[n] += fourth * row[3];
      }
    }
    for (; k < depth; k++) {
      const Floats value = load(x + k * kLanes);
#pragma GCC unroll 8
      for (int n = 0; n < kSumsAtOnce; n++) sum[n] += value * w[n * stride + k];
    }
#pragma GCC unroll 8
    for (int n = 0; n < kSumsAtOnce; n++) store(out + n * kLanes, sum[n]);
  }
};

/** True where the product has few rows, and b is a matrix of weights [columns, depth]. */
MALMOI_INLINE bool hasFewRows(const MatrixProduct& product) {
  return product.rows <= kFewRows && !product.a.transposed && product.b.transposed &&
         product.a.rounded == nullptr && product.b.rounded == nullptr;
}

/** c = a * b, or added to it, without bias and activation; `finish(column, columns)` sees each range of columns. */
template <typename Lanes, typename Finish>
static void multiplyFewRows(const MatrixProduct& product, const Finish& finish) {
  using Element = typename Lanes::Element;
  constexpr int64_t kTasks = 16;
  const int64_t groups = divideUp(product.rows, kLanes);
  const int64_t groupSize = Lanes::size(product.depth);
  Scratch scratch;
  auto* lanes = static_cast<Element*>(scratch.bytes(static_cast<size_t>(groups * groupSize) * sizeof(Element)));
  for (int64_t group = 0; group < groups; group++) {
    Lanes::pack(product.a, group * kLanes, product.rows, product.depth, lanes + group * groupSize);
  }
  const int64_t step = divideUp(divideUp(product.columns, kSumsAtOnce), kTasks) * kSumsAtOnce;
  parallelFor(divideUp(product.columns, step), [&](int64_t task) {
    const int64_t end = smaller(product.columns, (task + 1) * step);
    alignas(64) float sums[kSumsAtOnce * kLanes];
    for (int64_t column = task * step; column < end; column += kSumsAtOnce) {
      const int64_t columns = smaller<int64_t>(kSumsAtOnce, end - column);
      const float* w = product.b.data + column * product.b.stride;
      for (int64_t group = 0; group < groups; group++) {
        Lanes::multiply(lanes + group * groupSize, w, product.b.stride, columns, product.depth, sums);
        const int64_t rows = smaller<int64_t>(kLanes, product.rows - group * kLanes);
        for (int64_t lane = 0; lane < rows; lane++) {
          float* c = product.c + (group * kLanes + lane) * product.cStride + column;
          for (int64_t n = 0; n < columns; n++) {
            const float sum = sums[n * kLanes + lane];
            c[n] = product.accumulate ? c[n] + sum : sum;
          }
        }
      }
    }
    finish(task * step, end - task * step);
  });
}

}  // namespace MALMOI_ISA
}  // namespace malmoi
