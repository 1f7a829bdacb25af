// Kernels on the rows of a float32 matrix: where the largest element is, and softmax.
#include "core/thread_pool.h"
#include "kernels/rows.h"
#include "kernels/vector_math.h"

namespace malmoi {
namespace MALMOI_ISA {
namespace {

constexpr int64_t kRowTaskElements = int64_t{1} << 13;

template <typename Row>
MALMOI_INLINE void forEachRow(int64_t rows, int64_t count, const Row& row) {
  const int64_t perTask = larger<int64_t>(1, kRowTaskElements / count);
  parallelFor(divideUp(rows, perTask), [&](int64_t task) {
    const int64_t end = smaller((task + 1) * perTask, rows);
    for (int64_t index = task * perTask; index < end; index++) row(index);
  });
}

/** The largest of x[0 .. count-1]; NaN does not count, so at least `least` comes back. */
MALMOI_INLINE float largestOf(const float* x, int64_t count, float least) {
  Floats best = broadcast(least);
  int64_t i = 0;
  for (; i + kLanes <= count; i += kLanes) best = maximum(load(x + i), best);
  float largest = maxLanes(best);
  for (; i < count; i++) largest = x[i] > largest ? x[i] : largest;
  return largest;
}

MALMOI_INLINE int32_t argMaxOf(const float* x, int64_t count) {
  // Nothing is larger than a NaN in the first place.
  if (x[0] != x[0]) return 0;
  const float largest = largestOf(x, count, x[0]);
  int64_t i = 0;
  while (x[i] != largest) i++;
  return static_cast<int32_t>(i);
}

MALMOI_INLINE void softmaxOf(const float* x, int64_t count, float* out) {
  const float largest = largestOf(x, count, -__builtin_inff());
  Floats sums = {};
  int64_t i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    const Floats e = exponential(load(x + i) - largest);
    store(out + i, e);
    sums += e;
  }
  float sum = sumLanes(sums);
  if (i < count) {
    const Floats e = exponential(loadSome(x + i, count - i) - largest);
    storeSome(out + i, e, count - i);
    for (int64_t k = i; k < count; k++) sum += out[k];
  }
  for (int64_t k = 0; k < count; k++) out[k] /= sum;
}

}  // namespace

void argMax(int64_t rows, int64_t count, const float* x, int32_t* out) {
  forEachRow(rows, count, [&](int64_t row) { out[row] = argMaxOf(x + row * count, count); });
}

void softmax(int64_t rows, int64_t count, const float* x, float* out) {
  forEachRow(rows, count, [&](int64_t row) { softmaxOf(x + row * count, count, out + row * count); });
}

}  // namespace MALMOI_ISA
}  // namespace malmoi
