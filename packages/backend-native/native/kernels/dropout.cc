// Dropout of an array. The mask is made again for the gradient: the generator is as fast as memory.
#include "core/thread_pool.h"
#include "kernels/kernel_sets.h"
#include "kernels/philox.h"
#include "kernels/vector_loop.h"

namespace malmoi {
namespace MALMOI_ISA {
namespace {

/** Elements whose random words are made before they are used; a multiple of every vector. */
constexpr int64_t kRun = 512;
constexpr int64_t kRunsPerTask = 16;

void apply(const float* x, const Dropout& dropout, int64_t size, float* y) {
  const int64_t taskSize = kRun * kRunsPerTask;
  parallelFor(divideUp(size, taskSize), [&](int64_t task) {
    alignas(64) uint32_t buffer[kRun + kRandomBlock];
    const int64_t end = smaller(size, (task + 1) * taskSize);
    for (int64_t start = task * taskSize; start < end; start += kRun) {
      const int64_t count = smaller(kRun, end - start);
      const uint32_t* words = randomWords(dropout, start, count, buffer);
      forEachVector(count, [&](int64_t i, auto piece) MALMOI_ALWAYS_INLINE {
        // A product, so that NaN and Infinity are not dropped silently.
        const Floats factor = keepFactor(dropout, keptWhere(dropout, words + i));
        piece.store(y + start + i, piece.load(x + start + i) * factor);
      });
    }
  });
}

}  // namespace

const DropoutKernels kDropoutKernels = {apply};

}  // namespace MALMOI_ISA
}  // namespace malmoi
