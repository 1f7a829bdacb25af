// Layer normalisation (Ba et al. 2016) over the last axis, with BERT's dropout and residual sum folded in:
// y = LN(dropout(x) + residual) * gamma + beta.
// Kernel MalmoiLayerNorm: inputs { x, gamma, beta, residual? }, attributes { epsilon, hasResidual, dropout? }, outputs
// [y, ...private]. Gradient MalmoiLayerNormGrad: inputs { dy, gamma, saved0... }, the same attributes,
// outputs [dx, dgamma, dbeta, dresidual?].
import { add, mean, mul, reshape, rsqrt, slice, square, sub } from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';

import { checkDtype, checkPositive, checkSameShape, checkShape, lastAxis } from './checks.ts';
import { dropoutAttributes } from './dropout-mask.ts';
import type { DropoutAttributes, DropoutSpec } from './dropout-mask.ts';
import { maskTensor } from './dropout.ts';
import { runFusedOp } from './fused-op.ts';
import type { FusedOp } from './fused-op.ts';
import { sumRows } from './sum-rows.ts';

/** Inputs of MalmoiLayerNorm. */
export interface LayerNormInputs {
  x: Tensor;
  gamma: Tensor;
  beta: Tensor;
  residual?: Tensor;
}
/** Attributes of MalmoiLayerNorm and MalmoiLayerNormGrad; `dropout` is absent where there is none. */
export interface LayerNormAttributes {
  epsilon: number;
  hasResidual: boolean;
  dropout?: DropoutAttributes;
}

/** Options of layerNorm. */
export interface LayerNormOptions {
  /** Added to the variance. Default 1e-12, BERT's. */
  readonly epsilon?: number;
  /** Added after dropout and before the normalisation; the shape of `x`. */
  readonly residual?: Tensor;
  /** Dropout of `x`, before the residual. Default none. */
  readonly dropout?: DropoutSpec;
}

/** The kernel pair of layerNorm. */
export const layerNormOp: FusedOp<LayerNormInputs, LayerNormAttributes, 'gamma'> = {
  kernelName: 'MalmoiLayerNorm',
  gradKernelName: 'MalmoiLayerNormGrad',
  gradients: ['x', 'gamma', 'beta', 'residual'],
  savedInputs: ['gamma'],
  forward: forwardComposition,
  backward: backwardComposition,
};

/**
 * LN(dropout(x) + residual) * gamma + beta over the last axis. A row without variance gives beta, never NaN.
 * The caller owns the result.
 *
 * @param x float32 [..., hidden].
 * @param gamma float32 [hidden], the scale (`LayerNorm.weight`).
 * @param beta float32 [hidden], the shift (`LayerNorm.bias`).
 * @returns float32, the shape of x.
 * @throws OpShapeError, OpDtypeError, OpValueError.
 */
export function layerNorm(
  x: Tensor,
  gamma: Tensor,
  beta: Tensor,
  options: LayerNormOptions = {},
): Tensor {
  const { epsilon = 1e-12, residual, dropout } = options;
  const op = 'layerNorm';
  checkDtype(op, 'x', x, 'float32');
  const hidden = lastAxis(op, 'x', x, '[..., hidden]');
  for (const [name, tensor] of Object.entries({ gamma, beta })) {
    checkDtype(op, name, tensor, 'float32');
    checkShape(op, name, tensor, [hidden]);
  }
  if (residual) {
    checkDtype(op, 'residual', residual, 'float32');
    checkSameShape(op, 'residual', residual, x, 'x');
  }
  checkPositive(op, 'epsilon', epsilon);
  const mask = dropout && dropoutAttributes(dropout, op);
  return runFusedOp(
    layerNormOp,
    { x, gamma, beta, ...(residual && { residual }) },
    {
      epsilon,
      hasResidual: Boolean(residual),
      ...(mask && mask.threshold > 0 && { dropout: mask }),
    },
  );
}

/** Saves the normalised rows, 1 / standard deviation and, with dropout, the mask. */
function forwardComposition(
  { x, gamma, beta, residual }: LayerNormInputs,
  { epsilon, dropout }: LayerNormAttributes,
): [Tensor, ...Tensor[]] {
  const mask = dropout && maskTensor(dropout, x.shape);
  const dropped = mask ? mul(x, mask) : x;
  const summed = residual ? add(dropped, residual) : dropped;
  const centered = center(summed);
  const variance = mean(square(centered), -1, true);
  const inverseDeviation = rsqrt(add(variance, epsilon));
  const normalized = mul(centered, inverseDeviation);
  const y = add(mul(normalized, gamma), beta);
  return [y, normalized, inverseDeviation, ...(mask ? [mask] : [])];
}

/**
 * Rows minus their means. The first element is taken off before the mean, so that a constant row becomes
 * exactly zero: the rounding of its mean, divided by sqrt(epsilon) = 1e-6, would be of the size of y.
 */
function center(rows: Tensor): Tensor {
  const begin = rows.shape.map(() => 0);
  const size = rows.shape.map((axis, i) => (i === rows.rank - 1 ? 1 : axis));
  const shifted = sub(rows, slice(rows, begin, size));
  return sub(shifted, mean(shifted, -1, true));
}

function backwardComposition(
  dy: Tensor,
  { gamma }: Pick<LayerNormInputs, 'gamma'>,
  [normalized, inverseDeviation, mask]: readonly Tensor[],
  { hasResidual }: LayerNormAttributes,
): Tensor[] {
  if (normalized === undefined || inverseDeviation === undefined) {
    throw new TypeError('layerNorm: the composition saved no statistics.');
  }
  const hidden = dy.shape.at(-1) ?? 1;
  const dNormalized = mul(dy, gamma);
  // dsummed = (d - mean(d) - normalized * mean(d * normalized)) / deviation
  const offset = mean(dNormalized, -1, true);
  const slope = mean(mul(dNormalized, normalized), -1, true);
  const dSummed = mul(sub(sub(dNormalized, offset), mul(normalized, slope)), inverseDeviation);
  const dGamma = sumRows(reshape(mul(dy, normalized), [-1, hidden]));
  const dBeta = sumRows(reshape(dy, [-1, hidden]));
  const dx = mask ? mul(dSummed, mask) : dSummed;
  return [dx, dGamma, dBeta, ...(hasResidual ? [dSummed] : [])];
}
