// AdamW and the global norm over parameters of many sizes.
#include <deque>
#include <vector>

#include "test/exercises.h"

namespace malmoi {

void exerciseOptimizer(const KernelTable& kernels, Precision, uint64_t seed, Outputs& outputs) {
  Random random(seed);
  // Arrays are cut into chunks of 16,384 elements; an empty one has none.
  const int64_t sizes[] = {random.size(500), 0, random.between(16380, 16390), 1, random.between(32760, 40000)};
  std::deque<Floats32> arrays;
  const auto make = [&](int64_t size, float low, float high) {
    const Floats32& array = arrays.emplace_back(size);
    random.fill(array, low, high);
    return array.data();
  };
  std::vector<AdamWParameter> parameters;
  std::vector<FloatArray> gradients;
  for (const int64_t size : sizes) {
    const float* gradient = make(size, -1.0f, 1.0f);
    float* values = make(size, -1.0f, 1.0f);
    float* expAvg = make(size, -1.0f, 1.0f);
    parameters.push_back({size, values, gradient, expAvg, make(size, 0.0f, 1.0f), 0.01f});
    gradients.push_back({gradient, size});
  }
  const AdamWStep step = {1e-3f, 0.9f, 0.999f, 1e-8f, 0.1f, 0.001f, 2e-3f, 10.0f, 0.5f};
  const auto count = static_cast<int64_t>(parameters.size());
  outputs.number("norm", kernels.optimizer.globalNorm(gradients.data(), count));
  outputs.number("norm of nothing", kernels.optimizer.globalNorm(nullptr, 0));
  kernels.optimizer.adamW(parameters.data(), count, step);
  kernels.optimizer.adamW(nullptr, 0, step);
  for (const Floats32& array : arrays) outputs.floats("AdamW", array);
}

}  // namespace malmoi
