// Elementary functions that only element-wise kernels need; see vector_math.h for the others.
#pragma once

#include "kernels/vector_math.h"

namespace malmoi {
namespace MALMOI_ISA {

/**
 * ln(x) within 2 ulp; -Infinity at 0, NaN below. x = m 2^e with m in [sqrt 1/2, sqrt 2), and with f = m - 1 and
 * s = f / (2 + f), ln m = 2 atanh(s) = f - s (f - 2 s^2 (1/3 + s^2 / 5 + s^4 / 7 + s^6 / 9)).
 */
MALMOI_INLINE Floats logarithm(Floats x) {
  const Ints isSubnormal = x < 1.17549435e-38f;
  const Floats normalised = select(isSubnormal, x * 8388608.0f, x);
  // Subtracting the bits of sqrt 1/2 leaves the exponent that brings m into its range.
  const Ints exponent = (bitsOf(normalised) - 0x3f3504f3) >> 23;
  const Floats m = floatsOf(bitsOf(normalised) - (exponent << 23));
  const Floats e = __builtin_convertvector(exponent - (isSubnormal & 23), Floats);
  const Floats f = m - 1.0f;
  const Floats s = f / (2.0f + f);
  const Floats square = s * s;
  Floats p = square * (2.0f / 9) + 2.0f / 7;
  p = p * square + 2.0f / 5;
  p = p * square + 2.0f / 3;
  const Floats fraction = f - s * (f - square * p);
  const Floats result = e * 0.693359375f + (e * -2.12194440e-4f + fraction);
  const Floats infinity = broadcast(__builtin_inff());
  const Floats finite = select(x == 0.0f, -infinity, result);
  const Floats positive = select(x == infinity, infinity, finite);
  return select(x >= 0.0f, positive, broadcast(__builtin_nanf("")));
}

/** tanh(x), absolute error below 2e-7: 1 - 2 / (e^2|x| + 1), and near 0, where that cancels, the series to x^11. */
MALMOI_INLINE Floats tangent(Floats x) {
  const Floats square = x * x;
  Floats p = square * (-1382.0f / 155925) + 62.0f / 2835;
  p = p * square - 17.0f / 315;
  p = p * square + 2.0f / 15;
  p = p * square - 1.0f / 3;
  const Floats outer = 1.0f - 2.0f / (exponential(absolute(x) * 2.0f) + 1.0f);
  const Floats signedOuter = floatsOf(bitsOf(outer) | (bitsOf(x) & static_cast<int32_t>(0x80000000u)));
  return select(absolute(x) < 0.35f, x + x * (square * p), signedOuter);
}

/** 1 / (1 + e^-x). */
MALMOI_INLINE Floats sigmoid(Floats x) { return 1.0f / (1.0f + exponential(-x)); }

/**
 * erf(x), absolute error below 3e-7: formula 7.1.26 of Abramowitz and Stegun (1964), as in TensorFlow.js, and near 0,
 * where its difference cancels, the series to z^9.
 */
MALMOI_INLINE Floats errorFunction(Floats x) {
  const Floats z = absolute(x);
  const Floats t = 1.0f / (1.0f + 0.3275911f * z);
  Floats p = t * 1.061405429f - 1.453152027f;
  p = p * t + 1.421413741f;
  p = p * t - 0.284496736f;
  p = p * t + 0.254829592f;
  const Floats outer = 1.0f - p * t * exponential(-z * z);
  const Floats square = z * z;
  Floats series = square * 0.0052239776f - 0.026866170f;
  series = series * square + 0.112837917f;
  series = series * square - 0.376126389f;
  series = series * square + 1.128379167f;
  const Floats magnitude = select(z < 0.4f, z * series, outer);
  const Floats result = floatsOf(bitsOf(magnitude) | (bitsOf(x) & static_cast<int32_t>(0x80000000u)));
  return select(x == x, result, x);
}

}  // namespace MALMOI_ISA
}  // namespace malmoi
