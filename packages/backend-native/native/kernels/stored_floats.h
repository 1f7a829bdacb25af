// Vectors in memory as float32, or as bfloat16 where there is an engine for it: rounded to the nearest, NaN kept.
#pragma once

#include "kernels/engines.h"

namespace malmoi {
namespace MALMOI_ISA {

MALMOI_INLINE void storeElements(float* to, Floats value) { store(to, value); }
MALMOI_INLINE Floats loadElements(const float* from) { return load(from); }

#if defined(MALMOI_AMX) || defined(MALMOI_BF16)
MALMOI_INLINE void storeElements(uint16_t* to, Floats value) {
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), (__m256i)_mm512_cvtneps_pbh((__m512)value));
}
MALMOI_INLINE Floats loadElements(const uint16_t* from) {
  const __m256i halves = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from));
  return (Floats)_mm512_slli_epi32(_mm512_cvtepu16_epi32(halves), 16);
}
#endif

}  // namespace MALMOI_ISA
}  // namespace malmoi
