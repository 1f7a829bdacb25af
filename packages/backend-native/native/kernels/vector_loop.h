// Loops over arrays, a vector at a time: whole vectors, then the part of one that is left. The body is written once
// and gets the piece it is to load and store with.
//
//   forEachVector(size, [&](int64_t i, auto piece) MALMOI_ALWAYS_INLINE { piece.store(y + i, -piece.load(x + i)); });
#pragma once

#include "kernels/simd.h"

#define MALMOI_ALWAYS_INLINE __attribute__((always_inline))

namespace malmoi {
namespace MALMOI_ISA {

/** A vector that lies in the array as a whole. */
struct WholePiece {
  MALMOI_ALWAYS_INLINE Floats load(const float* from) const { return MALMOI_ISA::load(from); }
  MALMOI_ALWAYS_INLINE void store(float* to, Floats value) const { MALMOI_ISA::store(to, value); }
  /** The lanes of `value` that belong to the array, the others of `rest`. */
  MALMOI_ALWAYS_INLINE Floats first(Floats value, Floats) const { return value; }
};

/** The first lanes of a vector; the others are loaded as 0 and not stored. */
struct PartialPiece {
  int64_t lanes;
  MALMOI_ALWAYS_INLINE Floats load(const float* from) const { return loadSome(from, lanes); }
  MALMOI_ALWAYS_INLINE void store(float* to, Floats value) const { storeSome(to, value, lanes); }
  MALMOI_ALWAYS_INLINE Floats first(Floats value, Floats rest) const {
    Ints inside;
    for (int lane = 0; lane < kLanes; lane++) inside[lane] = lane < lanes ? -1 : 0;
    return select(inside, value, rest);
  }
};

/** body(i, piece) for i = 0, kLanes, 2 kLanes, ... below `size`. */
template <typename Body>
MALMOI_INLINE void forEachVector(int64_t size, const Body& body) {
  int64_t i = 0;
  for (; i + kLanes <= size; i += kLanes) body(i, WholePiece{});
  if (i < size) body(i, PartialPiece{size - i});
}

}  // namespace MALMOI_ISA
}  // namespace malmoi
