// The cross-entropies and their gradients; the masked-language-model loss also against float64.
#include "test/exercises.h"
#include "test/references.h"

namespace malmoi {
namespace {

constexpr int32_t kIgnoreIndex = -100;

/** Targets that own their memory; at least one counts. */
struct TargetArrays {
  ExactBuffer<int32_t> labels;
  Floats32 weights;
  Targets targets;

  TargetArrays(Random& random, int64_t count, int64_t classes)
      : labels(count), weights(count), targets{count, classes, labels.data(), kIgnoreIndex, nullptr} {
    labels.fill([&] { return random.below(5) == 0 ? kIgnoreIndex : random.below(classes); });
    if (count > 0) labels[0] = static_cast<int32_t>(classes - 1);
    random.fill(weights, 0.5f, 1.5f);
    if (random.coin()) targets.weights = weights.data();
  }
};

/** Float32 exponentials, or twice as many bfloat16. */
int64_t savedFloats(const Targets& targets, Precision precision) {
  const int64_t blocks = (targets.classes + kVocabularyBlock - 1) / kVocabularyBlock;
  return blocks * targets.count * kVocabularyBlock / (precision == Precision::kBfloat16 ? 2 : 1);
}

}  // namespace

void exerciseMaskedLmLoss(const KernelTable& kernels, Precision precision, uint64_t seed, Outputs& outputs) {
  Random random(seed);
  const int64_t count = random.below(6) == 0 ? random.between(193, 200) : random.size(100);
  const int64_t classes = random.below(3) == 0 ? random.size(60) : random.between(380, 1300);
  const int64_t width = random.size(40);
  const TargetArrays arrays(random, count, classes);
  const int64_t blocks = (classes + kVocabularyBlock - 1) / kVocabularyBlock;
  const Floats32 hidden(count * width);
  const Floats32 kernel(classes * width);
  const Floats32 bias(classes);
  for (const Floats32* buffer : {&hidden, &kernel, &bias}) random.fill(*buffer);
  const Floats32 statistics(3);
  const Floats32 exponentials(savedFloats(arrays.targets, precision));
  const Floats32 factors(blocks * count);
  const Floats32 labelGradients(count);
  const bool hasBias = random.coin();
  const MaskedLmLoss loss = {arrays.targets, width, precision, hidden.data(), kernel.data(),
                             hasBias ? bias.data() : nullptr, true, statistics.data(), exponentials.data(),
                             factors.data(), labelGradients.data()};
  kernels.maskedLm.loss(loss);
  // A prediction that is right by a hair may be wrong in another instruction set.
  outputs.bits("statistics", statistics);
  outputs.number("loss", statistics[0]);
  outputs.bits("exponentials", exponentials);
  outputs.bits("factors", factors);
  outputs.bits("labelGradients", labelGradients);

  constexpr float kUpstream = 0.25f;
  const Floats32 dHidden(hidden.size());
  const Floats32 dKernel(kernel.size());
  const Floats32 dBias(classes);
  kernels.maskedLm.gradient({arrays.targets, width, precision, hidden.data(), kernel.data(), exponentials.data(),
                             factors.data(), labelGradients.data(), kUpstream, dHidden.data(), dKernel.data(),
                             hasBias ? dBias.data() : nullptr});
  outputs.floats("dHidden", dHidden);
  outputs.floats("dKernel", dKernel);
  if (hasBias) outputs.floats("dBias", dBias);
  const MaskedLmReference want = referenceMaskedLm(loss, kUpstream);
  const double tolerance = toleranceOf(precision);
  expectNear("statistics", statistics.data(), want.statistics, tolerance);
  // One class has the probability 1 whatever is computed.
  if (classes == 1) return;
  expectNear("dHidden", dHidden.data(), want.dHidden, tolerance);
  expectNear("dKernel", dKernel.data(), want.dKernel, tolerance);
  if (hasBias) expectNear("dBias", dBias.data(), want.dBias, tolerance);
}

void exerciseCrossEntropy(const KernelTable& kernels, Precision, uint64_t seed, Outputs& outputs) {
  Random random(seed);
  const int64_t count = random.size(120);
  const int64_t classes = random.size(700);
  const TargetArrays arrays(random, count, classes);
  const Floats32 logits(count * classes);
  random.fill(logits, -8.0f, 8.0f);
  const Floats32 statistics(3);
  const Floats32 peaks(count);
  const Floats32 logSums(count);
  const Floats32 dLogits(logits.size());
  kernels.loss.crossEntropy({arrays.targets, logits.data(), random.coin(), statistics.data(), peaks.data(),
                             logSums.data()});
  kernels.loss.crossEntropyGradient({arrays.targets, logits.data(), peaks.data(), logSums.data(), 0.5f,
                                     dLogits.data()});
  outputs.floats("statistics", statistics);
  outputs.floats("peaks", peaks);
  outputs.floats("logSums", logSums);
  outputs.floats("dLogits", dLogits);
}

}  // namespace malmoi
