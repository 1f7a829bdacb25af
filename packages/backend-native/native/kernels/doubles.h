// float32 as vectors of float64, for sums over many elements.
#pragma once

#include "kernels/simd.h"

#if defined(__aarch64__)
#include <arm_neon.h>
#endif

namespace malmoi {
namespace MALMOI_ISA {

typedef double Doubles __attribute__((vector_size(MALMOI_VECTOR_BYTES)));

constexpr int kHalfLanes = kLanes / 2;

/** `kHalfLanes` elements as float64. */
MALMOI_INLINE Doubles loadDoubles(const float* from) {
#if defined(__aarch64__)
  // GCC 12 would convert them one by one.
  return (Doubles)vcvt_f64_f32(vld1_f32(from));
#else
  typedef float HalfFloats __attribute__((vector_size(MALMOI_VECTOR_BYTES / 2)));
  HalfFloats half;
  std::memcpy(&half, from, sizeof half);
  return __builtin_convertvector(half, Doubles);
#endif
}

}  // namespace MALMOI_ISA
}  // namespace malmoi
