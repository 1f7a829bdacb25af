// Sums, means and extremes along one axis. An axis of many elements is cut into pieces of a fixed size whose totals
// are joined in order, so that the result does not depend on the threads.
#include "core/scratch.h"
#include "core/thread_pool.h"
#include "kernels/kernel_sets.h"
#include "kernels/reducers.h"
#include "kernels/rows.h"

namespace malmoi {
namespace MALMOI_ISA {
namespace {

/** Elements of a piece of the axis, over all columns of a block. */
constexpr int64_t kPieceElements = int64_t{1} << 15;
/** Columns whose totals stay in the first-level cache. */
constexpr int64_t kBlockColumns = 512;

/** Reduces rows [begin, end) of one [count, inner] matrix, columns from `column`, into totals. */
template <typename Reducer>
MALMOI_INLINE void reduceColumns(const typename Reducer::Element* x, int64_t inner, int64_t rows, int64_t columns,
                                 typename Reducer::Total* __restrict totals) {
  for (int64_t j = 0; j < columns; j++) totals[j] = Reducer::kStart;
  for (int64_t row = 0; row < rows; row++) {
    const typename Reducer::Element* __restrict from = x + row * inner;
    for (int64_t j = 0; j < columns; j++) {
      totals[j] = Reducer::join(totals[j], static_cast<typename Reducer::Total>(from[j]));
    }
  }
}

/** How an array is cut: a unit is one block of columns of one piece of one matrix. */
struct Units {
  int64_t blocks;
  int64_t pieceRows;
  int64_t pieces;
  int64_t perTask;
  int64_t count;
};

MALMOI_INLINE Units unitsOf(const ReduceAxes& axes) {
  const int64_t columns = smaller(axes.inner, kBlockColumns);
  Units units;
  units.blocks = divideUp(axes.inner, kBlockColumns);
  units.pieceRows = smaller(axes.count, kPieceElements / columns);
  units.pieces = divideUp(axes.count, units.pieceRows);
  units.perTask = larger<int64_t>(1, kPieceElements / (units.pieceRows * columns));
  units.count = axes.outer * units.pieces * units.blocks;
  return units;
}

/** Calls finish(index of the first total, totals, number) for every unit. */
template <typename Reducer, typename Finish>
MALMOI_INLINE void reduceUnits(const ReduceAxes& axes, const Units& units, const typename Reducer::Element* x,
                               const Finish& finish) {
  parallelFor(divideUp(units.count, units.perTask), [&](int64_t task) {
    typename Reducer::Total totals[kBlockColumns];
    const int64_t end = smaller((task + 1) * units.perTask, units.count);
    for (int64_t unit = task * units.perTask; unit < end; unit++) {
      const int64_t column = unit % units.blocks * kBlockColumns;
      const int64_t matrixPiece = unit / units.blocks;
      const int64_t row = matrixPiece % units.pieces * units.pieceRows;
      const int64_t rows = smaller(units.pieceRows, axes.count - row);
      const int64_t columns = smaller(kBlockColumns, axes.inner - column);
      const auto* from = x + (matrixPiece / units.pieces * axes.count + row) * axes.inner + column;
      if (axes.inner == 1) totals[0] = Reducer::run(from, rows);
      else reduceColumns<Reducer>(from, axes.inner, rows, columns, totals);
      finish(matrixPiece * axes.inner + column, totals, columns);
    }
  });
}

template <typename Reducer>
MALMOI_INLINE void reduceAxis(const ReduceAxes& axes, const typename Reducer::Element* x,
                              typename Reducer::Element* out) {
  using Total = typename Reducer::Total;
  const Units units = unitsOf(axes);
  if (units.pieces == 1) {
    reduceUnits<Reducer>(axes, units, x, [&](int64_t index, const Total* totals, int64_t columns) {
      for (int64_t j = 0; j < columns; j++) out[index + j] = Reducer::result(totals[j], axes.count);
    });
    return;
  }
  Scratch scratch;
  const int64_t width = axes.inner;
  auto* partial = static_cast<Total*>(
      scratch.bytes(static_cast<size_t>(axes.outer * units.pieces * width) * sizeof(Total)));
  reduceUnits<Reducer>(axes, units, x, [&](int64_t index, const Total* totals, int64_t columns) {
    for (int64_t j = 0; j < columns; j++) partial[index + j] = totals[j];
  });
  for (int64_t matrix = 0; matrix < axes.outer; matrix++) {
    Total* first = partial + matrix * units.pieces * width;
    for (int64_t piece = 1; piece < units.pieces; piece++) {
      const Total* next = first + piece * width;
      for (int64_t j = 0; j < width; j++) first[j] = Reducer::join(first[j], next[j]);
    }
    for (int64_t j = 0; j < width; j++) out[matrix * width + j] = Reducer::result(first[j], axes.count);
  }
}

void reduceFloats(ReduceOp op, const ReduceAxes& axes, const float* x, float* out) {
  switch (op) {
    case ReduceOp::kSum:
      return reduceAxis<FloatSum>(axes, x, out);
    case ReduceOp::kMean:
      return reduceAxis<FloatMean>(axes, x, out);
    case ReduceOp::kMaximum:
      return reduceAxis<FloatExtreme<true>>(axes, x, out);
    case ReduceOp::kMinimum:
      return reduceAxis<FloatExtreme<false>>(axes, x, out);
  }
}

void reduceInts(ReduceOp op, const ReduceAxes& axes, const int32_t* x, int32_t* out) {
  switch (op) {
    case ReduceOp::kSum:
      return reduceAxis<IntSum>(axes, x, out);
    case ReduceOp::kMaximum:
      return reduceAxis<IntExtreme<true>>(axes, x, out);
    case ReduceOp::kMinimum:
      return reduceAxis<IntExtreme<false>>(axes, x, out);
    // Not offered for integers: the binding refuses it.
    case ReduceOp::kMean:
      return;
  }
}

}  // namespace

const ReductionKernels kReductionKernels = {reduceFloats, reduceInts, argMax, softmax};

}  // namespace MALMOI_ISA
}  // namespace malmoi
