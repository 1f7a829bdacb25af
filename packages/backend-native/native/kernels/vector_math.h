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

/** e^r for x = n ln 2 + r, n being the nearest integer: |r| <= ln 2 / 2, the Taylor series to r^7. */
MALMOI_INLINE Floats exponentialOfRest(Floats x, Floats n) {
  // ln 2 in two parts, the first with few bits so that n times it is exact (Cody and Waite 1980).
  const Floats r = (x - n * 0.693359375f) - n * -2.12194440e-4f;
  Floats p = r * (1.0f / 5040) + 1.0f / 720;
  p = p * r + 1.0f / 120;
  p = p * r + 1.0f / 24;
  p = p * r + 1.0f / 6;
  p = p * r + 0.5f;
  return p * (r * r) + (r + 1.0f);
}

/**
 * e^x, relative error below 2e-7; 0 below -104, +Infinity above 88.73. 2^n is put together from two exponents, since
 * 2^128 has none of its own.
 */
MALMOI_INLINE Floats exponential(Floats x) {
  const Floats clamped = minimum(maximum(x, broadcast(-104.0f)), broadcast(89.0f));
  const Floats n = nearest(clamped * 1.44269504f);
  const Floats p = exponentialOfRest(clamped, n);
  const Ints exponent = __builtin_convertvector(n, Ints);
  const Ints half = exponent >> 1;
  const Floats scaled =
      p * floatsOf((half + 127) << 23) * floatsOf((exponent - half + 127) << 23);
  return select(x == x, scaled, x);
}

/**
 * e^x for x <= 0, relative error below 2e-7; 0 below -87. 2^n is added to the exponent of e^r, n being in the lowest
 * bits of the number that rounded it.
 */
MALMOI_INLINE Floats exponentialOfNegative(Floats x) {
  const Floats least = broadcast(-87.0f);
  const Floats shift = broadcast(12582912.0f);
  const Floats clamped = maximum(least, x);
  const Floats shifted = clamped * 1.44269504f + shift;
  const Floats n = shifted - shift;
  const Floats p = exponentialOfRest(clamped, n);
  const Floats scaled = floatsOf(bitsOf(p) + (bitsOf(shifted) << 23));
  // Below the least 0, and NaN where x is.
  return select(x >= least, scaled, maximum(Floats{}, x));
}

/**
 * tanh(x), relative error below 4e-7, never beyond 1: x P(x^2) / Q(x^2), fitted to the smallest relative error up to
 * 9.02, from where on float32 has nothing but 1. All coefficients are positive, so nothing cancels.
 */
MALMOI_INLINE Floats hyperbolicTangent(Floats x) {
  const Floats limit = broadcast(9.02f);
  // The second operand comes through where either is NaN.
  const Floats clamped = maximum(-limit, minimum(limit, x));
  const Floats u = clamped * clamped;
  Floats p = u * 1.3318838e-8f + 2.0583317e-5f;
  p = p * u + 3.4940248e-3f;
  p = p * u + 1.3379710e-1f;
  p = p * u + 1.0f;
  Floats q = u * 7.7619251e-7f + 3.2830767e-4f;
  q = q * u + 2.5871036e-2f;
  q = q * u + 4.6713025e-1f;
  q = q * u + 1.0f;
  return maximum(broadcast(-1.0f), minimum(broadcast(1.0f), clamped * (p / q)));
}

/** The distribution function of the standard normal and its density: what GELU and its derivative are made of. */
struct Normal {
  Floats cumulative;
  Floats density;
};

/**
 * Absolute error of `cumulative` below 2.5e-7, relative error below 5e-6 as far as -13. For z = |x| the upper tail is
 * e^(-z^2 / 2), the density but for a factor, times a function that hardly bends: a polynomial in 1 / (1 + 0.23 z),
 * the form of Hastings (1955), fitted anew to the accuracy of float32.
 */
MALMOI_INLINE Normal normal(Floats x) {
  const Floats t = 1.0f / (1.0f + 0.23f * absolute(x));
  const Floats e = exponentialOfNegative(x * x * -0.5f);
  Floats p = t * -0.07417901f + 0.26944333f;
  p = p * t - 0.23466291f;
  p = p * t + 0.25178814f;
  p = p * t + 0.0012029202f;
  p = p * t + 0.10515641f;
  p = p * t + 0.089363135f;
  p = p * t + 0.091887973f;
  const Floats tail = p * t * e;
  return {select(x < 0.0f, tail, 1.0f - tail), e * 0.39894228f};
}

/** x Phi(x), absolute error below 4e-7 from -10 to 10: about half a unit in the last place of the result. */
MALMOI_INLINE Floats geluExact(Floats x) { return x * normal(x).cumulative; }

/** The derivative of geluExact: Phi(x) + x phi(x), absolute error below 3e-7. */
MALMOI_INLINE Floats geluExactDerivative(Floats x) {
  const Normal at = normal(x);
  return at.cumulative + x * at.density;
}

constexpr float kGeluTanhScale = 0.7978845608f;  // sqrt(2 / pi)
constexpr float kGeluTanhCubic = 0.044715f;

/** The logistic function and its derivative, both to the last digits on either side of 0. */
struct Logistic {
  Floats value;
  Floats slope;
};

MALMOI_INLINE Logistic logistic(Floats x) {
  const Floats e = exponentialOfNegative(-absolute(x));
  const Floats upper = 1.0f / (1.0f + e);
  return {select(x < 0.0f, e * upper, upper), e * upper * upper};
}

/**
 * The tanh approximation of GELU (Hendrycks and Gimpel 2016), absolute error below 6e-7 from -8 to 8;
 * (1 + tanh(u)) / 2 is the logistic function of 2u.
 */
MALMOI_INLINE Floats geluTanh(Floats x) {
  return x * logistic(2.0f * kGeluTanhScale * x * (1.0f + kGeluTanhCubic * x * x)).value;
}

MALMOI_INLINE Floats geluTanhDerivative(Floats x) {
  const Floats square = x * x;
  const Logistic at = logistic(2.0f * kGeluTanhScale * x * (1.0f + kGeluTanhCubic * square));
  return at.value + x * at.slope * (2.0f * kGeluTanhScale) * (1.0f + 3.0f * kGeluTanhCubic * square);
}

}  // namespace MALMOI_ISA
}  // namespace malmoi
