// The work that a machine's limits are measured with.
#include "test/exercises.h"

namespace malmoi {

void exerciseLimits(const KernelTable& kernels, Precision precision, uint64_t seed, Outputs& outputs) {
  Random random(seed);
  const int64_t tasks = random.between(1, 5);
  const int64_t size = random.size(500);
  const Floats32 results(tasks);
  kernels.limits.multiplyAdds(precision, tasks, random.between(1, 3), results.data());
  outputs.floats("multiply-adds", results);

  Floats32 x(size);
  Floats32 y(size);
  random.fill(x, -1.0f, 1.0f);
  random.fill(y, -1.0f, 1.0f);
  const Floats32 sums(tasks);
  kernels.limits.sumParts(x.data(), size, tasks, sums.data());
  kernels.limits.addScaled(x.data(), 0.5f, size, tasks, y.data());
  outputs.floats("sums of parts", sums);
  outputs.floats("y + x / 2", y);
}

}  // namespace malmoi
