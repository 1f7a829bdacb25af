// The gradients of layer normalisation. The rows are normalised again from the inputs of the forward pass, which are
// in memory anyway; that is less traffic than a copy of the normalised rows, written and read.
#include "core/scratch.h"
#include "core/thread_pool.h"
#include "kernels/kernel_sets.h"
#include "kernels/layer_norm_rows.h"

namespace malmoi {
namespace MALMOI_ISA {

void layerNormGradient(const LayerNormGradient& gradient);

namespace {

/** Memory of a task: each of a row, in whole vectors. */
struct Workspace {
  /** dropout(x) + residual. */
  float* row;
  /** The task's share of the sums over the rows. */
  float* dGamma;
  float* dBeta;
};

/** What the gradient of a row has taken off: its mean, and its slope along the normalised row. */
struct RowSums {
  float offset;
  float slope;
};

/** Makes a row of dropout(x) + residual one with mean 0 and variance 1. */
struct Normalization {
  float first;
  float mean;
  float inverseDeviation;
  MALMOI_ALWAYS_INLINE Floats operator()(Floats sum) const { return (sum - first - mean) * inverseDeviation; }
};

MALMOI_INLINE Normalization normalizationOf(const LayerNormGradient& g, int64_t row, const Workspace& workspace) {
  const float* statistics = g.statistics + row * kRowStatistics;
  return {workspace.row[0], statistics[0], statistics[1]};
}

/**
 * workspace.row = dropout(x) + residual. By way of memory, so that the product of the dropout is rounded before the
 * first element is taken off: a constant row stays one.
 */
template <bool kDropout, bool kResidual>
void sumRow(const LayerNormGradient& g, int64_t row, const Workspace& workspace) {
  const int64_t start = row * g.hidden;
  const int32_t* kept = kDropout ? g.kept + row * keepWords(g.hidden) : nullptr;
  const float* residual = kResidual ? g.residual + start : nullptr;
  forEachVector(g.hidden, [&](int64_t i, auto piece) MALMOI_ALWAYS_INLINE {
    Floats factor = {};
    if constexpr (kDropout) factor = keepFactor(g.dropout, unpackKept(kept, i));
    store(workspace.row + i, sumAt<kDropout, kResidual>(g.x + start, residual, i, piece, factor));
  });
}

/** Takes the sums over the row and adds its share of dGamma and dBeta. */
RowSums takeSums(const LayerNormGradient& g, int64_t row, const Workspace& workspace) {
  const float* dy = g.dy + row * g.hidden;
  const Normalization normalize = normalizationOf(g, row, workspace);
  Floats offset = {};
  Floats slope = {};
  forEachVector(g.hidden, [&](int64_t i, auto piece) MALMOI_ALWAYS_INLINE {
    const Floats normalized = normalize(load(workspace.row + i));
    const Floats dyHere = piece.load(dy + i);
    const Floats dNormalized = dyHere * piece.load(g.gamma + i);
    store(workspace.dGamma + i, load(workspace.dGamma + i) + dyHere * normalized);
    store(workspace.dBeta + i, load(workspace.dBeta + i) + dyHere);
    offset += dNormalized;
    // Lanes beyond the row have a dNormalized of 0.
    slope += dNormalized * normalized;
  });
  const float size = static_cast<float>(g.hidden);
  return {sumLanes(offset) / size, sumLanes(slope) / size};
}

/** dSummed = (dNormalized - offset - normalized * slope) / deviation, and dx through the dropout. */
template <bool kDropout>
void differentiateRow(const LayerNormGradient& g, int64_t row, const RowSums& sums, const Workspace& workspace) {
  const int64_t start = row * g.hidden;
  const int32_t* kept = kDropout ? g.kept + row * keepWords(g.hidden) : nullptr;
  const Normalization normalize = normalizationOf(g, row, workspace);
  forEachVector(g.hidden, [&](int64_t i, auto piece) MALMOI_ALWAYS_INLINE {
    const Floats normalized = normalize(load(workspace.row + i));
    const Floats dNormalized = piece.load(g.dy + start + i) * piece.load(g.gamma + i);
    const Floats dSummed = (dNormalized - sums.offset - normalized * sums.slope) * normalize.inverseDeviation;
    if constexpr (kDropout) {
      if (g.dResidual != nullptr) piece.store(g.dResidual + start + i, dSummed);
      piece.store(g.dx + start + i, dSummed * keepFactor(g.dropout, unpackKept(kept, i)));
    } else {
      piece.store(g.dx + start + i, dSummed);
    }
  });
}

/** total[hidden] = the sum of the tasks' shares, which lie `step` elements apart, in their order. */
void addShares(const float* shares, int64_t tasks, int64_t step, int64_t first, int64_t size, float* total) {
  forEachVector(size, [&](int64_t i, auto piece) MALMOI_ALWAYS_INLINE {
    Floats sum = {};
    for (int64_t task = 0; task < tasks; task++) sum += load(shares + task * step + first + i);
    piece.store(total + first + i, sum);
  });
}

template <bool kDropout, bool kResidual>
void gradientRows(const LayerNormGradient& g) {
  const int64_t taskRows = rowsOfTask(g.rows, g.hidden);
  const int64_t tasks = divideUp(g.rows, taskRows);
  const int64_t width = roundUp(g.hidden, kLanes);
  Scratch scratch;
  float* shares = scratch.floats(tasks * 2 * width);
  parallelFor(tasks, [&](int64_t task) {
    Scratch own;
    float* share = shares + task * 2 * width;
    const Workspace workspace = {own.floats(width), share, share + width};
    std::memset(share, 0, static_cast<size_t>(2 * width) * sizeof(float));
    for (int64_t row = task * taskRows; row < smaller(g.rows, (task + 1) * taskRows); row++) {
      sumRow<kDropout, kResidual>(g, row, workspace);
      const RowSums sums = takeSums(g, row, workspace);
      differentiateRow<kDropout>(g, row, sums, workspace);
    }
  });
  constexpr int64_t kColumns = 256;
  parallelFor(divideUp(g.hidden, kColumns), [&](int64_t task) {
    const int64_t first = task * kColumns;
    const int64_t size = smaller(kColumns, g.hidden - first);
    addShares(shares, tasks, 2 * width, first, size, g.dGamma);
    addShares(shares + width, tasks, 2 * width, first, size, g.dBeta);
  });
}

}  // namespace

void layerNormGradient(const LayerNormGradient& g) {
  if (g.hidden == 0) return;
  const bool dropout = g.dropout.threshold > 0;
  const bool residual = g.residual != nullptr;
  if (dropout) residual ? gradientRows<true, true>(g) : gradientRows<true, false>(g);
  else residual ? gradientRows<false, true>(g) : gradientRows<false, false>(g);
}

}  // namespace MALMOI_ISA
}  // namespace malmoi
