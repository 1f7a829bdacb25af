// MalmoiDense and its gradient (see @malmoi/ops, dense.ts): one matrix product with bias and activation forward, two
// backward.
import { denseOp } from '@malmoi/ops';
import type { DenseAttributes } from '@malmoi/ops';
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
  readonly saved0?: TensorInfo;
}

/** Saves what the derivative is computed from: the value before GELU, the output itself after ReLU and tanh. */
function dense(
  { x, kernel, bias }: ForwardInputs,
  { activation, recording }: DenseAttributes & { recording: boolean },
  backend: NativeBackend,
): TensorInfo[] {
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
  if (preActivation) return [y, preActivation];
  if (!recording || activation === 'linear') return [y];
  // The same memory twice: the tensor that is saved counts as a reference of its own.
  backend.incRef(y.dataId);
  return [y, { ...y }];
}

function denseGradient(
  { dy, x, kernel, saved0 }: GradientInputs,
  { activation, hasBias }: DenseAttributes,
  backend: NativeBackend,
): TensorInfo[] {
  const { rows, inputs, outputs } = denseShape(x, kernel);
  const dx = backend.emptyFloats(x.shape);
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
  );
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
