// Two products one after the other, (a * b) * c, with something done to each element between them: what a feed-forward
// network is forward and backward. What is between them is never in memory as a whole: a block of rows is packed for
// the second product as soon as it comes out of the first, while it is in the cache.
#pragma once

#include "kernels/panels.h"

namespace malmoi {
namespace MALMOI_ISA {

/** How the rows of a chain are divided: by its shape alone. */
template <typename Engine>
struct RowBlocks {
  /** Rows of a block; all where there are few, whose columns are then shared out instead. */
  int64_t rows;
  int64_t count;
  bool few;

  explicit RowBlocks(int64_t all) {
    constexpr int64_t kFewest = 4;
    const int64_t block = smaller(roundUp(kRowBlock, Engine::kRows), roundUp(divideUp(all, 8), Engine::kRows));
    few = divideUp(all, block) < kFewest;
    rows = few ? all : block;
    count = divideUp(all, rows);
  }
};

template <typename Engine>
struct ProductChain {
  int64_t rows;
  /** [rows, depth of the first factor]. */
  MatrixView a;
  const ColumnPanels<Engine>& first;
  const ColumnPanels<Engine>& second;
  /** The result is added to it; rows of second.count. */
  float* out;
};

/** Packs a block [rows, columns] that begins with column `column` of a left factor, for rows from `row` on. */
template <typename Engine>
MALMOI_INLINE void packBlock(const RowPanels<Engine>& panels, const float* block, int64_t row, int64_t rows,
                             int64_t column, int64_t columns) {
  const MatrixView view = {block, Engine::kColumns, false};
  for (int64_t from = 0; from < columns;) {
    const int64_t depthBlock = (column + from) / panels.blocks.depth;
    const int64_t to = smaller(columns, panels.to(depthBlock) - column);
    const int64_t offset = (column + from - panels.from(depthBlock)) * Engine::kRows;
    for (int64_t i = 0; i < rows; i += Engine::kRows) {
      Engine::packA(panels.at(depthBlock, row + i) + offset, view, i, rows, from, to);
    }
    from = to;
  }
}

/**
 * Columns [firstColumn, endColumn) of rows [0, rows) of the first product, a panel of columns after the other:
 * finish(block, column, columns) sees each as rows of kColumns before it is packed into `middle`.
 */
template <typename Engine, typename Finish>
MALMOI_INLINE void multiplyFirst(const RowPanels<Engine>& a, const ColumnPanels<Engine>& b, int64_t firstColumn,
                                 int64_t endColumn, const RowPanels<Engine>& middle, const Finish& finish) {
  Scratch scratch;
  float* block = scratch.floats(a.padded * Engine::kColumns);
  for (int64_t column = firstColumn; column < endColumn; column += Engine::kColumns) {
    const int64_t columns = smaller<int64_t>(Engine::kColumns, endColumn - column);
    for (int64_t depthBlock = 0; depthBlock < a.blocks.count; depthBlock++) {
      for (int64_t row = 0; row < a.count; row += Engine::kRows) {
        Engine::multiply(a.at(depthBlock, row), b.at(depthBlock, column), a.paddedDepth(depthBlock),
                         block + row * Engine::kColumns, Engine::kColumns, depthBlock > 0);
      }
    }
    finish(block, column, columns);
    packBlock<Engine>(middle, block, 0, a.count, column, columns);
  }
}

/**
 * Runs the chain. start(part, row, rows) is called for each block of rows before anything else of it, and
 * finish(part, row, rows, block, column, columns) for each part of the first product: rows of kColumns, of which
 * `columns` count.
 */
template <typename Engine, typename Start, typename Finish>
static void multiplyChain(const ProductChain<Engine>& chain, const RowBlocks<Engine>& blocks, const Start& start,
                          const Finish& finish) {
  const int64_t inner = chain.first.count;
  const int64_t width = chain.second.count;
  if (!blocks.few) {
    parallelFor(blocks.count, [&](int64_t part) {
      const int64_t row = part * blocks.rows;
      const int64_t rows = smaller(blocks.rows, chain.rows - row);
      start(part, row, rows);
      Scratch own;
      const RowPanels<Engine> left(own, rows, chain.first.depth);
      const RowPanels<Engine> middle(own, rows, inner);
      Engine::begin();
      packPanels<Engine>(left, advance(chain.a, row * chain.a.stride), 0, rows);
      multiplyFirst<Engine>(left, chain.first, 0, inner, middle, [&](float* block, int64_t column, int64_t columns) {
        finish(part, row, rows, block, column, columns);
      });
      multiplyPanels<Engine>(middle, chain.second, 0, rows, chain.out + row * width, width, true, false);
      Engine::end();
    });
    return;
  }
  constexpr int64_t kTasks = 12;
  Scratch scratch;
  const RowPanels<Engine> left(scratch, chain.rows, chain.first.depth);
  const RowPanels<Engine> middle(scratch, chain.rows, inner);
  start(0, 0, chain.rows);
  packPanels<Engine>(left, chain.a, 0, chain.rows);
  const int64_t step = divideUp(divideUp(inner, Engine::kColumns), kTasks) * Engine::kColumns;
  parallelFor(divideUp(inner, step), [&](int64_t task) {
    Engine::begin();
    multiplyFirst<Engine>(left, chain.first, task * step, smaller(inner, (task + 1) * step), middle,
                          [&](float* block, int64_t column, int64_t columns) {
                            finish(0, 0, chain.rows, block, column, columns);
                          });
    Engine::end();
  });
  const int64_t secondStep = divideUp(divideUp(width, Engine::kColumns), kTasks) * Engine::kColumns;
  parallelFor(divideUp(width, secondStep), [&](int64_t task) {
    Engine::begin();
    multiplyColumnPanels<Engine>(middle, chain.second, 0, chain.rows, task * secondStep,
                                 smaller(width, (task + 1) * secondStep), chain.out, width, true, false);
    Engine::end();
  });
}

}  // namespace MALMOI_ISA
}  // namespace malmoi
