// A fully connected layer with its bias and activation in one op, the kernel stored as PyTorch's Linear
// stores it, [out, in].
// Kernel MalmoiDense: inputs { x, kernel, bias? }, attributes { activation }, outputs [y, ...private].
// Gradient MalmoiDenseGrad: inputs { dy, x, kernel, saved0... }, attributes { activation, hasBias }, outputs
// [dx, dkernel, dbias?].
import { add, mul, relu, reshape, square, step, sub, tanh, tidy } from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';

import { activation as activationNamed } from './activation.ts';
import type { ActivationName } from './activation.ts';
import { checkDtype, checkShape, lastAxis } from './checks.ts';
import { runFusedOp } from './fused-op.ts';
import type { FusedOp } from './fused-op.ts';
import { geluDerivative, geluValue } from './gelu.ts';
import { matrixProduct } from './matrix-product.ts';
import { sumRows } from './sum-rows.ts';

/** The activations that are part of the fused kernel; others follow as an op of their own. */
export type FusedActivation = 'linear' | 'gelu' | 'gelu_tanh' | 'relu' | 'tanh';

/** Inputs of MalmoiDense: x [..., in], kernel [out, in], bias [out]. */
export interface DenseInputs {
  x: Tensor;
  kernel: Tensor;
  bias?: Tensor;
}
/** Attributes of MalmoiDense and MalmoiDenseGrad. */
export interface DenseAttributes {
  activation: FusedActivation;
  hasBias: boolean;
}

/** Options of dense. */
export interface DenseOptions {
  /** A name of the activation table. Default `linear`. */
  readonly activation?: ActivationName;
}

/** The kernel pair of dense. */
export const denseOp: FusedOp<DenseInputs, DenseAttributes, 'x' | 'kernel'> = {
  kernelName: 'MalmoiDense',
  gradKernelName: 'MalmoiDenseGrad',
  gradients: ['x', 'kernel', 'bias'],
  savedInputs: ['x', 'kernel'],
  forward: forwardComposition,
  backward: backwardComposition,
};

/** Names of the activation table that the fused kernels compute. */
const FUSED: Partial<Record<ActivationName, FusedActivation>> = {
  linear: 'linear',
  gelu: 'gelu',
  gelu_python: 'gelu',
  gelu_accurate: 'gelu_tanh',
  gelu_fast: 'gelu_tanh',
  gelu_new: 'gelu_tanh',
  gelu_python_tanh: 'gelu_tanh',
  gelu_pytorch_tanh: 'gelu_tanh',
  relu: 'relu',
  tanh: 'tanh',
};

/** What the fused kernels call an activation; undefined where they do not have it. */
export function fusedActivation(name: ActivationName): FusedActivation | undefined {
  return FUSED[name];
}

/**
 * activation(x * kernel^T + bias). The caller owns the result.
 *
 * @param x float32 [..., in], rank 1 or more.
 * @param kernel float32 [out, in], as Hugging Face checkpoints store `weight`.
 * @param bias float32 [out].
 * @returns float32 [..., out].
 * @throws OpShapeError, OpDtypeError, OpValueError (unknown activation).
 */
export function dense(
  x: Tensor,
  kernel: Tensor,
  bias?: Tensor | null,
  options: DenseOptions = {},
): Tensor {
  const { activation: name = 'linear' } = options;
  const op = 'dense';
  checkDtype(op, 'x', x, 'float32');
  checkDtype(op, 'kernel', kernel, 'float32');
  const inputSize = lastAxis(op, 'x', x, '[..., in]');
  checkShape(op, 'kernel', kernel, ['out', inputSize]);
  if (bias) {
    checkDtype(op, 'bias', bias, 'float32');
    checkShape(op, 'bias', bias, [kernel.shape[0]]);
  }
  const after = activationNamed(name);
  const fused = FUSED[name];
  const inputs = { x, kernel, ...(bias && { bias }) };
  const attributes = { activation: fused ?? 'linear', hasBias: Boolean(bias) } as const;
  return fused
    ? runFusedOp(denseOp, inputs, attributes)
    : tidy(() => after(runFusedOp(denseOp, inputs, attributes)));
}

/** Saves what the derivative of the activation reads: z for GELU, y for ReLU and tanh, nothing for linear. */
function forwardComposition(
  { x, kernel, bias }: DenseInputs,
  { activation }: DenseAttributes,
): [Tensor, ...Tensor[]] {
  const outputShape = [...x.shape.slice(0, -1), kernel.shape[0]];
  const product = matrixProduct(asRows(x), asRows(kernel), false, true);
  const z = reshape(bias ? add(product, bias) : product, outputShape);
  switch (activation) {
    case 'linear':
      return [z];
    case 'gelu':
      return [geluValue(z, 'none'), z];
    case 'gelu_tanh':
      return [geluValue(z, 'tanh'), z];
    case 'relu': {
      const y = relu(z);
      return [y, y];
    }
    case 'tanh': {
      const y = tanh(z);
      return [y, y];
    }
  }
}

function backwardComposition(
  dy: Tensor,
  { x, kernel }: Pick<DenseInputs, 'x' | 'kernel'>,
  saved: readonly Tensor[],
  { activation, hasBias }: DenseAttributes,
): Tensor[] {
  const dz = asRows(activationGradient(dy, saved[0], activation));
  const dx = reshape(matrixProduct(dz, asRows(kernel)), x.shape);
  const dKernel = matrixProduct(dz, asRows(x), true, false);
  return hasBias ? [dx, dKernel, sumRows(dz)] : [dx, dKernel];
}

function activationGradient(
  dy: Tensor,
  saved: Tensor | undefined,
  activation: FusedActivation,
): Tensor {
  if (activation === 'linear') return dy;
  if (saved === undefined) throw new TypeError(`dense: nothing was saved for ${activation}.`);
  switch (activation) {
    case 'gelu':
      return mul(dy, geluDerivative(saved, 'none'));
    case 'gelu_tanh':
      return mul(dy, geluDerivative(saved, 'tanh'));
    case 'relu':
      return mul(dy, step(saved));
    case 'tanh':
      return mul(dy, sub(1, square(saved)));
  }
}

/** [..., n] as [rows, n]: one matrix product, whatever the rank. */
function asRows(x: Tensor): Tensor {
  return reshape(x, [-1, x.shape.at(-1) ?? 1]);
}
