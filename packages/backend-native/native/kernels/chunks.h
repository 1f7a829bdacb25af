// Many arrays as one list of tasks: each array is cut into chunks of a fixed size, so that small arrays do not cost
// a call each and large ones are shared out.
#pragma once

#include "core/scratch.h"
#include "kernels/vector_loop.h"

namespace malmoi {
namespace MALMOI_ISA {

/** Elements of a chunk: 64 KB of each array. */
constexpr int64_t kChunk = 16384;

/** A chunk of an array. */
struct Chunk {
  int64_t array;
  int64_t first;
  int64_t size;
};

/** Which task has which chunk, for arrays whose sizes `sizeOf(index)` gives. */
class ChunkList {
 public:
  template <typename SizeOf>
  MALMOI_ALWAYS_INLINE ChunkList(int64_t arrays, Scratch& scratch, const SizeOf& sizeOf) {
    arrays_ = arrays;
    first_ = static_cast<int64_t*>(scratch.bytes(static_cast<size_t>(arrays + 1) * sizeof(int64_t)));
    first_[0] = 0;
    for (int64_t i = 0; i < arrays; i++) first_[i + 1] = first_[i] + divideUp(sizeOf(i), kChunk);
  }

  MALMOI_ALWAYS_INLINE int64_t count() const { return first_[arrays_]; }

  template <typename SizeOf>
  MALMOI_ALWAYS_INLINE Chunk at(int64_t task, const SizeOf& sizeOf) const {
    // The last array whose first task is not beyond this one; empty arrays have none.
    int64_t low = 0;
    int64_t high = arrays_;
    while (high - low > 1) {
      const int64_t middle = (low + high) / 2;
      if (first_[middle] <= task) low = middle;
      else high = middle;
    }
    const int64_t first = (task - first_[low]) * kChunk;
    return {low, first, smaller(kChunk, sizeOf(low) - first)};
  }

 private:
  int64_t arrays_;
  /** The first task of each array, and the number of tasks. */
  int64_t* first_;
};

}  // namespace MALMOI_ISA
}  // namespace malmoi
