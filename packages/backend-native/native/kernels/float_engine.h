// Matrix products in float32: how panels are packed and the micro-kernel that multiplies two of them, a block of
// C held in registers (Goto and van de Geijn 2008).
//
// An engine is a type with Element, kRows, kColumns, kDepth and the functions below; matrix_product.h builds
// products of any size from it.
#pragma once

#include "kernels/kernel_table.h"
#include "kernels/simd.h"

namespace malmoi {
namespace MALMOI_ISA {

struct FloatEngine {
  using Element = float;

  // As many accumulators as the registers hold beside the operands: 32 with AVX-512 and on arm64, else 16.
#if MALMOI_VECTOR_BYTES == 64
  static constexpr int kRows = 12;
  static constexpr int kVectors = 2;
#elif MALMOI_VECTOR_BYTES == 32
  static constexpr int kRows = 6;
  static constexpr int kVectors = 2;
#elif defined(__aarch64__)
  static constexpr int kRows = 8;
  static constexpr int kVectors = 3;
#else
  static constexpr int kRows = 4;
  static constexpr int kVectors = 2;
#endif
  static constexpr int kColumns = kVectors * kLanes;
  /** Depths are padded to a multiple of this. */
  static constexpr int kDepth = 1;
  /** Depth of a block: a panel of B of this depth stays in the first-level cache. */
  static constexpr int kDepthBlock = 320;

  /** Rows [row, row + kRows) of a, depths [from, to), as [depth][kRows]; rows from `rows` on are 0. */
  MALMOI_INLINE void packA(Element* panel, const MatrixView& a, int64_t row, int64_t rows,
                           int64_t from, int64_t to) {
    const int count = static_cast<int>(smaller<int64_t>(kRows, rows - row));
    if (a.transposed) {
      packLeading<kRows>(panel, a, row, count, from, to);
      return;
    }
    packTrailing<kRows>(panel, a, row, count, from, to);
  }

  /** Columns [column, column + kColumns) of b, depths [from, to), as [depth][kColumns], padded with 0. */
  MALMOI_INLINE void packB(Element* panel, const MatrixView& b, int64_t column, int64_t columns,
                           int64_t from, int64_t to) {
    const int count = static_cast<int>(smaller<int64_t>(kColumns, columns - column));
    if (b.transposed) {
      packTrailing<kColumns>(panel, b, column, count, from, to);
      return;
    }
    packLeading<kColumns>(panel, b, column, count, from, to);
  }

  /** c [kRows, kColumns] = (accumulate ? c : 0) + panelA * panelB over `depth`. */
  MALMOI_INLINE void multiply(const Element* a, const Element* b, int64_t depth, float* c,
                              int64_t cStride, bool accumulate) {
    Floats sum[kRows][kVectors];
#pragma GCC unroll 16
    for (int row = 0; row < kRows; row++) {
#pragma GCC unroll 4
      for (int vector = 0; vector < kVectors; vector++) {
        sum[row][vector] = accumulate ? load(c + row * cStride + vector * kLanes) : Floats{};
      }
    }
    for (int64_t k = 0; k < depth; k++) {
      Floats column[kVectors];
#pragma GCC unroll 4
      for (int vector = 0; vector < kVectors; vector++) column[vector] = load(b + vector * kLanes);
#pragma GCC unroll 16
      for (int row = 0; row < kRows; row++) {
#pragma GCC unroll 4
        for (int vector = 0; vector < kVectors; vector++) sum[row][vector] += a[row] * column[vector];
      }
      a += kRows;
      b += kColumns;
    }
#pragma GCC unroll 16
    for (int row = 0; row < kRows; row++) {
#pragma GCC unroll 4
      for (int vector = 0; vector < kVectors; vector++) {
        store(c + row * cStride + vector * kLanes, sum[row][vector]);
      }
    }
  }

  /** Called by a thread before and after its share of multiply calls. */
  MALMOI_INLINE void begin() {}
  MALMOI_INLINE void end() {}

 private:
  /** `first` runs along memory: whole pieces of rows are copied. */
  template <int kWidth>
  MALMOI_INLINE void packLeading(Element* panel, const MatrixView& m, int64_t first, int count,
                                 int64_t from, int64_t to) {
    const float* source = m.data + from * m.stride + first;
    if (count == kWidth) {
      for (int64_t k = from; k < to; k++, source += m.stride, panel += kWidth) {
        std::memcpy(panel, source, kWidth * sizeof(float));
      }
      return;
    }
    for (int64_t k = from; k < to; k++, source += m.stride, panel += kWidth) {
      for (int i = 0; i < kWidth; i++) panel[i] = i < count ? source[i] : 0.0f;
    }
  }

  /** The depth runs along memory: a transposition, four depths of a row at a time. */
  template <int kWidth>
  MALMOI_INLINE void packTrailing(Element* panel, const MatrixView& m, int64_t first, int count,
                                  int64_t from, int64_t to) {
    const int64_t depth = to - from;
    for (int i = 0; i < count; i++) {
      const float* source = m.data + (first + i) * m.stride + from;
      float* target = panel + i;
      int64_t k = 0;
      for (; k + 4 <= depth; k += 4, target += 4 * kWidth) {
        target[0] = source[k];
        target[kWidth] = source[k + 1];
        target[2 * kWidth] = source[k + 2];
        target[3 * kWidth] = source[k + 3];
      }
      for (; k < depth; k++, target += kWidth) *target = source[k];
    }
    for (int i = count; i < kWidth; i++) {
      for (int64_t k = 0; k < depth; k++) panel[k * kWidth + i] = 0.0f;
    }
  }
};

}  // namespace MALMOI_ISA
}  // namespace malmoi
