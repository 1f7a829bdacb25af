// Matrix products in bfloat16 with float32 sums, for processors with AVX512_BF16: VDPBF16PS adds the products of
// sixteen pairs. Panels are laid out in blocks of 32 depths as AMX's tiles are, so that both share the packing:
// A as 16 rows of 32 depths, B as two halves of 16 columns, each 16 pairs of depths by 16 columns.
#pragma once

#include <immintrin.h>

#include "kernels/few_rows.h"
#include "kernels/kernel_table.h"
#include "kernels/simd.h"

namespace malmoi {
namespace MALMOI_ISA {

/** Elements of one tile: 16 rows of 64 bytes. */
constexpr int kTileElements = 512;

/** 16 x 16 transposition of 32-bit elements. */
MALMOI_INLINE void transposeTile(__m512i* r) {
  __m512i t[16];
#pragma GCC unroll 8
  for (int i = 0; i < 16; i += 2) {
    t[i] = _mm512_unpacklo_epi32(r[i], r[i + 1]);
    t[i + 1] = _mm512_unpackhi_epi32(r[i], r[i + 1]);
  }
#pragma GCC unroll 4
  for (int i = 0; i < 16; i += 4) {
    r[i] = _mm512_unpacklo_epi64(t[i], t[i + 2]);
    r[i + 1] = _mm512_unpackhi_epi64(t[i], t[i + 2]);
    r[i + 2] = _mm512_unpacklo_epi64(t[i + 1], t[i + 3]);
    r[i + 3] = _mm512_unpackhi_epi64(t[i + 1], t[i + 3]);
  }
#pragma GCC unroll 4
  for (int i = 0; i < 4; i++) {
    t[i] = _mm512_shuffle_i32x4(r[i], r[i + 4], 0x88);
    t[i + 4] = _mm512_shuffle_i32x4(r[i], r[i + 4], 0xdd);
    t[i + 8] = _mm512_shuffle_i32x4(r[i + 8], r[i + 12], 0x88);
    t[i + 12] = _mm512_shuffle_i32x4(r[i + 8], r[i + 12], 0xdd);
  }
#pragma GCC unroll 4
  for (int i = 0; i < 4; i++) {
    r[i] = _mm512_shuffle_i32x4(t[i], t[i + 8], 0x88);
    r[i + 8] = _mm512_shuffle_i32x4(t[i], t[i + 8], 0xdd);
    r[i + 4] = _mm512_shuffle_i32x4(t[i + 4], t[i + 12], 0x88);
    r[i + 12] = _mm512_shuffle_i32x4(t[i + 4], t[i + 12], 0xdd);
  }
}

MALMOI_INLINE __mmask16 laneMask(int64_t count) {
  return count >= 16 ? 0xffff : count <= 0 ? 0 : static_cast<__mmask16>((1u << count) - 1);
}

MALMOI_INLINE __m512i toBfloat16(__m512 high, __m512 low) {
  return (__m512i)_mm512_cvtne2ps_pbh(high, low);
}

/** Interleaves the two halves of a vector of bfloat16: pairs of depths side by side. */
MALMOI_INLINE __m512i interleaveHalves(__m512i halves) {
  alignas(64) static const uint16_t order[32] = {0, 16, 1, 17, 2,  18, 3,  19, 4,  20, 5,  21, 6,  22, 7,  23,
                                                 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31};
  return _mm512_permutexvar_epi16(_mm512_load_si512(order), halves);
}

/** 16 lines of 32 depths that run along memory, converted; lines and depths that are not there are 0. */
MALMOI_INLINE void loadLines(__m512i* r, const float* from, int64_t stride, int64_t lines, int64_t depths) {
  if (lines >= 16 && depths >= 32) {
#pragma GCC unroll 16
    for (int i = 0; i < 16; i++) {
      r[i] = toBfloat16(_mm512_loadu_ps(from + i * stride + 16), _mm512_loadu_ps(from + i * stride));
    }
    return;
  }
  for (int i = 0; i < 16; i++) {
    r[i] = i < lines ? toBfloat16(_mm512_maskz_loadu_ps(laneMask(depths - 16), from + i * stride + 16),
                                  _mm512_maskz_loadu_ps(laneMask(depths), from + i * stride))
                     : _mm512_setzero_si512();
  }
}

MALMOI_INLINE __mmask32 halfMask(int64_t count) {
  return count >= 32 ? 0xffffffff : count <= 0 ? 0 : (static_cast<__mmask32>(1) << count) - 1;
}

/** The same of elements that are bfloat16 already. */
MALMOI_INLINE void loadLines(__m512i* r, const uint16_t* from, int64_t stride, int64_t lines, int64_t depths) {
  const __mmask32 mask = halfMask(depths);
#pragma GCC unroll 16
  for (int i = 0; i < 16; i++) {
    r[i] = i < lines ? _mm512_maskz_loadu_epi16(mask, from + i * stride) : _mm512_setzero_si512();
  }
}

/** 32 depths of 16 lines, the lines running along memory: 16 rows of pairs. */
MALMOI_INLINE void loadPairs(__m512i* r, const float* from, int64_t stride, int64_t lines, int64_t depths) {
  const __mmask16 mask = laneMask(lines);
  for (int i = 0; i < 16; i++) {
    const __m512 even =
        2 * i < depths ? _mm512_maskz_loadu_ps(mask, from + 2 * i * stride) : _mm512_setzero_ps();
    const __m512 odd =
        2 * i + 1 < depths ? _mm512_maskz_loadu_ps(mask, from + (2 * i + 1) * stride) : _mm512_setzero_ps();
    r[i] = interleaveHalves(toBfloat16(odd, even));
  }
}

/** The same of elements that are bfloat16 already. */
MALMOI_INLINE void loadPairs(__m512i* r, const uint16_t* from, int64_t stride, int64_t lines, int64_t depths) {
  const __mmask32 mask = halfMask(smaller<int64_t>(16, lines));
  for (int i = 0; i < 16; i++) {
    const __mmask32 even = 2 * i < depths ? mask : 0;
    const __mmask32 odd = 2 * i + 1 < depths ? mask : 0;
    const __m512i low = _mm512_maskz_loadu_epi16(even, from + 2 * i * stride);
    const __m512i high = _mm512_maskz_loadu_epi16(odd, from + (2 * i + 1) * stride);
    r[i] = interleaveHalves(_mm512_inserti64x4(low, _mm512_castsi512_si256(high), 1));
  }
}

/** How few rows are multiplied: pairs of depths side by side, the weights converted as they are read. */
struct Bfloat16Lanes {
  using Element = uint16_t;

