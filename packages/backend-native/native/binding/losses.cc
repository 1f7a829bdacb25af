// crossEntropy(count, classes, ignoreIndex, countCorrect, labels, weights, logits, statistics, peaks, logSums)
// crossEntropyGradient(count, classes, ignoreIndex, upstream, labels, weights, logits, peaks, logSums, dLogits)
// maskedLmLoss(count, classes, ignoreIndex, countCorrect, width, precision, labels, weights, hidden, kernel, bias,
//   statistics, exponentials, factors, labelGradients)
// maskedLmLossGradient(count, classes, ignoreIndex, upstream, width, precision, labels, weights, hidden, kernel,
//   exponentials, factors, labelGradients, dHidden, dKernel, dBias)
#include "binding/kernel_functions.h"

namespace malmoi {
namespace {

Targets readSizes(Arguments& arguments) {
  Targets targets = {};
  targets.count = arguments.integer("count");
  targets.classes = arguments.integer("classes", 1, INT32_MAX);
  targets.ignoreIndex = static_cast<int32_t>(arguments.integer("ignoreIndex", INT32_MIN, INT32_MAX));
  return targets;
}

/** Labels choose addresses: each is checked. */
void readLabels(Arguments& arguments, Targets& targets) {
  targets.labels = arguments.ints("labels", targets.count);
  targets.weights = arguments.optionalFloats("weights", targets.count);
  for (int64_t i = 0; i < targets.count; i++) {
    const int32_t label = targets.labels[i];
    if (label == targets.ignoreIndex || (label >= 0 && label < targets.classes)) continue;
    arguments.fail("labels", "has " + std::to_string(label) + " at " + std::to_string(i) + ", which is neither in [0, " +
                                 std::to_string(targets.classes) + ") nor " + std::to_string(targets.ignoreIndex));
  }
}

void crossEntropy(Arguments& arguments) {
  CrossEntropy loss = {};
  loss.targets = readSizes(arguments);
  loss.countCorrect = arguments.boolean("countCorrect");
  readLabels(arguments, loss.targets);
  loss.logits = arguments.floats("logits", sizeOf(arguments, "logits", {loss.targets.count, loss.targets.classes}));
  loss.statistics = arguments.floats("statistics", 3);
  loss.peaks = arguments.optionalFloats("peaks", loss.targets.count);
  loss.logSums = arguments.optionalFloats("logSums", loss.targets.count);
  kernels().loss.crossEntropy(loss);
}

void crossEntropyGradient(Arguments& arguments) {
  CrossEntropyGradient gradient = {};
  gradient.targets = readSizes(arguments);
  gradient.upstream = static_cast<float>(arguments.number("upstream"));
  readLabels(arguments, gradient.targets);
  const int64_t size = sizeOf(arguments, "logits", {gradient.targets.count, gradient.targets.classes});
  gradient.logits = arguments.floats("logits", size);
  gradient.peaks = arguments.floats("peaks", gradient.targets.count);
  gradient.logSums = arguments.floats("logSums", gradient.targets.count);
  gradient.dLogits = arguments.floats("dLogits", size);
  kernels().loss.crossEntropyGradient(gradient);
}

/** Sizes of what the loss leaves for its gradient. */
struct SavedSizes {
  int64_t exponentials;
  int64_t factors;
};

SavedSizes savedSizes(const Arguments& arguments, const Targets& targets) {
  const int64_t blocks = (targets.classes + kVocabularyBlock - 1) / kVocabularyBlock;
  return {sizeOf(arguments, "exponentials", {blocks, targets.count, kVocabularyBlock}),
          sizeOf(arguments, "factors", {blocks, targets.count})};
}

void maskedLmLoss(Arguments& arguments) {
  MaskedLmLoss loss = {};
  loss.targets = readSizes(arguments);
  const Targets& targets = loss.targets;
  loss.countCorrect = arguments.boolean("countCorrect");
  loss.width = arguments.integer("width");
  loss.precision = readPrecision(arguments);
  readLabels(arguments, loss.targets);
  const SavedSizes sizes = savedSizes(arguments, targets);
  loss.hidden = arguments.floats("hidden", sizeOf(arguments, "hidden", {targets.count, loss.width}));
  loss.kernel = arguments.floats("kernel", sizeOf(arguments, "kernel", {targets.classes, loss.width}));
  loss.bias = arguments.optionalFloats("bias", targets.classes);
  loss.statistics = arguments.floats("statistics", 3);
  loss.exponentials = optionalElements(arguments, "exponentials", loss.precision, sizes.exponentials);
  loss.factors = arguments.optionalFloats("factors", sizes.factors);
  loss.labelGradients = arguments.optionalFloats("labelGradients", targets.count);
  kernels().maskedLm.loss(loss);
}

void maskedLmLossGradient(Arguments& arguments) {
  MaskedLmLossGradient gradient = {};
  gradient.targets = readSizes(arguments);
  const Targets& targets = gradient.targets;
  gradient.upstream = static_cast<float>(arguments.number("upstream"));
  gradient.width = arguments.integer("width");
  gradient.precision = readPrecision(arguments);
  readLabels(arguments, gradient.targets);
  const SavedSizes sizes = savedSizes(arguments, targets);
  const int64_t hiddenSize = sizeOf(arguments, "hidden", {targets.count, gradient.width});
  const int64_t kernelSize = sizeOf(arguments, "kernel", {targets.classes, gradient.width});
  gradient.hidden = arguments.floats("hidden", hiddenSize);
  gradient.kernel = arguments.floats("kernel", kernelSize);
  gradient.exponentials = readElements(arguments, "exponentials", gradient.precision, sizes.exponentials);
  gradient.factors = arguments.floats("factors", sizes.factors);
  gradient.labelGradients = arguments.floats("labelGradients", targets.count);
  gradient.dHidden = arguments.floats("dHidden", hiddenSize);
  gradient.dKernel = arguments.floats("dKernel", kernelSize);
  gradient.dBias = arguments.optionalFloats("dBias", targets.classes);
  kernels().maskedLm.gradient(gradient);
}

}  // namespace

void exportLossKernels(Napi::Env env, Napi::Object exports) {
  exportKernel(env, exports, "crossEntropy", crossEntropy);
  exportKernel(env, exports, "crossEntropyGradient", crossEntropyGradient);
  exportKernel(env, exports, "maskedLmLoss", maskedLmLoss);
  exportKernel(env, exports, "maskedLmLossGradient", maskedLmLossGradient);
}

}  // namespace malmoi
