// Products of matrices of any size from an engine's panels. Every partition below follows from the shapes alone,
// so the sums are taken in the same order whatever the number of threads.
#pragma once

#include "core/scratch.h"
#include "core/thread_pool.h"
#include "kernels/activation.h"
#include "kernels/few_rows.h"
#include "kernels/kernel_table.h"
#include "kernels/simd.h"

namespace malmoi {
namespace MALMOI_ISA {

/** Elements of packed B that are kept at once: more, and they fall out of the last-level cache. */
constexpr int64_t kPackedElements = int64_t{4} << 20;
/** Rows of A that a task packs at once, about half a second-level cache at kDepthBlock. */
constexpr int64_t kRowBlock = 192;

/** A copy before the activation with more elements goes past the caches: only the backward pass reads it. */
constexpr int64_t kStreamedElements = int64_t{1} << 21;

/** Bias, activation and the copy before it, on a finished block of C. */
MALMOI_INLINE void finishBlock(const MatrixProduct& product, int64_t row, int64_t rows, int64_t column,
                               int64_t columns) {
  if (product.bias == nullptr && product.activation == Activation::kLinear &&
      product.preActivation == nullptr) {
    return;
  }
  const bool streams =
      product.preActivation != nullptr && product.rows * product.columns > kStreamedElements;
  for (int64_t i = 0; i < rows; i++) {
    float* c = product.c + (row + i) * product.cStride + column;
    float* z = product.preActivation == nullptr
                   ? nullptr
                   : product.preActivation + (row + i) * product.cStride + column;
    const float* bias = product.bias == nullptr ? nullptr : product.bias + column;
    for (int64_t j = 0; j < columns; j += kLanes) {
      const int64_t count = smaller<int64_t>(kLanes, columns - j);
      const bool whole = count == kLanes;
      Floats value = whole ? load(c + j) : loadSome(c + j, count);
      if (bias != nullptr) value += whole ? load(bias + j) : loadSome(bias + j, count);
      if (streams && whole && isAligned(z + j)) stream(z + j, value);
      else if (z != nullptr) whole ? store(z + j, value) : storeSome(z + j, value, count);
      value = activate(product.activation, value);
      whole ? store(c + j, value) : storeSome(c + j, value, count);
    }
  }
  if (streams) finishStreaming();
}

/** The same matrix without its first elements in memory. */
MALMOI_INLINE MatrixView advance(MatrixView view, int64_t elements) {
  if (view.rounded != nullptr) view.rounded += elements;
  else view.data += elements;
  return view;
}

/** One block of C from two panels, through a buffer where it hangs over the edge. */
template <typename Engine>
MALMOI_INLINE void multiplyBlock(const typename Engine::Element* a, const typename Engine::Element* b,
                                 int64_t depth, float* c, int64_t cStride, int64_t rows, int64_t columns,
                                 bool accumulate) {
  if (rows >= Engine::kRows && columns >= Engine::kColumns) {
    Engine::multiply(a, b, depth, c, cStride, accumulate);
    return;
  }
  alignas(64) float block[Engine::kRows * Engine::kColumns];
  Engine::multiply(a, b, depth, block, Engine::kColumns, false);
  const int64_t rowCount = smaller<int64_t>(rows, Engine::kRows);
  const int64_t columnCount = smaller<int64_t>(columns, Engine::kColumns);
  for (int64_t i = 0; i < rowCount; i++) {
    for (int64_t j = 0; j < columnCount; j++) {
      const float value = block[i * Engine::kColumns + j];
      c[i * cStride + j] = accumulate ? c[i * cStride + j] + value : value;
    }
  }
}

/** Elements of `count` rows or columns, packed in panels of `width`, `depth` deep. */
MALMOI_INLINE int64_t packedSize(int64_t count, int64_t width, int64_t depth, int64_t depthUnit) {
  return roundUp(count, width) * roundUp(depth, depthUnit);
}

/** Number of blocks that `depth` is divided in, and their depth. */
template <typename Engine>
struct DepthBlocks {
  int64_t count;
  int64_t depth;
  explicit DepthBlocks(int64_t whole)
      : count(larger<int64_t>(1, divideUp(whole, Engine::kDepthBlock))),
        depth(roundUp(divideUp(whole, count), Engine::kDepth)) {}
};

/**
 * Depths of a strip. Where the depths of a matrix lie a row apart, every panel gets a strip before any gets the next:
 * its rows are then read from their beginning to their end. Panel after panel, each load would be in a page of its own.
 */
constexpr int64_t kStrip = 32;

/** Packs rows [first, end) of `a`, depths [from, to): panels of kRows rows, `depth` apart. */
template <typename Engine>
MALMOI_INLINE void packRowsByStrip(typename Engine::Element* packed, int64_t depth, const MatrixView& a, int64_t first,
                                 int64_t end, int64_t rows, int64_t from, int64_t to) {
  const int64_t strip = a.transposed ? kStrip : larger<int64_t>(1, to - from);
  for (int64_t k = from; k < to; k += strip) {
    for (int64_t row = first; row < end; row += Engine::kRows) {
      Engine::packA(packed + (row - first) * depth + (k - from) * Engine::kRows, a, row, rows, k,
                    smaller(to, k + strip));
    }
  }
}

/** The same for columns [first, end) of `b`. */
template <typename Engine>
MALMOI_INLINE void packColumnsByStrip(typename Engine::Element* packed, int64_t depth, const MatrixView& b, int64_t first,
                                 int64_t end, int64_t columns, int64_t from, int64_t to) {
  const int64_t strip = b.transposed ? larger<int64_t>(1, to - from) : kStrip;
  for (int64_t k = from; k < to; k += strip) {
    for (int64_t column = first; column < end; column += Engine::kColumns) {
      Engine::packB(packed + (column - first) * depth + (k - from) * Engine::kColumns, b, column, columns, k,
                    smaller(to, k + strip));
    }
  }
}

/**
 * A product on the calling thread, its panels packed in the thread's scratch memory: for tasks that multiply
 * matrices of their own, such as the heads of attention.
 */
template <typename Engine>
static void multiplySerially(const MatrixProduct& product) {
  using Element = typename Engine::Element;
  const DepthBlocks<Engine> blocks(product.depth);
  Scratch scratch;
  auto* packedA = static_cast<Element*>(
      scratch.bytes(packedSize(product.rows, Engine::kRows, blocks.depth, Engine::kDepth) * sizeof(Element)));
  auto* packedB = static_cast<Element*>(
      scratch.bytes(packedSize(product.columns, Engine::kColumns, blocks.depth, Engine::kDepth) * sizeof(Element)));
  Engine::begin();
  for (int64_t block = 0; block < blocks.count; block++) {
    const int64_t from = block * blocks.depth;
    const int64_t to = smaller(product.depth, from + blocks.depth);
    const int64_t depth = roundUp(to - from, Engine::kDepth);
    packRowsByStrip<Engine>(packedA, depth, product.a, 0, product.rows, product.rows, from, to);
    packColumnsByStrip<Engine>(packedB, depth, product.b, 0, product.columns, product.columns, from, to);
    for (int64_t column = 0; column < product.columns; column += Engine::kColumns) {
      for (int64_t row = 0; row < product.rows; row += Engine::kRows) {
        multiplyBlock<Engine>(packedA + row * depth, packedB + column * depth, depth,
                              product.c + row * product.cStride + column, product.cStride,
                              product.rows - row, product.columns - column,
                              product.accumulate || block > 0);
      }
    }
  }
  Engine::end();
  finishBlock(product, 0, product.rows, 0, product.columns);
}

/** Packs `columns` columns of B from `first` on, for all tasks: each packs some panels, or some depths of all. */
template <typename Engine>
static void packShared(typename Engine::Element* packed, int64_t paddedDepth, const MatrixProduct& product,
                       int64_t first, int64_t columns) {
  constexpr int64_t kTasks = 16;
  if (product.b.transposed) {
    const int64_t width = divideUp(divideUp(columns, Engine::kColumns), kTasks) * Engine::kColumns;
    parallelFor(divideUp(columns, width), [&](int64_t task) {
      const int64_t from = task * width;
      packColumnsByStrip<Engine>(packed + from * paddedDepth, paddedDepth, product.b, first + from,
                            first + smaller(columns, from + width), product.columns, 0, product.depth);
    });
    return;
  }
  const int64_t depths = divideUp(divideUp(product.depth, kStrip), kTasks) * kStrip;
  parallelFor(divideUp(product.depth, depths), [&](int64_t task) {
    const int64_t from = task * depths;
    packColumnsByStrip<Engine>(packed + from * Engine::kColumns, paddedDepth, product.b, first, first + columns,
                          product.columns, from, smaller(product.depth, from + depths));
  });
}

/**
 * The rows and columns of C are divided among tasks. B is packed once, a group of columns at a time, A by the
 * task that needs it.
 */
template <typename Engine>
static void multiplyByBlocks(const MatrixProduct& product) {
  using Element = typename Engine::Element;
  const DepthBlocks<Engine> blocks(product.depth);
  const int64_t paddedDepth = blocks.count * blocks.depth;
  const int64_t groupColumns = larger<int64_t>(
      Engine::kColumns, kPackedElements / paddedDepth / Engine::kColumns * Engine::kColumns);
  const int64_t rowBlock =
      larger<int64_t>(Engine::kRows, smaller<int64_t>(kRowBlock, roundUp(divideUp(product.rows, 8), Engine::kRows)) /
                                         Engine::kRows * Engine::kRows);
  const int64_t rowTasks = divideUp(product.rows, rowBlock);

  Scratch scratch;
  auto* packedB = static_cast<Element*>(
      scratch.bytes(packedSize(smaller(groupColumns, product.columns), Engine::kColumns, paddedDepth, 1) *
                    sizeof(Element)));
  for (int64_t first = 0; first < product.columns; first += groupColumns) {
    const int64_t columns = smaller(groupColumns, product.columns - first);
    const int64_t panels = divideUp(columns, Engine::kColumns);
    packShared<Engine>(packedB, paddedDepth, product, first, columns);
    // Few rows: the columns are divided too, and each of their tasks packs its A again.
    const int64_t columnTasks = smaller<int64_t>(panels, larger<int64_t>(1, 12 / rowTasks));
    const int64_t taskPanels = divideUp(panels, columnTasks);
    parallelFor(rowTasks * columnTasks, [&](int64_t task) {
      const int64_t row = task % rowTasks * rowBlock;
      const int64_t rows = smaller(rowBlock, product.rows - row);
      const int64_t firstPanel = task / rowTasks * taskPanels;
      const int64_t endPanel = smaller(panels, firstPanel + taskPanels);
      Scratch own;
      auto* packedA = static_cast<Element*>(
          own.bytes(packedSize(rows, Engine::kRows, blocks.depth, Engine::kDepth) * sizeof(Element)));
      Engine::begin();
      for (int64_t block = 0; block < blocks.count; block++) {
        const int64_t from = block * blocks.depth;
        const int64_t to = smaller(product.depth, from + blocks.depth);
        const int64_t depth = roundUp(to - from, Engine::kDepth);
        packRowsByStrip<Engine>(packedA, depth, product.a, row, row + rows, product.rows, from, to);
        const bool last = block + 1 == blocks.count;
        for (int64_t panel = firstPanel; panel < endPanel; panel++) {
          const int64_t column = first + panel * Engine::kColumns;
          const Element* b = packedB + panel * Engine::kColumns * paddedDepth + from * Engine::kColumns;
          for (int64_t i = 0; i < rows; i += Engine::kRows) {
            multiplyBlock<Engine>(packedA + i * depth, b, depth,
                                  product.c + (row + i) * product.cStride + column, product.cStride,
                                  product.rows - row - i, product.columns - column,
                                  product.accumulate || block > 0);
          }
          if (last) {
            finishBlock(product, row, rows, column,
                        smaller<int64_t>(Engine::kColumns, product.columns - column));
          }
        }
      }
      Engine::end();
    });
  }
}

/**
 * Few elements of C and a long sum, as in the weight gradients of the smallest layers: each task takes a range of
 * depths into a C of its own, and these are added in order.
 */
template <typename Engine>
static void multiplyByDepth(const MatrixProduct& product, int64_t parts) {
  const int64_t size = product.rows * product.columns;
  const int64_t depth = roundUp(divideUp(product.depth, parts), Engine::kDepth);
  Scratch scratch;
  float* partial = scratch.floats(parts * size);
  parallelFor(parts, [&](int64_t part) {
    const int64_t from = smaller(product.depth, part * depth);
    MatrixProduct own = product;
    own.depth = smaller(product.depth, from + depth) - from;
    own.a = advance(product.a, product.a.transposed ? from * product.a.stride : from);
    own.b = advance(product.b, product.b.transposed ? from : from * product.b.stride);
    own.c = partial + part * size;
    own.cStride = product.columns;
    own.bias = nullptr;
    own.activation = Activation::kLinear;
    own.preActivation = nullptr;
    own.accumulate = false;
    if (own.depth > 0) multiplySerially<Engine>(own);
    else std::memset(own.c, 0, static_cast<size_t>(size) * sizeof(float));
  });
  const int64_t rowsPerTask = larger<int64_t>(1, 16384 / larger<int64_t>(1, product.columns));
  parallelFor(divideUp(product.rows, rowsPerTask), [&](int64_t task) {
    const int64_t first = task * rowsPerTask;
    const int64_t rows = smaller(rowsPerTask, product.rows - first);
    for (int64_t row = first; row < first + rows; row++) {
      for (int64_t column = 0; column < product.columns; column += kLanes) {
        const int64_t count = smaller<int64_t>(kLanes, product.columns - column);
        const float* from = partial + row * product.columns + column;
        float* to = product.c + row * product.cStride + column;
        Floats sum = product.accumulate ? loadSome(to, count) : Floats{};
        for (int64_t part = 0; part < parts; part++) sum += loadSome(from + part * size, count);
        storeSome(to, sum, count);
      }
    }
    finishBlock(product, first, rows, 0, product.columns);
  });
}

template <typename Engine>
static void multiplyWith(const MatrixProduct& product) {
  if (product.rows == 0 || product.columns == 0) return;
  const int64_t size = product.rows * product.columns;
  if (size * product.depth <= 32768) {
    multiplySerially<Engine>(product);
    return;
  }
  if (hasFewRows(product)) {
    multiplyFewRows<typename Engine::Lanes>(product, [&](int64_t column, int64_t columns) {
      finishBlock(product, 0, product.rows, column, columns);
    });
    return;
  }
  // So small that blocks of it would be too few to share out.
  constexpr int64_t kSmallResult = 4096;
  if (size <= kSmallResult && product.depth >= 1024) {
    multiplyByDepth<Engine>(product, smaller<int64_t>(16, product.depth / 256));
    return;
  }
  multiplyByBlocks<Engine>(product);
}

}  // namespace MALMOI_ISA
}  // namespace malmoi
