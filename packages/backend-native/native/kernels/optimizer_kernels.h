// What runs after the gradients, in the kernel table.
#pragma once

#include <cstdint>

namespace malmoi {

/** One parameter of a model. Its values and moments are updated in place. */
struct AdamWParameter {
  int64_t size;
  float* values;
  const float* gradient;
  float* expAvg;
  float* expAvgSq;
  float weightDecay;
};

/** The hyperparameters of one AdamW update of all parameters. */
struct AdamWStep {
  float learningRate;
  float beta1;
  float beta2;
  float epsilon;
  /** 1 - beta1 and 1 - beta2, rounded once. */
  float oneMinusBeta1;
  float oneMinusBeta2;
  /** learningRate / (1 - beta1^step). */
  float stepSize;
  /** 1 / sqrt(1 - beta2^step). */
  float inverseRootCorrection2;
  /** What gradients are multiplied by first. */
  float clipScale;
};

/** An array of float32. */
struct FloatArray {
  const float* data;
  int64_t size;
};

struct OptimizerKernels {
  void (*adamW)(const AdamWParameter* parameters, int64_t count, const AdamWStep& step);
  /** Square root of the sum of the squares of all elements, which is taken in float64. */
  double (*globalNorm)(const FloatArray* arrays, int64_t count);
};

}  // namespace malmoi
