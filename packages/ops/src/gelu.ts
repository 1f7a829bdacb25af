// GELU (Hendrycks and Gimpel 2016), exact (erf) and with the tanh approximation of Google's BERT.
// Kernel MalmoiGelu: inputs { x }, attributes { approximate }, output [y]. Gradient MalmoiGeluGrad:
// inputs { dy, x }, the same attributes, output [dx].
import { add, erf, exp, mul, sigmoid, square, sub } from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';

import { checkDtype } from './checks.ts';
import { OpValueError } from './errors.ts';
import { runFusedOp } from './fused-op.ts';
import type { FusedOp } from './fused-op.ts';

/** PyTorch's name for the form: `none` is exact, `tanh` the approximation. */
export type GeluApproximation = 'none' | 'tanh';

/** Inputs of MalmoiGelu. */
export interface GeluInputs {
  x: Tensor;
}
/** Attributes of MalmoiGelu and MalmoiGeluGrad. */
export interface GeluAttributes {
  approximate: GeluApproximation;
}

const SQRT_2_OVER_PI = Math.sqrt(2 / Math.PI);
const INVERSE_SQRT_2_PI = 1 / Math.sqrt(2 * Math.PI);
const CUBIC = 0.044715;

/** The kernel pair of gelu. */
export const geluOp: FusedOp<GeluInputs, GeluAttributes, 'x'> = {
  kernelName: 'MalmoiGelu',
  gradKernelName: 'MalmoiGeluGrad',
  gradients: ['x'],
  savedInputs: ['x'],
  forward: ({ x }, { approximate }) => [geluValue(x, approximate)],
  backward: (dy, { x }, _saved, { approximate }) => [mul(dy, geluDerivative(x, approximate))],
};

/**
 * x * P(X <= x) for a standard normal X, element by element. The caller owns the result.
 *
 * @param x float32, any shape.
 * @param approximate `none` (default): exact; `tanh`: 0.5x(1 + tanh(sqrt(2/pi)(x + 0.044715x^3))).
 * @throws OpDtypeError, OpValueError (another name).
 */
export function gelu(x: Tensor, approximate: GeluApproximation = 'none'): Tensor {
  checkDtype('gelu', 'x', x, 'float32');
  // A plain string from JavaScript may be anything.
  if (!['none', 'tanh'].includes(approximate)) {
    throw new OpValueError('gelu', 'approximate', approximate, `'none' or 'tanh'`);
  }
  return runFusedOp(geluOp, { x }, { approximate });
}

/** gelu from plain ops, off the tape. */
export function geluValue(x: Tensor, approximate: GeluApproximation): Tensor {
  return mul(x, distribution(x, approximate));
}

/** d gelu(x) / dx from plain ops, off the tape: P + x * dP/dx with P of `distribution`. */
export function geluDerivative(x: Tensor, approximate: GeluApproximation): Tensor {
  const probability = distribution(x, approximate);
  if (approximate === 'none') {
    const density = mul(exp(mul(square(x), -0.5)), INVERSE_SQRT_2_PI);
    return add(probability, mul(x, density));
  }
  const slope = mul(add(mul(square(x), 3 * CUBIC), 1), 2 * SQRT_2_OVER_PI);
  const density = mul(mul(probability, sub(1, probability)), slope);
  return add(probability, mul(x, density));
}

/** P(X <= x) for a standard normal X, or its approximation. */
function distribution(x: Tensor, approximate: GeluApproximation): Tensor {
  if (approximate === 'none') return mul(add(erf(mul(x, Math.SQRT1_2)), 1), 0.5);
  // (1 + tanh(u)) / 2 = sigmoid(2u), which keeps its digits where tanh comes close to -1.
  const u = mul(mul(x, add(mul(square(x), CUBIC), 1)), SQRT_2_OVER_PI);
  return sigmoid(mul(u, 2));
}
