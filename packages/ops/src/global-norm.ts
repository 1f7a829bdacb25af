// Clipping by the norm of all gradients together (Pascanu et al. 2013), with PyTorch's clip_grad_norm_ rule.
// Kernel MalmoiGlobalNorm: inputs { tensor0, tensor1, ... }, attributes { count }, output [norm], a scalar.
import {
  add,
  addN,
  div,
  minimum,
  mul,
  scalar,
  sqrt,
  square,
  sum,
  tidy,
} from '@tensorflow/tfjs-core';
import type { Scalar, Tensor } from '@tensorflow/tfjs-core';

import { checkDtype, checkPositive } from './checks.ts';
import { hasKernel, runKernel } from './fused-op.ts';

/** Kernel name of globalNorm. */
export const GLOBAL_NORM_KERNEL = 'MalmoiGlobalNorm';
/** Attributes of MalmoiGlobalNorm: how many tensors there are. */
export interface GlobalNormAttributes {
  count: number;
}

/**
 * The Euclidean norm of all elements of all tensors. NaN or Infinity anywhere comes out as such. Not
 * differentiable where the backend has a kernel of its own. The caller owns the result.
 *
 * @param tensors float32, any shapes. An empty list has norm 0.
 * @throws OpDtypeError.
 */
export function globalNorm(tensors: readonly Tensor[]): Scalar {
  tensors.forEach((tensor, i) => {
    checkDtype('globalNorm', `tensors[${i}]`, tensor, 'float32');
  });
  if (tensors.length === 0) return scalar(0);
  if (hasKernel(GLOBAL_NORM_KERNEL)) {
    const inputs = Object.fromEntries(tensors.map((tensor, i) => [`tensor${i}`, tensor]));
    const attributes: GlobalNormAttributes = { count: tensors.length };
    return runKernel(GLOBAL_NORM_KERNEL, inputs, attributes)[0] as Scalar;
  }
  return tidy(() => sqrt(addN(tensors.map((tensor) => sum(square(tensor))))));
}

/**
 * min(1, maxNorm / (norm + 1e-6)): what gradients of that norm are multiplied by. The caller owns the result.
 *
 * @param norm the scalar that globalNorm returned.
 * @throws OpValueError for a maxNorm that is not above 0.
 */
export function clipScale(norm: Scalar, maxNorm: number): Scalar {
  checkPositive('clipScale', 'maxNorm', maxNorm);
  return tidy(() => minimum(div(maxNorm, add(norm, 1e-6)), 1));
}

/** Gradients after clipping, and their norm before it. */
export interface ClippedGradients {
  readonly clipped: Tensor[];
  readonly norm: Scalar;
}

/**
 * Multiplies all tensors by one factor so that their global norm is at most `maxNorm`. The inputs stay; the
 * caller owns the results. (adamW takes the factor itself, clipScale, and saves this copy.)
 *
 * @throws OpDtypeError, OpValueError.
 */
export function clipByGlobalNorm(tensors: readonly Tensor[], maxNorm: number): ClippedGradients {
  return tidy(() => {
    const norm = globalNorm(tensors);
    const scale = clipScale(norm, maxNorm);
    return { clipped: tensors.map((tensor) => mul(tensor, scale)), norm };
  });
}
