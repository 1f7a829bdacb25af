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

/** sums = dropout(x) + residual for a row, in whole vectors; `random` has the row's words. */
template <bool kDropout, bool kResidual>
void sumRow(const LayerNorm& norm, int64_t row, const uint32_t* random, float* sums) {
  const int64_t first = row * norm.hidden;
  const float* residual = kResidual ? norm.residual + first : nullptr;
  forEachVector(norm.hidden, [&](int64_t i, auto piece) MALMOI_ALWAYS_INLINE {
    Floats factor = {};
    if constexpr (kDropout) factor = keepFactor(norm.dropout, keptWhere(norm.dropout, random + i));
    store(sums + i, sumAt<kDropout, kResidual>(norm.x + first, residual, i, piece, factor));
  });
  if constexpr (kDropout) {
    if (norm.kept != nullptr) {
      packKept(norm.dropout, random, norm.hidden, norm.kept + row * keepWords(norm.hidden));
    }
  }
}

/**
 * The first element is taken off before the mean, so that a constant row becomes exactly 0: the rounding of its
 * mean, divided by sqrt(epsilon) = 1e-6, would be of the size of y.
 */
void normalizeRow(const LayerNorm& norm, int64_t row, const float* sums) {
  const float first = sums[0];
  const float size = static_cast<float>(norm.hidden);
  const float total =
      sumOf(norm.hidden, [&](int64_t i, auto) MALMOI_ALWAYS_INLINE { return load(sums + i) - first; });
  const float mean = total / size;
  const float squares = sumOf(norm.hidden, [&](int64_t i, auto) MALMOI_ALWAYS_INLINE {
    const Floats centered = load(sums + i) - first - mean;
    return centered * centered;
  });
  const float inverseDeviation = 1.0f / __builtin_sqrtf(squares / size + norm.epsilon);
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
  // The random words of several short rows are made at once, which keeps the generator's pipeline full.
  constexpr int64_t kRandomWords = 2048;
  const int64_t taskRows = rowsOfTask(norm.rows, norm.hidden);
  const int64_t groupRows = kDropout ? smaller(taskRows, larger<int64_t>(1, kRandomWords / norm.hidden)) : taskRows;
  parallelFor(divideUp(norm.rows, taskRows), [&](int64_t task) {
    Scratch scratch;
    float* sums = scratch.floats(roundUp(norm.hidden, kLanes));
    const int64_t bufferSize = kDropout ? randomBufferSize(groupRows * norm.hidden) : 0;
    auto* buffer = static_cast<uint32_t*>(scratch.bytes(static_cast<size_t>(bufferSize) * sizeof(uint32_t)));
    const int64_t end = smaller(norm.rows, (task + 1) * taskRows);
    for (int64_t group = task * taskRows; group < end; group += groupRows) {
      const int64_t rows = smaller(groupRows, end - group);
      const uint32_t* random = buffer;
      if constexpr (kDropout) {
        random = randomWords(norm.dropout, group * norm.hidden, rows * norm.hidden, buffer);
      }
      for (int64_t row = 0; row < rows; row++) {
        sumRow<kDropout, kResidual>(norm, group + row, random + row * norm.hidden, sums);
        normalizeRow(norm, group + row, sums);
      }
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
