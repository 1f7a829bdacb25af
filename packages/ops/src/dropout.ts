// Inverted dropout with a reproducible mask (Srivastava et al. 2014; scaling at training time as PyTorch).
// Kernel MalmoiDropout: inputs { x }, attributes DropoutAttributes, output [y]. Its gradient,
// MalmoiDropoutGrad, gets { dy } and the same attributes, regenerates the mask and returns [dx].
import { mul, tensor } from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';

import { checkDtype } from './checks.ts';
import { dropoutAttributes, maskFromAttributes } from './dropout-mask.ts';
import type { DropoutAttributes, DropoutSpec } from './dropout-mask.ts';
import { runFusedOp } from './fused-op.ts';
import type { FusedOp } from './fused-op.ts';

/** Inputs of MalmoiDropout. */
export interface DropoutInputs {
  x: Tensor;
}

/** The kernel pair of dropout. */
export const dropoutOp: FusedOp<DropoutInputs, DropoutAttributes> = {
  kernelName: 'MalmoiDropout',
  gradKernelName: 'MalmoiDropoutGrad',
  gradients: ['x'],
  savedInputs: [],
  forward: ({ x }, attributes) => {
    const mask = maskTensor(attributes, x.shape);
    return [mul(x, mask), mask];
  },
  backward: (dy, _inputs, saved) => saved.map((mask) => mul(dy, mask)),
};

/**
 * Zeroes elements with probability `spec.rate` and multiplies the others by 1 / (1 - rate). A rate of 0
 * returns a copy of `x`. The caller owns the result.
 *
 * @param x float32, any shape.
 * @throws OpDtypeError, OpValueError (a bad spec).
 */
export function dropout(x: Tensor, spec: DropoutSpec): Tensor {
  checkDtype('dropout', 'x', x, 'float32');
  const attributes = dropoutAttributes(spec);
  return spec.rate === 0 ? x.clone() : runFusedOp(dropoutOp, { x }, attributes);
}

/** The mask of dropoutMask as a tensor of the given shape. */
export function maskTensor(attributes: DropoutAttributes, shape: number[]): Tensor {
  const size = shape.reduce((product, axis) => product * axis, 1);
  return tensor(maskFromAttributes(attributes, size), shape, 'float32');
}
