// Loops over arrays, a vector at a time: whole vectors, then the part of one that is left. The body is written once
// and gets the piece it is to load and store with.
//
//   forEachVector(size, [&](int64_t i, auto piece) MALMOI_ALWAYS_INLINE { piece.store(y + i, -piece.load(x + i)); });
#pragma once

#include "kernels/simd.h"

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

/**
 * The sum of term(i, piece) over an array. Four sums at once, since an addition takes several cycles; their order is
 * fixed by the width of a vector alone. Terms of lanes beyond the array do not count.
 */
template <typename Term>
MALMOI_INLINE float sumOf(int64_t size, const Term& term) {
  Floats sums[4] = {};
  int64_t i = 0;
  for (; i + 4 * kLanes <= size; i += 4 * kLanes) {
#pragma GCC unroll 4
    for (int each = 0; each < 4; each++) sums[each] += term(i + each * kLanes, WholePiece{});
  }
  for (; i + kLanes <= size; i += kLanes) sums[0] += term(i, WholePiece{});
  if (i < size) {
    const PartialPiece piece = {size - i};
    sums[1] += piece.first(term(i, piece), Floats{});
  }
  return sumLanes((sums[0] + sums[1]) + (sums[2] + sums[3]));
}

}  // namespace MALMOI_ISA
}  // namespace malmoi
