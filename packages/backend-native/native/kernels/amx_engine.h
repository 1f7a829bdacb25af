// Matrix products in bfloat16 on AMX tiles: four 16 x 16 blocks of C in tiles 0 to 3, two of A in 4 and 5, two
// of B in 6 and 7 (Intel 64 optimization manual, chapter on AMX).
#pragma once

#include "kernels/bfloat16_engine.h"
#include "kernels/tile_instructions.h"

namespace malmoi {
namespace MALMOI_ISA {

/** What LDTILECFG reads: palette 1, eight tiles of 16 rows of 64 bytes. */
struct alignas(64) TileConfiguration {
  uint8_t palette = 1;
  uint8_t startRow = 0;
  uint8_t reserved[14] = {};
  uint16_t rowBytes[16] = {64, 64, 64, 64, 64, 64, 64, 64};
  uint8_t rows[16] = {16, 16, 16, 16, 16, 16, 16, 16};
};

/** The engine of AMX: see FloatEngine for what an engine is. */
struct TileEngine : TilePacking {
  static constexpr int kRows = 32;
  static constexpr int kColumns = 32;
  static constexpr int kDepthBlock = 1024;

  MALMOI_INLINE void packA(Element* panel, const MatrixView& a, int64_t row, int64_t rows, int64_t from,
                           int64_t to) {
    packRows<2>(panel, a, row, rows, from, to);
  }
  MALMOI_INLINE void packB(Element* panel, const MatrixView& b, int64_t column, int64_t columns,
                           int64_t from, int64_t to) {
    packColumns<2>(panel, b, column, columns, from, to);
  }

  MALMOI_INLINE void multiply(const Element* a, const Element* b, int64_t depth, float* c, int64_t cStride,
                              bool accumulate) {
    const int64_t rowBytes = cStride * static_cast<int64_t>(sizeof(float));
    if (accumulate) {
      MALMOI_TILE_LOAD(0, c, rowBytes);
      MALMOI_TILE_LOAD(1, c + 16, rowBytes);
      MALMOI_TILE_LOAD(2, c + 16 * cStride, rowBytes);
      MALMOI_TILE_LOAD(3, c + 16 * cStride + 16, rowBytes);
    } else {
      MALMOI_TILE_ZERO(0);
      MALMOI_TILE_ZERO(1);
      MALMOI_TILE_ZERO(2);
      MALMOI_TILE_ZERO(3);
    }
    for (int64_t k = 0; k < depth; k += 32, a += 2 * kTileElements, b += 2 * kTileElements) {
      MALMOI_TILE_LOAD(6, b, 64);
      MALMOI_TILE_LOAD(4, a, 64);
      MALMOI_TILE_DOT_BFLOAT16(0, 4, 6);
      MALMOI_TILE_LOAD(7, b + kTileElements, 64);
      MALMOI_TILE_DOT_BFLOAT16(1, 4, 7);
      MALMOI_TILE_LOAD(5, a + kTileElements, 64);
      MALMOI_TILE_DOT_BFLOAT16(2, 5, 6);
      MALMOI_TILE_DOT_BFLOAT16(3, 5, 7);
    }
    MALMOI_TILE_STORE(0, c, rowBytes);
    MALMOI_TILE_STORE(1, c + 16, rowBytes);
    MALMOI_TILE_STORE(2, c + 16 * cStride, rowBytes);
    MALMOI_TILE_STORE(3, c + 16 * cStride + 16, rowBytes);
  }

  MALMOI_INLINE void begin() {
    const TileConfiguration configuration;
    // GCC 12 declares only the first 8 bytes as read and may drop the stores of the others.
    asm volatile("" ::"r"(&configuration) : "memory");
    MALMOI_TILE_CONFIGURE(&configuration);
  }
  MALMOI_INLINE void end() { MALMOI_TILE_RELEASE(); }
};

}  // namespace MALMOI_ISA
}  // namespace malmoi
