// Cross-entropies in the kernel table: of logits, and of logits that are computed along the way.
#pragma once

#include "kernels/precision.h"

namespace malmoi {

/** What a cross-entropy is taken against. */
struct Targets {
  int64_t count;
  int64_t classes;
  /** [count]: in [0, classes) or ignoreIndex, whose positions weigh nothing. */
  const int32_t* labels;
  int32_t ignoreIndex;
  /** [count], or null for 1. */
  const float* weights;
};

/** Softmax cross-entropy of logits [count, classes]. */
struct CrossEntropy {
  Targets targets;
  const float* logits;
  bool countCorrect;
  /** [3]: sums of weighted losses, of weights, and of the weights of right predictions. */
  float* statistics;
  /** [count] each, or null: the largest logit, and the logarithm of the sum of e^(logit - largest). */
  float* peaks;
  float* logSums;
};

struct CrossEntropyGradient {
  Targets targets;
  const float* logits;
  const float* peaks;
  const float* logSums;
  /** The gradient of the summed loss. */
  float upstream;
  float* dLogits;
};

/** Vocabulary entries that the masked-language-model loss takes at a time. */
constexpr int64_t kVocabularyBlock = 384;

/** Softmax cross-entropy of hidden [count, width] * kernel^T [classes, width] + bias. */
struct MaskedLmLoss {
  Targets targets;
  int64_t width;
  Precision precision;
  const float* hidden;
  const float* kernel;
  /** [classes], or null. */
  const float* bias;
  bool countCorrect;
  float* statistics;
  /**
   * What the gradient needs, or null for each. Exponentials [blocks, count, kVocabularyBlock], relative to the
   * largest logit of the block, float32 or bfloat16 as `precision` says; factors [blocks, count] that make them
   * probabilities; and [count] the probability of the label less 1.
   */
  void* exponentials;
  float* factors;
  float* labelGradients;
};

struct MaskedLmLossGradient {
  Targets targets;
  int64_t width;
  Precision precision;
  const float* hidden;
  const float* kernel;
  const void* exponentials;
  const float* factors;
  const float* labelGradients;
  float upstream;
  float* dHidden;
  float* dKernel;
  /** [classes], or null. */
  float* dBias;
};

struct LossKernels {
  void (*crossEntropy)(const CrossEntropy& loss);
  void (*crossEntropyGradient)(const CrossEntropyGradient& gradient);
};

struct MaskedLmLossKernels {
  void (*loss)(const MaskedLmLoss& loss);
  void (*gradient)(const MaskedLmLossGradient& gradient);
};

}  // namespace malmoi
