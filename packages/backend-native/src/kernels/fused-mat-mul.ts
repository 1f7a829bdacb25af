// _FusedMatMul of TensorFlow.js (tf.fused.matMul): a product, a bias and an activation. A bias for each column and ReLU
// are part of the product; the other activations that TensorFlow.js fuses, which no BERT has, follow on its CPU kernels.
import {
  _FusedMatMul,
  Add,
  Elu,
  LeakyRelu,
  Prelu,
  Relu,
  Relu6,
  Sigmoid,
} from '@tensorflow/tfjs-core';
import type { _FusedMatMulAttrs, TensorInfo } from '@tensorflow/tfjs-core';

import type { NativeBackend } from '../native-backend.ts';
import { runCpuKernel } from './cpu-kernel.ts';
import { partialKernel } from './kernel.ts';
import { multiplyFloats } from './matrix.ts';

interface FusedInputs {
  readonly a: TensorInfo;
  readonly b: TensorInfo;
  readonly bias?: TensorInfo;
  readonly preluActivationWeights?: TensorInfo;
}

/** Activations that run after the product, and their kernels. */
const LATER: Readonly<Record<string, string>> = {
  relu: Relu,
  elu: Elu,
  leakyrelu: LeakyRelu,
  prelu: Prelu,
  relu6: Relu6,
  sigmoid: Sigmoid,
};

/** float32 throughout, and an activation that TensorFlow.js fuses. */
function covers({ a, b, bias }: FusedInputs, { activation }: _FusedMatMulAttrs): boolean {
  const floats = [a, b, bias].every((tensor) => tensor === undefined || tensor.dtype === 'float32');
  return floats && (activation === 'linear' || activation in LATER);
}

function fusedMatMul(
  inputs: FusedInputs,
  attributes: _FusedMatMulAttrs,
  backend: NativeBackend,
): TensorInfo {
  const { a, b, bias, preluActivationWeights: alpha } = inputs;
  const { activation, transposeB, leakyreluAlpha } = attributes;
  const columns = b.shape.at(transposeB ? -2 : -1) ?? 1;
  const biasOfColumns = bias?.shape.length === 1 && bias.shape[0] === columns ? bias : undefined;
  const addsLater = bias !== undefined && biasOfColumns === undefined;
  const fused =
    activation === 'linear' || (activation === 'relu' && !addsLater) ? activation : undefined;
  const product = multiplyFloats({ a, b }, attributes, backend, {
    bias: biasOfColumns ? backend.floats(biasOfColumns) : null,
    activation: fused ?? 'linear',
  });
  const sum = addsLater ? then(Add, product, { a: product, b: bias }, {}, backend) : product;
  const kernelName = LATER[activation];
  if (fused !== undefined || kernelName === undefined) return sum;
  const x = alpha === undefined ? { x: sum } : { x: sum, alpha };
  return then(kernelName, sum, x, { alpha: leakyreluAlpha }, backend);
}

/** Runs a CPU kernel on a tensor that nothing else needs. */
function then(
  kernelName: string,
  last: TensorInfo,
  inputs: Record<string, TensorInfo>,
  attrs: object,
  backend: NativeBackend,
): TensorInfo {
  const result = runCpuKernel(kernelName, { inputs, attrs: { ...attrs }, backend });
  backend.disposeIntermediateTensorInfo(last);
  return result;
}

/** The kernel of fused products. */
export const fusedMatMulKernels = [
  partialKernel<FusedInputs, _FusedMatMulAttrs>(_FusedMatMul, covers, fusedMatMul),
];
