// What the forward and the backward pass of layer normalisation share: dropout of a row, its sum with the residual,
// and how rows are divided among tasks.
#pragma once

#include "kernels/kernel_table.h"
#include "kernels/philox.h"
#include "kernels/vector_loop.h"

namespace malmoi {
namespace MALMOI_ISA {

/** The place of the elements of a vector among the words of a row. */
MALMOI_INLINE int64_t keepIndex(int64_t element) {
  return element / kKeepBlock * kKeepBlockWords + element % kKeepBlockWords;
}
MALMOI_INLINE int32_t keepBit(int64_t element) {
  return static_cast<int32_t>(uint32_t{1} << (element % kKeepBlock / kKeepBlockWords));
}

/** Which elements of a row these random words keep, for its gradient. */
static inline void packKept(const Dropout& dropout, const uint32_t* random, int64_t hidden, int32_t* kept) {
  for (int64_t block = 0; block < hidden; block += kKeepBlock) {
    const int64_t end = smaller(hidden, block + kKeepBlock);
    for (int64_t part = 0; part < kKeepBlockWords; part += kLanes) {
      Ints words = {};
      Words bit = broadcastWord(1);
      for (int64_t i = block + part; i < end; i += kKeepBlockWords) {
        words |= keptWhere(dropout, random + i) & reinterpret_cast<Ints>(bit);
        bit += bit;
      }
      storeInts(kept + keepIndex(block + part), words);
    }
  }
}

MALMOI_INLINE Ints unpackKept(const int32_t* words, int64_t element) {
  return (loadInts(words + keepIndex(element)) & broadcastInt(keepBit(element))) != 0;
}

/** dropout(x) + residual at element i of a row, `factor` being what its dropout multiplies by. */
template <bool kDropout, bool kResidual, typename Piece>
MALMOI_INLINE Floats sumAt(const float* x, const float* residual, int64_t i, Piece piece, Floats factor) {
  Floats sum = piece.load(x + i);
  if constexpr (kDropout) sum *= factor;
  if constexpr (kResidual) sum += piece.load(residual + i);
  return sum;
}

/** Rows of a task: 64 KB of each array, and at most 64 tasks, since each has partial sums of its own. */
MALMOI_INLINE int64_t rowsOfTask(int64_t rows, int64_t hidden) {
  constexpr int64_t kTaskElements = 16384;
  constexpr int64_t kMostTasks = 64;
  return larger<int64_t>(larger<int64_t>(1, kTaskElements / hidden), divideUp(rows, kMostTasks));
}

}  // namespace MALMOI_ISA
}  // namespace malmoi
