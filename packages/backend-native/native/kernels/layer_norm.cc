// Layer normalisation with dropout and residual, forward. A row is read from memory once; what needs the mean and
// the variance goes over a copy in the first-level cache.
#include "core/scratch.h"
#include "core/thread_pool.h"
#include "kernels/kernel_sets.h"
#include "kernels/layer_norm_rows.h"

namespace malmoi {
namespace MALMOI_ISA {

void layerNormGradient(const LayerNormGradient& gradient);

namespace {

/** Memory of a task. */
struct Workspace {
  /** The row, in whole vectors. */
  float* sums;
  uint32_t* random;
  int32_t* kept;
};

/** workspace.sums = dropout(x) + residual. */
template <bool kDropout, bool kResidual>
void sumRow(const LayerNorm& norm, int64_t row, const Workspace& workspace) {
  const int64_t first = row * norm.hidden;
  const float* x = norm.x + first;
  const float* residual = kResidual ? norm.residual + first : nullptr;
  const uint32_t* words = nullptr;
  int32_t* kept = nullptr;
  if constexpr (kDropout) {
    words = randomWords(norm.dropout, first, norm.hidden, workspace.random);
    kept = norm.kept == nullptr ? workspace.kept : norm.kept + row * keepWords(norm.hidden);
  }
  forEachVector(norm.hidden, [&](int64_t i, auto piece) MALMOI_ALWAYS_INLINE {
    Floats factor = {};
    if constexpr (kDropout) {
      const Ints keep = keptWhere(norm.dropout, words + i);
      packKept(kept, i, keep);
      factor = keepFactor(norm.dropout, keep);
    }
    store(workspace.sums + i, sumAt<kDropout, kResidual>(x, residual, i, piece, factor));
  });
}

/**
 * The first element is taken off before the mean, so that a constant row becomes exactly 0: the rounding of its
 * mean, divided by sqrt(epsilon) = 1e-6, would be of the size of y.
 */
void normalizeRow(const LayerNorm& norm, int64_t row, const float* sums) {
  const float first = sums[0];
  const float size = static_cast<float>(norm.hidden);
  const Floats zero = {};
  Floats total = {};
  forEachVector(norm.hidden, [&](int64_t i, auto piece) MALMOI_ALWAYS_INLINE {
    total += piece.first(load(sums + i) - first, zero);
  });
  const float mean = sumLanes(total) / size;
  Floats squares = {};
  forEachVector(norm.hidden, [&](int64_t i, auto piece) MALMOI_ALWAYS_INLINE {
    const Floats centered = piece.first(load(sums + i) - first - mean, zero);
    squares += centered * centered;
  });
  const float inverseDeviation = 1.0f / __builtin_sqrtf(sumLanes(squares) / size + norm.epsilon);
  float* y = norm.y + row * norm.hidden;
  forEachVector(norm.hidden, [&](int64_t i, auto piece) MALMOI_ALWAYS_INLINE {
    const Floats normalized = (load(sums + i) - first - mean) * inverseDeviation;
    piece.store(y + i, normalized * piece.load(norm.gamma + i) + piece.load(norm.beta + i));
  });
  if (norm.statistics == nullptr) return;
  float* statistics = norm.statistics + row * kRowStatistics;
  statistics[0] = mean;
  statistics[1] = inverseDeviation;
}

template <bool kDropout, bool kResidual>
void forwardRows(const LayerNorm& norm) {
  const int64_t taskRows = rowsOfTask(norm.rows, norm.hidden);
  parallelFor(divideUp(norm.rows, taskRows), [&](int64_t task) {
    Scratch scratch;
    Workspace workspace = {scratch.floats(roundUp(norm.hidden, kLanes)), nullptr, nullptr};
    if constexpr (kDropout) {
      workspace.random = static_cast<uint32_t*>(
          scratch.bytes(static_cast<size_t>(randomBufferSize(norm.hidden)) * sizeof(uint32_t)));
      workspace.kept = static_cast<int32_t*>(
          scratch.bytes(static_cast<size_t>(keepWords(norm.hidden)) * sizeof(int32_t)));
    }
    for (int64_t row = task * taskRows; row < smaller(norm.rows, (task + 1) * taskRows); row++) {
      sumRow<kDropout, kResidual>(norm, row, workspace);
      normalizeRow(norm, row, workspace.sums);
    }
  });
}

void forward(const LayerNorm& norm) {
  if (norm.hidden == 0) return;
  const bool dropout = norm.dropout.threshold > 0;
  const bool residual = norm.residual != nullptr;
  if (dropout) residual ? forwardRows<true, true>(norm) : forwardRows<true, false>(norm);
  else residual ? forwardRows<false, true>(norm) : forwardRows<false, false>(norm);
}

}  // namespace

const LayerNormKernels kLayerNormKernels = {forward, layerNormGradient};

}  // namespace MALMOI_ISA
}  // namespace malmoi
