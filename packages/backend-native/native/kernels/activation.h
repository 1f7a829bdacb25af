// The activations that are fused into a dense layer, on vectors.
#pragma once

#include "kernels/kernel_table.h"
#include "kernels/vector_math.h"

namespace malmoi {
namespace MALMOI_ISA {

MALMOI_INLINE Floats activate(Activation activation, Floats z) {
  switch (activation) {
    case Activation::kGelu:
      return geluExact(z);
    case Activation::kGeluTanh:
      return geluTanh(z);
    case Activation::kRelu:
      return select(z < 0.0f, Floats{}, z);
    case Activation::kTanh:
      return hyperbolicTangent(z);
    case Activation::kLinear:
      break;
  }
  return z;
}

/** The derivative from what the forward kernel saved: z, the value before the activation, or y after it. */
MALMOI_INLINE Floats activationDerivative(Activation activation, Floats saved) {
  switch (activation) {
    case Activation::kGelu:
      return geluExactDerivative(saved);
    case Activation::kGeluTanh:
      return geluTanhDerivative(saved);
    case Activation::kRelu:
      return select(saved > 0.0f, broadcast(1.0f), Floats{});
    case Activation::kTanh:
      return 1.0f - saved * saved;
    case Activation::kLinear:
      break;
  }
  return broadcast(1.0f);
}

/** An activation and its derivative. */
struct Activated {
  Floats value;
  Floats slope;
};

/** Both at once, which for GELU costs little more than either. */
MALMOI_INLINE Activated activateWithSlope(Activation activation, Floats z) {
  if (activation == Activation::kGelu) {
    const Normal at = normal(z);
    return {z * at.cumulative, at.cumulative + z * at.density};
  }
  if (activation == Activation::kGeluTanh) return {geluTanh(z), geluTanhDerivative(z)};
  const Floats value = activate(activation, z);
  return {value, activationDerivative(activation, value)};
}

}  // namespace MALMOI_ISA
}  // namespace malmoi
