// GELU of an array and its gradient.
#include "core/thread_pool.h"
#include "kernels/kernel_sets.h"
#include "kernels/vector_loop.h"
#include "kernels/vector_math.h"

namespace malmoi {
namespace MALMOI_ISA {
namespace {

constexpr int64_t kTaskSize = 8192;

/** body(i, piece) over all elements, shared out among the threads. */
template <typename Body>
MALMOI_INLINE void forAll(int64_t size, const Body& body) {
  parallelFor(divideUp(size, kTaskSize), [&](int64_t task) {
    const int64_t first = task * kTaskSize;
    forEachVector(smaller(kTaskSize, size - first),
                  [&](int64_t i, auto piece) MALMOI_ALWAYS_INLINE { body(first + i, piece); });
  });
}

void forward(const float* x, bool tanhForm, int64_t size, float* y) {
  if (tanhForm) {
    forAll(size, [&](int64_t i, auto piece) MALMOI_ALWAYS_INLINE { piece.store(y + i, geluTanh(piece.load(x + i))); });
  } else {
    forAll(size, [&](int64_t i, auto piece) MALMOI_ALWAYS_INLINE { piece.store(y + i, geluExact(piece.load(x + i))); });
  }
}

void gradient(const float* dy, const float* x, bool tanhForm, int64_t size, float* dx) {
  if (tanhForm) {
    forAll(size, [&](int64_t i, auto piece) MALMOI_ALWAYS_INLINE {
      piece.store(dx + i, piece.load(dy + i) * geluTanhDerivative(piece.load(x + i)));
    });
  } else {
    forAll(size, [&](int64_t i, auto piece) MALMOI_ALWAYS_INLINE {
      piece.store(dx + i, piece.load(dy + i) * geluExactDerivative(piece.load(x + i)));
    });
  }
}

}  // namespace

const GeluKernels kGeluKernels = {forward, gradient};

}  // namespace MALMOI_ISA
}  // namespace malmoi
