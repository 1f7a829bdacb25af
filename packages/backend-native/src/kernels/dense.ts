// MalmoiDense and its gradient (see @malmoi/ops, dense.ts): one matrix product with bias and activation forward, two
// backward.
import { denseOp } from '@malmoi/ops';
import type { DenseAttributes, FusedActivation } from '@malmoi/ops';
import { util } from '@tensorflow/tfjs-core';
import type { TensorInfo } from '@tensorflow/tfjs-core';

import type { NativeBackend } from '../native-backend.ts';
import { nativeKernel } from './kernel.ts';
import { ACTIVATION_CODES } from './matrix.ts';

interface DenseShape {
  readonly rows: number;
  readonly inputs: number;
  readonly outputs: number;
}

interface ForwardInputs {
  readonly x: TensorInfo;
  readonly kernel: TensorInfo;
  readonly bias?: TensorInfo;
}

interface GradientInputs {
  readonly dy: TensorInfo;
  readonly x: TensorInfo;
  readonly kernel: TensorInfo;
  /** The value before GELU, after ReLU or tanh; absent without activation. */
  readonly saved0?: TensorInfo;
}

/** What comes out of a dense layer. */
interface DenseOutput {
  readonly y: TensorInfo;
  /** The value before GELU, where the gradient will need it. */
  readonly preActivation?: TensorInfo;
}

/** The gradients of a dense layer. */
interface DenseGradients {
  readonly dx: TensorInfo;
  readonly dKernel: TensorInfo;
  readonly dBias?: TensorInfo;
}

/** activation(x * kernel^T + bias). */
export function runDense(
  { x, kernel, bias }: ForwardInputs,
  { activation, recording }: { activation: FusedActivation; recording: boolean },
  backend: NativeBackend,
): DenseOutput {
  const { rows, inputs, outputs } = denseShape(x, kernel);
  const shape = [...x.shape.slice(0, -1), outputs];
  const y = backend.emptyFloats(shape);
  const savesInput = recording && (activation === 'gelu' || activation === 'gelu_tanh');
  const preActivation = savesInput ? backend.emptyFloats(shape) : undefined;
  backend.addon.matMul(
    1,
    rows,
    outputs,
    inputs,
    false,
    true,
    false,
    false,
    ACTIVATION_CODES[activation],
    backend.precisionCode,
    backend.floats(x),
    backend.floats(kernel),
    backend.floats(y),
    bias ? backend.floats(bias) : null,
    preActivation ? backend.floats(preActivation) : null,
  );
  return { y, ...(preActivation && { preActivation }) };
}

/** The gradients; that of x is added to `sum` where there is one, which then is `dx`. */
export function runDenseGradient(
  { dy, x, kernel, saved0 }: GradientInputs,
  { activation, hasBias }: DenseAttributes,
  backend: NativeBackend,
  sum?: TensorInfo,
): DenseGradients {
  const { rows, inputs, outputs } = denseShape(x, kernel);
  const dx = sum ?? backend.emptyFloats(x.shape);
  const dKernel = backend.emptyFloats(kernel.shape);
  const dBias = hasBias ? backend.emptyFloats([outputs]) : undefined;
  backend.addon.denseGradient(
    rows,
    inputs,
    outputs,
    ACTIVATION_CODES[activation],
    backend.precisionCode,
    backend.floats(dy),
    backend.floats(x),
    backend.floats(kernel),
    saved0 ? backend.floats(saved0) : null,
    backend.floats(dx),
    backend.floats(dKernel),
    dBias ? backend.floats(dBias) : null,
    sum !== undefined,
  );
  return { dx, dKernel, ...(dBias && { dBias }) };
}

/** Saves what the derivative is computed from: the value before GELU, the output itself after ReLU and tanh. */
function dense(
  inputs: ForwardInputs,
  attributes: DenseAttributes & { recording: boolean },
  backend: NativeBackend,
): TensorInfo[] {
  const { y, preActivation } = runDense(inputs, attributes, backend);
  if (preActivation) return [y, preActivation];
  return attributes.recording && attributes.activation !== 'linear'
    ? [y, backend.sameMemory(y)]
    : [y];
}

function denseGradient(
  inputs: GradientInputs,
  attributes: DenseAttributes,
  backend: NativeBackend,
): TensorInfo[] {
  const { dx, dKernel, dBias } = runDenseGradient(inputs, attributes, backend);
  return [dx, dKernel, ...(dBias ? [dBias] : [])];
}

function denseShape(x: TensorInfo, kernel: TensorInfo): DenseShape {
  const [outputs = 1, inputs = 1] = kernel.shape;
  return { rows: util.sizeFromShape(x.shape.slice(0, -1)), inputs, outputs };
}

/** MalmoiDense and MalmoiDenseGrad. */
export const denseKernels = [
  nativeKernel(denseOp.kernelName, dense),
  nativeKernel(denseOp.gradKernelName, denseGradient),
];
