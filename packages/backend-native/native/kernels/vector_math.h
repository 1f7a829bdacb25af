// Elementary functions on vectors. NaN gives NaN; errors are given in units in the last place (ulp) of float32
// or as absolute errors, and are checked against float64 in the tests.
#pragma once

#include "kernels/simd.h"

namespace malmoi {
namespace MALMOI_ISA {

/** Nearest integer, for |x| < 2^22: adding 1.5 * 2^23 leaves no bits for a fraction. */
MALMOI_INLINE Floats nearest(Floats x) {
  const Floats shift = broadcast(12582912.0f);
  return (x + shift) - shift;
}

/**
 * e^x within 2 ulp; 0 below -104, +Infinity above 88.73. x = n ln 2 + r with |r| <= ln 2 / 2, a polynomial for
 * e^r (its Taylor series to r^7), and 2^n put together from two exponents, since 2^128 has none of its own.
 */
MALMOI_INLINE Floats exponential(Floats x) {
  const Floats clamped = minimum(maximum(x, broadcast(-104.0f)), broadcast(89.0f));
  const Floats n = nearest(clamped * 1.44269504f);
  // ln 2 in two parts, the first with few bits so that n times it is exact (Cody and Waite 1980).
  const Floats r = (clamped - n * 0.693359375f) - n * -2.12194440e-4f;
  Floats p = r * (1.0f / 5040) + 1.0f / 720;
  p = p * r + 1.0f / 120;
  p = p * r + 1.0f / 24;
  p = p * r + 1.0f / 6;
  p = p * r + 0.5f;
  p = p * (r * r) + (r + 1.0f);
  const Ints exponent = __builtin_convertvector(n, Ints);
  const Ints half = exponent >> 1;
  const Floats scaled =
      p * floatsOf((half + 127) << 23) * floatsOf((exponent - half + 127) << 23);
  return select(x == x, scaled, x);
}

/** tanh(x), absolute error below 2e-7: 1 - 2 / (e^2x + 1), and x - x^3 / 3 near 0, where that cancels. */
MALMOI_INLINE Floats hyperbolicTangent(Floats x) {
  const Floats outer = 1.0f - 2.0f / (exponential(x * 2.0f) + 1.0f);
  const Floats inner = x - x * x * x * (1.0f / 3);
  return select(absolute(x) < 0.02f, inner, outer);
}

/** The distribution function of the standard normal and its density: what GELU and its derivative are made of. */
struct Normal {
  Floats cumulative;
  Floats density;
};

/**
 * Absolute error of `cumulative` below 1.5e-7: erf by formula 7.1.26 of Abramowitz and Stegun (1964), whose
 * e^(-z^2) with z = |x| / sqrt 2 is, but for a factor, the density.
 */
MALMOI_INLINE Normal normal(Floats x) {
  const Floats z = absolute(x) * 0.70710678f;
  const Floats t = 1.0f / (1.0f + 0.3275911f * z);
  const Floats e = exponential(-z * z);
  Floats p = t * 1.061405429f - 1.453152027f;
  p = p * t + 1.421413741f;
  p = p * t - 0.284496736f;
  p = p * t + 0.254829592f;
  const Floats tail = p * t * e * 0.5f;
  return {select(x < 0.0f, tail, 1.0f - tail), e * 0.39894228f};
}

/** x Phi(x). */
MALMOI_INLINE Floats geluExact(Floats x) { return x * normal(x).cumulative; }

/** The derivative of geluExact: Phi(x) + x phi(x). */
MALMOI_INLINE Floats geluExactDerivative(Floats x) {
  const Normal at = normal(x);
  return at.cumulative + x * at.density;
}

constexpr float kGeluTanhScale = 0.7978845608f;  // sqrt(2 / pi)
constexpr float kGeluTanhCubic = 0.044715f;

/** The tanh approximation of GELU (Hendrycks and Gimpel 2016). */
MALMOI_INLINE Floats geluTanh(Floats x) {
  const Floats inner = kGeluTanhScale * (x + kGeluTanhCubic * x * x * x);
  return 0.5f * x * (1.0f + hyperbolicTangent(inner));
}

MALMOI_INLINE Floats geluTanhDerivative(Floats x) {
  const Floats square = x * x;
  const Floats t = hyperbolicTangent(kGeluTanhScale * x * (1.0f + kGeluTanhCubic * square));
  const Floats slope = kGeluTanhScale * (1.0f + 3.0f * kGeluTanhCubic * square);
  return 0.5f * (1.0f + t) + 0.5f * x * (1.0f - t * t) * slope;
}

}  // namespace MALMOI_ISA
}  // namespace malmoi
