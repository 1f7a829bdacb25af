// Layer normalisation in the kernel table.
#pragma once

#include <cstdint>

#include "kernels/dropout_kernels.h"

namespace malmoi {

/**
 * Elements of a row whose dropout is kept in 16 words: bit v of word l stands for element 16 v + l, so that packing
 * and unpacking are single operations on vectors of any width.
 */
constexpr int64_t kKeepBlock = 512;
constexpr int64_t kKeepBlockWords = 16;

/** Words for the dropout of a row. */
constexpr int64_t keepWords(int64_t hidden) {
  return (hidden + kKeepBlock - 1) / kKeepBlock * kKeepBlockWords;
}

/** Numbers that are saved of a row: the mean of its distances from its first element, 1 / standard deviation. */
constexpr int64_t kRowStatistics = 2;

/** y = (s - mean(s)) / sqrt(variance(s) + epsilon) * gamma + beta for the rows of s = dropout(x) + residual. */
struct LayerNorm {
  int64_t rows;
  int64_t hidden;
  float epsilon;
  Dropout dropout;
  /** [rows, hidden]. */
  const float* x;
  /** The same, or null. */
  const float* residual;
  /** [hidden]. */
  const float* gamma;
  const float* beta;
  float* y;
  /** [rows, kRowStatistics], for the gradient; or null. */
  float* statistics;
  /** [rows, keepWords(hidden)], for the gradient of a dropout; or null. */
  int32_t* kept;
};

/** The gradients, from the inputs of the forward pass and what it saved. */
struct LayerNormGradient {
  int64_t rows;
  int64_t hidden;
  Dropout dropout;
  const float* dy;
  const float* x;
  const float* residual;
  const float* gamma;
  const float* statistics;
  const int32_t* kept;
  float* dx;
  float* dGamma;
  float* dBeta;
  /** Null where it equals dx or is not wanted. */
  float* dResidual;
};

struct LayerNormKernels {
  void (*forward)(const LayerNorm& norm);
  void (*gradient)(const LayerNormGradient& gradient);
};

}  // namespace malmoi