  MALMOI_INLINE int64_t size(int64_t depth) { return roundUp(depth, 32) * kLanes; }

  /** As [depth / 2, kLanes, 2]. */
  MALMOI_INLINE void pack(const MatrixView& a, int64_t first, int64_t rows, int64_t depth, Element* to) {
    alignas(64) int32_t pairs[16];
    for (int64_t lane = 0; lane < kLanes; lane++) {
      const float* row = a.data + (first + lane) * a.stride;
      for (int64_t k = 0; k < depth; k += 32) {
        const int64_t depths = first + lane < rows ? depth - k : 0;
        _mm512_store_si512(pairs, convert(row + k, depths));
        for (int64_t pair = 0; pair < 16; pair++) {
          memcpy(to + ((k / 2 + pair) * kLanes + lane) * 2, pairs + pair, sizeof(int32_t));
        }
      }
    }
  }

  MALMOI_INLINE void multiply(const Element* x, const float* w, int64_t stride, int64_t count, int64_t depth,
                              float* out) {
    __m512 sum[kSumsAtOnce] = {};
    alignas(64) int32_t pairs[kSumsAtOnce][16];
    for (int64_t k = 0; k < depth; k += 32) {
      prefetchNextRows(w + k, stride);
      prefetchNextRows(w + k + 16, stride);
#pragma GCC unroll 8
      for (int n = 0; n < kSumsAtOnce; n++) {
        _mm512_store_si512(pairs[n], convert(w + n * stride + k, n < count ? depth - k : 0));
      }
      for (int64_t pair = 0; pair < 16; pair++) {
        const __m512bh value = (__m512bh)_mm512_loadu_si512(x + (k / 2 + pair) * kLanes * 2);
#pragma GCC unroll 8
        for (int n = 0; n < kSumsAtOnce; n++) {
          sum[n] = _mm512_dpbf16_ps(sum[n], value, (__m512bh)_mm512_set1_epi32(pairs[n][pair]));
        }
      }
    }
#pragma GCC unroll 8
    for (int n = 0; n < kSumsAtOnce; n++) _mm512_storeu_ps(out + n * kLanes, sum[n]);
  }

 private:
  /** 32 elements from memory, those beyond the first `count` 0. */
  MALMOI_INLINE __m512i convert(const float* from, int64_t count) {
    if (count >= 32) return toBfloat16(_mm512_loadu_ps(from + 16), _mm512_loadu_ps(from));
    return toBfloat16(_mm512_maskz_loadu_ps(laneMask(count - 16), from + 16),
                      _mm512_maskz_loadu_ps(laneMask(count), from));
  }
};

/** The packing that AVX512_BF16 and AMX share. */
struct TilePacking {
  using Element = uint16_t;
  using Lanes = Bfloat16Lanes;
  static constexpr int kDepth = 32;

  /** `tiles` tiles of A, 16 rows each, for every block of 32 depths. */
  template <int kTiles>
  MALMOI_INLINE void packRows(Element* panel, const MatrixView& a, int64_t row, int64_t rows, int64_t from,
                              int64_t to) {
    if (a.rounded != nullptr) packRowsFrom<kTiles>(a.rounded, panel, a, row, rows, from, to);
    else packRowsFrom<kTiles>(a.data, panel, a, row, rows, from, to);
  }

