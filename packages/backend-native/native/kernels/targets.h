// What the cross-entropies share: the weight of a position, and the three sums that they return.
#pragma once

#include "kernels/kernel_table.h"
#include "kernels/simd.h"

namespace malmoi {
namespace MALMOI_ISA {

MALMOI_INLINE bool counts(const Targets& targets, int64_t position) {
  return targets.labels[position] != targets.ignoreIndex;
}

/** The label of a position, 0 where it does not count. */
MALMOI_INLINE int64_t labelOf(const Targets& targets, int64_t position) {
  return counts(targets, position) ? targets.labels[position] : 0;
}

MALMOI_INLINE float weightOf(const Targets& targets, int64_t position) {
  if (!counts(targets, position)) return targets.weights == nullptr ? 0.0f : targets.weights[position] * 0.0f;
  return targets.weights == nullptr ? 1.0f : targets.weights[position];
}

/** Adds up in float64, in the order of the positions. `correct` may be null. */
MALMOI_INLINE void sumStatistics(const Targets& targets, const float* losses, const uint8_t* correct,
                                 float* statistics) {
  double sums[3] = {};
  for (int64_t position = 0; position < targets.count; position++) {
    const double weight = weightOf(targets, position);
    sums[0] += losses[position] * weight;
    sums[1] += weight;
    if (correct != nullptr && correct[position] != 0) sums[2] += weight;
  }
  for (int i = 0; i < 3; i++) statistics[i] = static_cast<float>(sums[i]);
}

}  // namespace MALMOI_ISA
}  // namespace malmoi
