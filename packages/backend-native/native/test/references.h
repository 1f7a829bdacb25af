// What matrix kernels compute, in float64 and as plainly as it can be written.
#pragma once

#include <cstdint>
#include <vector>

#include "kernels/kernel_table.h"

namespace malmoi {

/** An activation and its derivative. */
struct ReferenceActivation {
  double value;
  double slope;
};

ReferenceActivation referenceActivation(Activation activation, double z);

/** activation(a * b + bias), added to c where the product is. */
std::vector<double> referenceProduct(const MatrixProduct& product);

/** [batch, length, heads * headSize]; without dropout. */
std::vector<double> referenceContext(const AttentionInputs& inputs);

struct AttentionReference {
  std::vector<double> dQuery;
  std::vector<double> dKey;
  std::vector<double> dValue;
};

AttentionReference referenceAttentionGradient(const AttentionInputs& inputs, const float* dContext);

struct MaskedLmReference {
  /** Sums of weighted losses and of weights. */
  std::vector<double> statistics;
  std::vector<double> dHidden;
  std::vector<double> dKernel;
  std::vector<double> dBias;
};

MaskedLmReference referenceMaskedLm(const MaskedLmLoss& loss, double upstream);

}  // namespace malmoi
