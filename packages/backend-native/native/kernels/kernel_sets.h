// The parts of this instruction set's kernel table, each defined in a file of its own.
#pragma once

#include "kernels/kernel_table.h"

namespace malmoi {
namespace MALMOI_ISA {

extern const MatrixKernels kMatrixKernels;
extern const DenseKernels kDenseKernels;
extern const FeedForwardKernels kFeedForwardKernels;
/** Defined in a file of its own, feed_forward_gradient.cc. */
void feedForwardGradient(const FeedForwardGradient& call);
extern const DropoutKernels kDropoutKernels;
extern const LossKernels kLossKernels;
extern const MaskedLmLossKernels kMaskedLmLossKernels;
/** Defined in a file of its own, masked_lm_loss_gradient.cc. */
void maskedLmLossGradient(const MaskedLmLossGradient& gradient);
extern const OptimizerKernels kOptimizerKernels;
extern const LayerNormKernels kLayerNormKernels;
extern const GeluKernels kGeluKernels;
extern const EmbeddingKernels kEmbeddingKernels;
extern const AttentionKernels kAttentionKernels;
/** Defined in a file of its own, attention_gradient.cc. */
void attentionGradient(const AttentionGradient& gradient);
extern const ElementwiseKernels kElementwiseKernels;
extern const ReductionKernels kReductionKernels;
extern const LayoutKernels kLayoutKernels;
extern const LimitKernels kLimitKernels;

}  // namespace MALMOI_ISA
}  // namespace malmoi
