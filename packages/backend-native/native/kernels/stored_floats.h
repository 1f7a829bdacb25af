// Vectors in memory as float32, or in half of it where there is an engine for bfloat16: as bfloat16, rounded to the
// nearest, NaN kept; or, if they are slopes, numbers from -2 to 2, as fixed-point numbers, whose error is some thirty
// times smaller there (2^-15).
#pragma once

#include "kernels/engines.h"

namespace malmoi {
namespace MALMOI_ISA {

MALMOI_INLINE void storeElements(float* to, Floats value) { store(to, value); }
MALMOI_INLINE Floats loadElements(const float* from) { return load(from); }
/** As `stream` of simd.h: to an address that is a multiple of what is stored. */
MALMOI_INLINE void streamElements(float* to, Floats value) { stream(to, value); }
MALMOI_INLINE void storeSlopes(float* to, Floats slopes) { store(to, slopes); }
MALMOI_INLINE void streamSlopes(float* to, Floats slopes) { stream(to, slopes); }
MALMOI_INLINE Floats loadSlopes(const float* from) { return load(from); }

#if defined(MALMOI_AMX) || defined(MALMOI_BF16)
MALMOI_INLINE void storeElements(uint16_t* to, Floats value) {
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), (__m256i)_mm512_cvtneps_pbh((__m512)value));
}
MALMOI_INLINE void streamElements(uint16_t* to, Floats value) {
  _mm256_stream_si256(reinterpret_cast<__m256i*>(to), (__m256i)_mm512_cvtneps_pbh((__m512)value));
}
constexpr float kSlopeUnits = 16384.0f;
/** NaN becomes 0: where a slope is NaN the value is, too, and with it all that follows. */
MALMOI_INLINE __m256i fixedSlopes(Floats slopes) {
  return _mm512_cvtepi32_epi16(_mm512_cvtps_epi32((__m512)(slopes * kSlopeUnits)));
}
MALMOI_INLINE void storeSlopes(uint16_t* to, Floats slopes) {
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), fixedSlopes(slopes));
}
MALMOI_INLINE void streamSlopes(uint16_t* to, Floats slopes) {
  _mm256_stream_si256(reinterpret_cast<__m256i*>(to), fixedSlopes(slopes));
}
MALMOI_INLINE Floats loadSlopes(const uint16_t* from) {
  const __m256i halves = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from));
  return (Floats)_mm512_cvtepi32_ps(_mm512_cvtepi16_epi32(halves)) * (1.0f / kSlopeUnits);
}
MALMOI_INLINE Floats loadElements(const uint16_t* from) {
  const __m256i halves = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from));
  return (Floats)_mm512_slli_epi32(_mm512_cvtepu16_epi32(halves), 16);
}
#endif

}  // namespace MALMOI_ISA
}  // namespace malmoi
