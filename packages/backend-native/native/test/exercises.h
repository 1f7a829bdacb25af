// The exercises: each calls the kernels of a family at random sizes, with arguments that follow from `seed` alone, and
// records what they write. Where `precision` is bfloat16, tolerances against float64 are those of bfloat16.
#pragma once

#include "kernels/kernel_table.h"
#include "test/outputs.h"
#include "test/random.h"

namespace malmoi {

using Exercise = void (*)(const KernelTable& kernels, Precision precision, uint64_t seed, Outputs& outputs);

void exerciseMatrices(const KernelTable& kernels, Precision precision, uint64_t seed, Outputs& outputs);
void exerciseDenseGradient(const KernelTable& kernels, Precision precision, uint64_t seed, Outputs& outputs);
void exerciseFeedForward(const KernelTable& kernels, Precision precision, uint64_t seed, Outputs& outputs);
void exerciseAttention(const KernelTable& kernels, Precision precision, uint64_t seed, Outputs& outputs);
void exerciseMaskedLmLoss(const KernelTable& kernels, Precision precision, uint64_t seed, Outputs& outputs);
void exerciseCrossEntropy(const KernelTable& kernels, Precision precision, uint64_t seed, Outputs& outputs);
void exerciseLayerNorm(const KernelTable& kernels, Precision precision, uint64_t seed, Outputs& outputs);
void exerciseGeluAndDropout(const KernelTable& kernels, Precision precision, uint64_t seed, Outputs& outputs);
void exerciseEmbedding(const KernelTable& kernels, Precision precision, uint64_t seed, Outputs& outputs);
void exerciseOptimizer(const KernelTable& kernels, Precision precision, uint64_t seed, Outputs& outputs);
void exerciseElementwise(const KernelTable& kernels, Precision precision, uint64_t seed, Outputs& outputs);
void exerciseReductions(const KernelTable& kernels, Precision precision, uint64_t seed, Outputs& outputs);
void exerciseLayout(const KernelTable& kernels, Precision precision, uint64_t seed, Outputs& outputs);
void exerciseLimits(const KernelTable& kernels, Precision precision, uint64_t seed, Outputs& outputs);

/** Exceptions, nested calls and several users of the thread pool. */
void exerciseThreadPool();

/** A dropout of a random site, or none. */
Dropout randomDropout(Random& random, bool wanted);

/** Against float64, relative to the largest number. */
inline double toleranceOf(Precision precision) { return precision == Precision::kBfloat16 ? 2e-2 : 1e-4; }

}  // namespace malmoi
