// Puts this instruction set's kernels into one table.
#include "kernels/kernel_sets.h"
#include "kernels/engines.h"

#define MALMOI_STRING(name) #name
#define MALMOI_NAME(name) MALMOI_STRING(name)

namespace malmoi {
namespace MALMOI_ISA {

// A function, not a constant: initialisation order between files is not defined.
KernelTable kernels() {
  return {
      MALMOI_NAME(MALMOI_ISA),
      kHasBfloat16,
      kMatrixKernels,
      kDenseKernels,
      kFeedForwardKernels,
      kDropoutKernels,
      kLossKernels,
      kMaskedLmLossKernels,
      kOptimizerKernels,
      kLayerNormKernels,
      kGeluKernels,
      kEmbeddingKernels,
      kAttentionKernels,
      kElementwiseKernels,
      kReductionKernels,
      kLayoutKernels,
      kLimitKernels,
  };
}

}  // namespace MALMOI_ISA
}  // namespace malmoi
