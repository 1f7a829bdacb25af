// Softmax cross-entropy of given logits and its gradient, a row at a time.
#include "core/scratch.h"
#include "core/thread_pool.h"
#include "kernels/kernel_sets.h"
#include "kernels/targets.h"
#include "kernels/vector_math.h"

#include <math.h>

namespace malmoi {
namespace MALMOI_ISA {
namespace {

/** Logits of a task. */
constexpr int64_t kTaskElements = 16384;
constexpr float kLowest = -3.4028234663852886e38f;

template <typename Function>
void forEachRow(const Targets& targets, const Function& function) {
  const int64_t rowsPerTask = larger<int64_t>(1, kTaskElements / targets.classes);
  parallelFor(divideUp(targets.count, rowsPerTask), [&](int64_t task) {
    const int64_t end = smaller(targets.count, (task + 1) * rowsPerTask);
    for (int64_t row = task * rowsPerTask; row < end; row++) function(row);
  });
}

/** The largest logit; NaN does not count, it comes back in the sum. */
float peakOf(const float* logits, int64_t classes) {
  Floats peak = broadcast(kLowest);
  int64_t i = 0;
  for (; i + kLanes <= classes; i += kLanes) peak = maximum(load(logits + i), peak);
  float largest = maxLanes(peak);
  for (; i < classes; i++) largest = logits[i] > largest ? logits[i] : largest;
  return largest;
}

/** The logarithm of the sum of e^(logit - peak). */
float logSumOf(const float* logits, int64_t classes, float peak) {
  Floats sum = {};
  int64_t i = 0;
  for (; i + kLanes <= classes; i += kLanes) sum += exponential(load(logits + i) - peak);
  if (i < classes) {
    float rest[kLanes];
    store(rest, broadcast(-INFINITY));
    for (int64_t j = i; j < classes; j++) rest[j - i] = logits[j] - peak;
    sum += exponential(load(rest));
  }
  return logf(sumLanes(sum));
}

/** True where the label is the first of the largest logits. */
bool isPrediction(const float* logits, int64_t label, float peak) {
  if (logits[label] != peak) return false;
  for (int64_t i = 0; i < label; i++) {
    if (logits[i] == peak) return false;
  }
  return true;
}

void crossEntropy(const CrossEntropy& loss) {
  const Targets& targets = loss.targets;
  Scratch scratch;
  float* losses = scratch.floats(targets.count);
  auto* correct = loss.countCorrect
                      ? static_cast<uint8_t*>(scratch.bytes(static_cast<size_t>(targets.count)))
                      : nullptr;
  forEachRow(targets, [&](int64_t row) {
    const float* logits = loss.logits + row * targets.classes;
    const int64_t label = labelOf(targets, row);
    const float peak = peakOf(logits, targets.classes);
    const float logSum = logSumOf(logits, targets.classes, peak);
    losses[row] = logSum - (logits[label] - peak);
    if (correct != nullptr) correct[row] = isPrediction(logits, label, peak);
    if (loss.peaks != nullptr) loss.peaks[row] = peak;
    if (loss.logSums != nullptr) loss.logSums[row] = logSum;
  });
  sumStatistics(targets, losses, correct, loss.statistics);
}

void crossEntropyGradient(const CrossEntropyGradient& gradient) {
  const Targets& targets = gradient.targets;
  forEachRow(targets, [&](int64_t row) {
    const float* logits = gradient.logits + row * targets.classes;
    float* to = gradient.dLogits + row * targets.classes;
    const float scale = weightOf(targets, row) * gradient.upstream;
    const float peak = gradient.peaks[row];
    const float logSum = gradient.logSums[row];
    for (int64_t i = 0; i < targets.classes; i += kLanes) {
      const int64_t count = smaller<int64_t>(kLanes, targets.classes - i);
      storeSome(to + i, exponential((loadSome(logits + i, count) - peak) - logSum) * scale, count);
    }
    // expm1: the label's probability less 1 keeps its digits where the prediction is nearly certain.
    const int64_t label = labelOf(targets, row);
    to[label] = expm1f((logits[label] - peak) - logSum) * scale;
  });
}

}  // namespace

const LossKernels kLossKernels = {crossEntropy, crossEntropyGradient};

}  // namespace MALMOI_ISA
}  // namespace malmoi
