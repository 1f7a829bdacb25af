// AdamW over all parameters of a model and the norm of all gradients. Both are bound by memory: each array is read
// once, and written once where it changes.
#include "core/thread_pool.h"
#include "kernels/chunks.h"
#include "kernels/doubles.h"
#include "kernels/flush_denormals.h"
#include "kernels/kernel_sets.h"
#include "kernels/vector_loop.h"

namespace malmoi {
namespace MALMOI_ISA {
namespace {

/** The steps of torch.optim.AdamW, in its order. */
void updateChunk(const AdamWParameter& parameter, int64_t first, int64_t size, const AdamWStep& step) {
  const FlushDenormals flush;
  float* values = parameter.values + first;
  const float* gradients = parameter.gradient + first;
  float* expAvgs = parameter.expAvg + first;
  float* expAvgSqs = parameter.expAvgSq + first;
  const float keep = 1.0f - step.learningRate * parameter.weightDecay;
  forEachVector(size, [&](int64_t i, auto piece) MALMOI_ALWAYS_INLINE {
    const Floats gradient = piece.load(gradients + i) * step.clipScale;
    Floats expAvg = piece.load(expAvgs + i);
    expAvg += (gradient - expAvg) * step.oneMinusBeta1;
    const Floats expAvgSq = piece.load(expAvgSqs + i) * step.beta2 + gradient * gradient * step.oneMinusBeta2;
    const Floats denominator = squareRoot(expAvgSq) * step.inverseRootCorrection2 + step.epsilon;
    piece.store(expAvgs + i, expAvg);
    piece.store(expAvgSqs + i, expAvgSq);
    piece.store(values + i, piece.load(values + i) * keep - expAvg / denominator * step.stepSize);
  });
}

void adamW(const AdamWParameter* parameters, int64_t count, const AdamWStep& step) {
  Scratch scratch;
  const auto sizeOf = [&](int64_t index) MALMOI_ALWAYS_INLINE { return parameters[index].size; };
  const ChunkList chunks(count, scratch, sizeOf);
  parallelFor(chunks.count(), [&](int64_t task) {
    const Chunk chunk = chunks.at(task, sizeOf);
    updateChunk(parameters[chunk.array], chunk.first, chunk.size, step);
  });
}

/** In float64 the square of a float32 is exact and does not overflow. */
double sumOfSquares(const float* values, int64_t size) {
  constexpr int kSums = 4;
  Doubles sums[kSums] = {};
  int64_t i = 0;
  for (; i + kSums * kHalfLanes <= size; i += kSums * kHalfLanes) {
#pragma GCC unroll 4
    for (int each = 0; each < kSums; each++) {
      const Doubles value = loadDoubles(values + i + each * kHalfLanes);
      sums[each] += value * value;
    }
  }
  const Doubles sum = (sums[0] + sums[1]) + (sums[2] + sums[3]);
  double total = 0;
  for (int lane = 0; lane < kHalfLanes; lane++) total += sum[lane];
  for (; i < size; i++) total += static_cast<double>(values[i]) * static_cast<double>(values[i]);
  return total;
}

double globalNorm(const FloatArray* arrays, int64_t count) {
  Scratch scratch;
  const auto sizeOf = [&](int64_t index) MALMOI_ALWAYS_INLINE { return arrays[index].size; };
  const ChunkList chunks(count, scratch, sizeOf);
  auto* sums = static_cast<double*>(scratch.bytes(static_cast<size_t>(chunks.count()) * sizeof(double)));
  parallelFor(chunks.count(), [&](int64_t task) {
    const Chunk chunk = chunks.at(task, sizeOf);
    sums[task] = sumOfSquares(arrays[chunk.array].data + chunk.first, chunk.size);
  });
  double total = 0;
  for (int64_t task = 0; task < chunks.count(); task++) total += sums[task];
  return __builtin_sqrt(total);
}

}  // namespace

const OptimizerKernels kOptimizerKernels = {adamW, globalNorm};

}  // namespace MALMOI_ISA
}  // namespace malmoi
