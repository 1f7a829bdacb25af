// Matrix products in float32: how panels are packed and the micro-kernel that multiplies two of them, a block of
// C held in registers (Goto and van de Geijn 2008).
//
// An engine is a type with Element, kRows, kColumns, kDepth and the functions below; matrix_product.h builds
// products of any size from it.
#pragma once

#include "kernels/few_rows.h"
#include "kernels/kernel_table.h"
#include "kernels/simd.h"

namespace malmoi {
namespace MALMOI_ISA {

struct FloatEngine {
  using Element = float;
  /** How few rows are multiplied. */
  using Lanes = FloatLanes;

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
      const Factors factors(a);
#pragma GCC unroll 16
      for (int row = 0; row < kRows; row++) {
#pragma GCC unroll 4
        for (int vector = 0; vector < kVectors; vector++) sum[row][vector] += factors.of(row) * column[vector];
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
#if defined(__aarch64__)
  /**
   * The elements of a panel of A at one depth. The multiply-add of NEON takes one of its factors from a lane of a
   * register, so they are loaded as vectors; one by one they would take more registers than there are.
   */
  struct Factors {
    Floats vectors[kRows / kLanes];

    MALMOI_ALWAYS_INLINE explicit Factors(const float* a) {
#pragma GCC unroll 4
      for (int i = 0; i < kRows / kLanes; i++) vectors[i] = load(a + i * kLanes);
    }
    MALMOI_ALWAYS_INLINE Floats of(int row) const { return broadcastLane(vectors[row / kLanes], row % kLanes); }
  };
#else
  /** The elements of a panel of A at one depth: each is broadcast from memory. */
  struct Factors {
    const float* elements;

    MALMOI_ALWAYS_INLINE explicit Factors(const float* a) : elements(a) {}
    MALMOI_ALWAYS_INLINE float of(int row) const { return elements[row]; }
  };
#endif

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

  /** The depth runs along memory: a transposition, in blocks of four by four. */
  template <int kWidth>
  MALMOI_INLINE void packTrailing(Element* panel, const MatrixView& m, int64_t first, int count,
                                  int64_t from, int64_t to) {
    const int64_t depth = to - from;
    const float* source = m.data + first * m.stride + from;
    int i = 0;
    for (; i + 4 <= count; i += 4, source += 4 * m.stride) {
      int64_t k = 0;
      for (; k + 4 <= depth; k += 4) transposeQuads(panel + k * kWidth + i, kWidth, source + k, m.stride);
      for (; k < depth; k++) {
        for (int line = 0; line < 4; line++) panel[k * kWidth + i + line] = source[line * m.stride + k];
      }
    }
    for (; i < count; i++, source += m.stride) {
      for (int64_t k = 0; k < depth; k++) panel[k * kWidth + i] = source[k];
    }
    for (; i < kWidth; i++) {
      for (int64_t k = 0; k < depth; k++) panel[k * kWidth + i] = 0.0f;
    }
  }

  typedef float Quad __attribute__((vector_size(16)));

  MALMOI_INLINE Quad loadQuad(const float* from) {
    Quad quad;
    std::memcpy(&quad, from, sizeof quad);
    return quad;
  }
  MALMOI_INLINE void storeQuad(float* to, Quad quad) { std::memcpy(to, &quad, sizeof quad); }

  /** Four lines of four elements become four columns. */
  MALMOI_INLINE void transposeQuads(float* to, int64_t toStride, const float* from, int64_t fromStride) {
    const Quad line0 = loadQuad(from);
    const Quad line1 = loadQuad(from + fromStride);
    const Quad line2 = loadQuad(from + 2 * fromStride);
    const Quad line3 = loadQuad(from + 3 * fromStride);
    const Quad low01 = __builtin_shufflevector(line0, line1, 0, 4, 1, 5);
    const Quad high01 = __builtin_shufflevector(line0, line1, 2, 6, 3, 7);
    const Quad low23 = __builtin_shufflevector(line2, line3, 0, 4, 1, 5);
    const Quad high23 = __builtin_shufflevector(line2, line3, 2, 6, 3, 7);
    storeQuad(to, __builtin_shufflevector(low01, low23, 0, 1, 4, 5));
    storeQuad(to + toStride, __builtin_shufflevector(low01, low23, 2, 3, 6, 7));
    storeQuad(to + 2 * toStride, __builtin_shufflevector(high01, high23, 0, 1, 4, 5));
    storeQuad(to + 3 * toStride, __builtin_shufflevector(high01, high23, 2, 3, 6, 7));
  }
};

}  // namespace MALMOI_ISA
}  // namespace malmoi
