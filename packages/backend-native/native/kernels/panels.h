// Matrices packed once and multiplied many times, for kernels that put several products together: the rows of a
// left factor or the columns of a right one, in an engine's panels, for a block of depths after the other.
#pragma once

#include "core/scratch.h"
#include "kernels/matrix_product.h"

namespace malmoi {
namespace MALMOI_ISA {

template <typename Engine, int kWidth>
struct Panels {
  using Element = typename Engine::Element;

  /** Rows or columns, and the same rounded up to whole panels. */
  int64_t count;
  int64_t padded;
  int64_t depth;
  DepthBlocks<Engine> blocks;
  Element* data;

  Panels(Scratch& scratch, int64_t ownCount, int64_t ownDepth)
      : count(ownCount),
        padded(roundUp(ownCount, kWidth)),
        depth(ownDepth),
        blocks(ownDepth),
        data(static_cast<Element*>(
            scratch.bytes(static_cast<size_t>(padded * blocks.count * blocks.depth) * sizeof(Element)))) {}

  int64_t from(int64_t block) const { return block * blocks.depth; }
  int64_t to(int64_t block) const { return smaller(depth, (block + 1) * blocks.depth); }
  int64_t paddedDepth(int64_t block) const { return roundUp(to(block) - from(block), Engine::kDepth); }

  /** The panel that begins with row or column `first`. */
  Element* at(int64_t block, int64_t first) const {
    return data + padded * from(block) + first * paddedDepth(block);
  }
};

template <typename Engine>
using RowPanels = Panels<Engine, Engine::kRows>;
template <typename Engine>
using ColumnPanels = Panels<Engine, Engine::kColumns>;

/** Packs rows [first, end) of `a`, from a panel's first row on. */
template <typename Engine>
MALMOI_INLINE void packPanels(const RowPanels<Engine>& panels, const MatrixView& a, int64_t first, int64_t end) {
  for (int64_t block = 0; block < panels.blocks.count; block++) {
    packRowsByStrip<Engine>(panels.at(block, first), panels.paddedDepth(block), a, first, end, panels.count,
                            panels.from(block), panels.to(block));
  }
}

/** Packs the columns of `b`. */
template <typename Engine>
MALMOI_INLINE void packColumnPanels(const ColumnPanels<Engine>& panels, const MatrixView& b) {
  for (int64_t block = 0; block < panels.blocks.count; block++) {
    packColumnsByStrip<Engine>(panels.at(block, 0), panels.paddedDepth(block), b, 0, panels.count, panels.count,
                               panels.from(block), panels.to(block));
  }
}

/** The same, the columns divided among tasks. */
template <typename Engine>
static void packColumnPanelsShared(const ColumnPanels<Engine>& panels, const MatrixView& b) {
  constexpr int64_t kTasks = 16;
  const int64_t width = divideUp(divideUp(panels.count, Engine::kColumns), kTasks) * Engine::kColumns;
  if (width == 0) return;
  parallelFor(divideUp(panels.count, width), [&](int64_t task) {
    const int64_t first = task * width;
    const int64_t end = smaller(panels.count, first + width);
    for (int64_t block = 0; block < panels.blocks.count; block++) {
      packColumnsByStrip<Engine>(panels.at(block, first), panels.paddedDepth(block), b, first, end, panels.count,
                                 panels.from(block), panels.to(block));
    }
  });
}

/**
 * Rows [first, end) and columns [firstColumn, endColumn) of a * b to c, or added to it. c begins with row `first` and
 * column 0; firstColumn is a panel's first. With `padded`, c has room for
 * whole panels, and what lies beyond rows and columns becomes 0 or, where a panel has more rows, theirs.
 */
template <typename Engine>
MALMOI_INLINE void multiplyColumnPanels(const RowPanels<Engine>& a, const ColumnPanels<Engine>& b, int64_t first,
                                        int64_t end, int64_t firstColumn, int64_t endColumn, float* c,
                                        int64_t cStride, bool accumulate, bool padded) {
  for (int64_t block = 0; block < a.blocks.count; block++) {
    const int64_t depth = a.paddedDepth(block);
    for (int64_t column = firstColumn; column < endColumn; column += Engine::kColumns) {
      for (int64_t row = first; row < end; row += Engine::kRows) {
        float* target = c + (row - first) * cStride + column;
        const int64_t rows = padded ? Engine::kRows : end - row;
        const int64_t columns = padded ? Engine::kColumns : b.count - column;
        multiplyBlock<Engine>(a.at(block, row), b.at(block, column), depth, target, cStride, rows, columns,
                              accumulate || block > 0);
      }
    }
  }
}

/** The same for all columns. */
template <typename Engine>
MALMOI_INLINE void multiplyPanels(const RowPanels<Engine>& a, const ColumnPanels<Engine>& b, int64_t first,
                                  int64_t end, float* c, int64_t cStride, bool accumulate, bool padded) {
  multiplyColumnPanels<Engine>(a, b, first, end, 0, b.count, c, cStride, accumulate, padded);
}

}  // namespace MALMOI_ISA
}  // namespace malmoi