  template <int kTiles>
  MALMOI_INLINE void packColumns(Element* panel, const MatrixView& b, int64_t column, int64_t columns,
                                 int64_t from, int64_t to) {
    if (b.rounded != nullptr) packColumnsFrom<kTiles>(b.rounded, panel, b, column, columns, from, to);
    else packColumnsFrom<kTiles>(b.data, panel, b, column, columns, from, to);
  }

 private:
  template <int kTiles, typename Source>
  MALMOI_INLINE void packRowsFrom(const Source* data, Element* panel, const MatrixView& a, int64_t row, int64_t rows,
                                  int64_t from, int64_t to) {
    for (int64_t k = from; k < to; k += kDepth) {
      for (int tile = 0; tile < kTiles; tile++, panel += kTileElements) {
        const int64_t first = row + 16 * tile;
        __m512i r[16];
        if (a.transposed) {
          loadPairs(r, data + k * a.stride + first, a.stride, rows - first, to - k);
          transposeTile(r);
        } else {
          loadLines(r, data + first * a.stride + k, a.stride, rows - first, to - k);
        }
        for (int i = 0; i < 16; i++) _mm512_storeu_si512(panel + i * 32, r[i]);
      }
    }
  }

  template <int kTiles, typename Source>
  MALMOI_INLINE void packColumnsFrom(const Source* data, Element* panel, const MatrixView& b, int64_t column,
                                     int64_t columns, int64_t from, int64_t to) {
    for (int64_t k = from; k < to; k += kDepth) {
      for (int tile = 0; tile < kTiles; tile++, panel += kTileElements) {
        const int64_t first = column + 16 * tile;
        __m512i r[16];
        if (b.transposed) {
          loadLines(r, data + first * b.stride + k, b.stride, columns - first, to - k);
          transposeTile(r);
        } else {
          loadPairs(r, data + k * b.stride + first, b.stride, columns - first, to - k);
        }
        for (int i = 0; i < 16; i++) _mm512_storeu_si512(panel + i * 32, r[i]);
      }
    }
  }
};

/** The engine of AVX512_BF16: see FloatEngine for what an engine is. */
struct DotProductEngine : TilePacking {
  static constexpr int kRows = 16;
  static constexpr int kColumns = 32;
  static constexpr int kDepthBlock = 512;

  MALMOI_INLINE void packA(Element* panel, const MatrixView& a, int64_t row, int64_t rows, int64_t from,
                           int64_t to) {
    packRows<1>(panel, a, row, rows, from, to);
  }
  MALMOI_INLINE void packB(Element* panel, const MatrixView& b, int64_t column, int64_t columns,
                           int64_t from, int64_t to) {
    packColumns<2>(panel, b, column, columns, from, to);
  }

  MALMOI_INLINE void multiply(const Element* a, const Element* b, int64_t depth, float* c, int64_t cStride,
                              bool accumulate) {
    multiplyRows(a, b, depth, c, cStride, accumulate);
    multiplyRows(a + 8 * 32, b, depth, c + 8 * cStride, cStride, accumulate);
  }

  MALMOI_INLINE void begin() {}
  MALMOI_INLINE void end() {}

 private:
  /** Eight of the sixteen rows: 16 sums and 2 columns in the 32 registers. */
  MALMOI_INLINE void multiplyRows(const Element* a, const Element* b, int64_t depth, float* c,
                                  int64_t cStride, bool accumulate) {
    __m512 sum[8][2];
#pragma GCC unroll 8
    for (int row = 0; row < 8; row++) {
      sum[row][0] = accumulate ? _mm512_loadu_ps(c + row * cStride) : _mm512_setzero_ps();
      sum[row][1] = accumulate ? _mm512_loadu_ps(c + row * cStride + 16) : _mm512_setzero_ps();
    }
    for (int64_t k = 0; k < depth; k += 32, a += kTileElements, b += 2 * kTileElements) {
      for (int pair = 0; pair < 16; pair++) {
        const __m512bh left = (__m512bh)_mm512_load_si512(b + pair * 32);
        const __m512bh right = (__m512bh)_mm512_load_si512(b + kTileElements + pair * 32);
#pragma GCC unroll 8
        for (int row = 0; row < 8; row++) {
          int32_t both;
          std::memcpy(&both, a + row * 32 + pair * 2, sizeof both);
          const __m512bh value = (__m512bh)_mm512_set1_epi32(both);
          sum[row][0] = _mm512_dpbf16_ps(sum[row][0], value, left);
          sum[row][1] = _mm512_dpbf16_ps(sum[row][1], value, right);
        }
      }
    }
#pragma GCC unroll 8
    for (int row = 0; row < 8; row++) {
      _mm512_storeu_ps(c + row * cStride, sum[row][0]);
      _mm512_storeu_ps(c + row * cStride + 16, sum[row][1]);
    }
  }
};

}  // namespace MALMOI_ISA
}  // namespace malmoi
