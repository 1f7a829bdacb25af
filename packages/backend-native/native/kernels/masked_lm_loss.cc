// The masked-language-model loss: the projection to the vocabulary and its softmax cross-entropy, a block of the
// vocabulary after the other, each block's logits used while they are in the cache. For the gradient it leaves the
// exponentials, relative to the largest logit of their block, and the factor that makes them probabilities.
#include <math.h>

#include "core/thread_pool.h"
#include "kernels/kernel_sets.h"
#include "kernels/panels.h"
#include "kernels/stored_floats.h"
#include "kernels/targets.h"

namespace malmoi {
namespace MALMOI_ISA {
namespace {

/** Positions whose logits of one vocabulary block are in the second-level cache at once; whole panels of rows. */
constexpr int64_t kPositions = 96;
constexpr float kLowest = -3.4028234663852886e38f;

/** What the blocks of the vocabulary leave about each position, [blocks, count] but for `target`. */
struct BlockStatistics {
  float* peaks;
  float* sums;
  /** [count]: the logit of the label. */
  float* target;
  /** [count]: 1 where the label is the first of its block's largest logits. */
  uint8_t* leads;
};

/** Adds the bias to a row of logits and returns the largest; NaN does not count, it comes back in the sum. */
MALMOI_INLINE float addBias(float* logits, const float* bias) {
  Floats peak[4] = {broadcast(kLowest), broadcast(kLowest), broadcast(kLowest), broadcast(kLowest)};
  for (int64_t i = 0; i < kVocabularyBlock; i += 4 * kLanes) {
#pragma GCC unroll 4
    for (int j = 0; j < 4; j++) {
      const Floats value = load(logits + i + j * kLanes) + load(bias + i + j * kLanes);
      store(logits + i + j * kLanes, value);
      peak[j] = maximum(value, peak[j]);
    }
  }
  return maxLanes(maximum(maximum(peak[0], peak[1]), maximum(peak[2], peak[3])));
}

/** The sum of e^(logit - peak); each goes to `to` unless that is null. */
template <typename Element>
MALMOI_INLINE float exponentiate(const float* logits, float peak, Element* to) {
  Floats sum[2] = {};
  for (int64_t i = 0; i < kVocabularyBlock; i += 2 * kLanes) {
#pragma GCC unroll 2
    for (int j = 0; j < 2; j++) {
      const Floats value = exponentialOfNegative(load(logits + i + j * kLanes) - peak);
      sum[j] += value;
      if (to != nullptr) storeElements(to + i + j * kLanes, value);
    }
  }
  return sumLanes(sum[0] + sum[1]);
}

MALMOI_INLINE void lookAtLabel(const float* logits, int64_t label, float peak, int64_t position,
                               const BlockStatistics& statistics) {
  statistics.target[position] = logits[label];
  bool leads = logits[label] == peak;
  for (int64_t i = 0; leads && i < label; i++) leads = logits[i] != peak;
  statistics.leads[position] = leads;
}

template <typename Engine>
void takeBlock(const MaskedLmLoss& loss, const RowPanels<Engine>& hidden, int64_t block,
               const BlockStatistics& statistics) {
  using Element = typename Engine::Element;
  const Targets& targets = loss.targets;
  const int64_t first = block * kVocabularyBlock;
  const int64_t classes = smaller(kVocabularyBlock, targets.classes - first);
  Scratch scratch;
  float* bias = scratch.floats(kVocabularyBlock);
  for (int64_t i = 0; i < kVocabularyBlock; i++) {
    bias[i] = i >= classes ? -INFINITY : loss.bias == nullptr ? 0.0f : loss.bias[first + i];
  }
  // The last block is filled up with logits that the bias takes out of everything.
  float* logits = scratch.floats(kPositions * kVocabularyBlock);
  memset(logits, 0, kPositions * kVocabularyBlock * sizeof(float));
  const ColumnPanels<Engine> kernel(scratch, classes, loss.width);
  Engine::begin();
  packColumnPanels<Engine>(kernel, {loss.kernel + first * loss.width, loss.width, true});
  for (int64_t from = 0; from < targets.count; from += kPositions) {
    const int64_t to = smaller(targets.count, from + kPositions);
    multiplyPanels<Engine>(hidden, kernel, from, to, logits, kVocabularyBlock, false, true);
    for (int64_t position = from; position < to; position++) {
      float* row = logits + (position - from) * kVocabularyBlock;
      const float peak = addBias(row, bias);
      const int64_t at = block * targets.count + position;
      const int64_t label = labelOf(targets, position) - first;
      if (label >= 0 && label < classes) lookAtLabel(row, label, peak, position, statistics);
      auto* exponentials =
          loss.exponentials == nullptr ? nullptr : static_cast<Element*>(loss.exponentials) + at * kVocabularyBlock;
      statistics.peaks[at] = peak;
      statistics.sums[at] = exponentiate(row, peak, exponentials);
    }
  }
  Engine::end();
}

/** A vector of positions: their losses from what the blocks left, and the factors of their exponentials. */
void mergeBlocks(const MaskedLmLoss& loss, const BlockStatistics& statistics, int64_t blocks, int64_t first,
                 float* losses, uint8_t* correct) {
  const int64_t count = loss.targets.count;
  const int64_t lanes = smaller<int64_t>(kLanes, count - first);
  Floats peak = broadcast(kLowest);
  for (int64_t block = 0; block < blocks; block++) {
    peak = maximum(loadSome(statistics.peaks + block * count + first, lanes), peak);
  }
  Floats sum = {};
  for (int64_t block = 0; block < blocks; block++) {
    const int64_t at = block * count + first;
    sum += loadSome(statistics.sums + at, lanes) * exponential(loadSome(statistics.peaks + at, lanes) - peak);
  }
  for (int64_t block = 0; loss.factors != nullptr && block < blocks; block++) {
    const int64_t at = block * count + first;
    storeSome(loss.factors + at, exponential(loadSome(statistics.peaks + at, lanes) - peak) / sum, lanes);
  }
  for (int64_t lane = 0; lane < lanes; lane++) {
    const int64_t position = first + lane;
    const float target = statistics.target[position];
    losses[position] = logf(sum[lane]) - (target - peak[lane]);
    if (loss.labelGradients != nullptr) loss.labelGradients[position] = expm1f(-losses[position]);
    if (correct == nullptr) continue;
    bool leads = statistics.leads[position] != 0 && target == peak[lane];
    const int64_t labelBlock = labelOf(loss.targets, position) / kVocabularyBlock;
    for (int64_t block = 0; leads && block < labelBlock; block++) {
      leads = statistics.peaks[block * count + position] != target;
    }
    correct[position] = leads;
  }
}

template <typename Engine>
void lossWith(const MaskedLmLoss& loss) {
  const Targets& targets = loss.targets;
  const int64_t count = targets.count;
  const int64_t blocks = divideUp(targets.classes, kVocabularyBlock);
  Scratch scratch;
  const BlockStatistics statistics = {scratch.floats(blocks * count), scratch.floats(blocks * count),
                                      scratch.floats(count),
                                      static_cast<uint8_t*>(scratch.bytes(static_cast<size_t>(count)))};
  const RowPanels<Engine> hidden(scratch, count, loss.width);
  parallelFor(divideUp(count, kPositions), [&](int64_t task) {
    packPanels<Engine>(hidden, {loss.hidden, loss.width, false}, task * kPositions,
                       smaller(count, (task + 1) * kPositions));
  });
  parallelFor(blocks, [&](int64_t block) { takeBlock<Engine>(loss, hidden, block, statistics); });
  float* losses = scratch.floats(count);
  auto* correct =
      loss.countCorrect ? static_cast<uint8_t*>(scratch.bytes(static_cast<size_t>(count))) : nullptr;
  parallelFor(divideUp(count, kLanes), [&](int64_t task) {
    mergeBlocks(loss, statistics, blocks, task * kLanes, losses, correct);
  });
  sumStatistics(targets, losses, correct, loss.statistics);
}

void maskedLmLoss(const MaskedLmLoss& loss) {
  if (loss.targets.count == 0) {
    memset(loss.statistics, 0, 3 * sizeof(float));
    return;
  }
  if (loss.precision == Precision::kBfloat16) lossWith<Bfloat16Engine>(loss);
  else lossWith<FloatEngine>(loss);
}

}  // namespace

const MaskedLmLossKernels kMaskedLmLossKernels = {maskedLmLoss, maskedLmLossGradient};

}  // namespace MALMOI_ISA
}  // namespace malmoi
