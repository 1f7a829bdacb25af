// What a kernel set offers, as plain functions, so that one addon holds a set for each instruction set and
// picks one at run time. Arguments are checked by the caller (native/binding); sizes count elements.
#pragma once

#include <cstdint>

#include "kernels/activation_name.h"
#include "kernels/attention_kernels.h"
#include "kernels/dropout_kernels.h"
#include "kernels/loss_kernels.h"
#include "kernels/precision.h"
#include "kernels/embedding_kernels.h"
#include "kernels/feed_forward_kernels.h"
#include "kernels/gelu_kernels.h"
#include "kernels/layer_norm_kernels.h"
#include "kernels/optimizer_kernels.h"
#include "kernels/elementwise_kernels.h"
#include "kernels/layout_kernels.h"
#include "kernels/limit_kernels.h"
#include "kernels/reduction_kernels.h"

namespace malmoi {

/** A matrix in memory: element (row, column) is at row * stride + column, or the reverse if transposed. */
struct MatrixView {
  const float* data;
  int64_t stride;
  bool transposed;
  /** The elements in bfloat16, then instead of `data`: for products in that precision. */
  const uint16_t* rounded = nullptr;
};

/** c [rows, columns] = activation(a [rows, depth] * b [depth, columns] + bias), or, without those, added to c. */
struct MatrixProduct {
  int64_t rows;
  int64_t columns;
  int64_t depth;
  MatrixView a;
  MatrixView b;
  float* c;
  int64_t cStride;
  /** [columns], or null. */
  const float* bias;
  Activation activation;
  /** Where the value before the activation goes, laid out as c, or null. */
  float* preActivation;
  Precision precision;
  /** The product is added to what c holds; there is then neither bias nor activation. */
  bool accumulate = false;
};

struct MatrixKernels {
  /** One product, spread over all threads. */
  void (*multiply)(const MatrixProduct& product);
  /** `batch` products whose matrices lie aStep, bStep, cStep elements apart (a step of 0 repeats one). */
  void (*multiplyBatch)(const MatrixProduct& first, int64_t batch, int64_t aStep, int64_t bStep,
                        int64_t cStep);
};

/** The gradients of y = activation(x * weight^T + bias); x [rows, inputs], weight [outputs, inputs]. */
struct DenseGradient {
  int64_t rows;
  int64_t inputs;
  int64_t outputs;
  Activation activation;
  Precision precision;
  /** [rows, outputs]. */
  const float* dy;
  const float* x;
  const float* weight;
  /** The value before the activation for GELU, after it for ReLU and tanh, null for none; [rows, outputs]. */
  const float* saved;
  float* dx;
  float* dWeight;
  /** [outputs], or null. */
  float* dBias;
  /** The gradient of x is added to what dx holds. */
  bool accumulateDx = false;
};

struct DenseKernels {
  void (*gradient)(const DenseGradient& gradient);
};

/** The kernels of one instruction set. */
struct KernelTable {
  const char* name;
  /** True where matrix products can be computed in bfloat16. */
  bool hasBfloat16;
  MatrixKernels matrix;
  DenseKernels dense;
  FeedForwardKernels feedForward;
  DropoutKernels dropout;
  LossKernels loss;
  MaskedLmLossKernels maskedLm;
  OptimizerKernels optimizer;
  LayerNormKernels layerNorm;
  GeluKernels gelu;
  EmbeddingKernels embedding;
  AttentionKernels attention;
  ElementwiseKernels elementwise;
  ReductionKernels reductions;
  LayoutKernels layout;
  LimitKernels limits;
};

#if defined(__x86_64__)
namespace amx {
KernelTable kernels();
}
namespace avx512bf16 {
KernelTable kernels();
}
namespace avx512 {
KernelTable kernels();
}
namespace avx2 {
KernelTable kernels();
}
#endif
namespace portable {
KernelTable kernels();
}

}  // namespace malmoi
