// The feed-forward network of an encoder layer in the kernel table.
#pragma once

#include "kernels/activation_name.h"
#include "kernels/precision.h"

namespace malmoi {

/** The network without its arrays of rows; kernels are [out, in]. */
struct FeedForwardNetwork {
  int64_t rows;
  int64_t width;
  /** What each row is widened to. */
  int64_t inner;
  Activation activation;
  Precision precision;
  const float* wideningKernel;
  const float* narrowingKernel;
};

/** Columns of FeedForwardSaved for `inner`: a multiple of every vector. */
static constexpr int64_t savedColumns(int64_t inner) { return (inner + 31) / 32 * 32; }

/** What the gradient needs: [rows, savedColumns(inner)], of four bytes or, in bfloat16, of two. */
struct FeedForwardSaved {
  /** What is narrowed again: float32 or bfloat16. */
  void* widened;
  /** The derivative of the activation, null for a linear one: float32, or fixed-point numbers (stored_floats.h). */
  void* slopes;
};

/** y = activation(x * widening^T + wideningBias) * narrowing^T + narrowingBias. */
struct FeedForward {
  FeedForwardNetwork network;
  const float* x;
  const float* wideningBias;
  const float* narrowingBias;
  float* y;
  /** Null where there is no gradient. */
  FeedForwardSaved saved;
};

struct FeedForwardGradient {
  FeedForwardNetwork network;
  FeedForwardSaved saved;
  const float* dy;
  const float* x;
  /** The gradient of x is added to it; may be dy itself. */
  float* dx;
  float* dWideningKernel;
  float* dWideningBias;
  float* dNarrowingKernel;
  float* dNarrowingBias;
};

struct FeedForwardKernels {
  void (*forward)(const FeedForward& call);
  void (*gradient)(const FeedForwardGradient& call);
};

}  // namespace malmoi
