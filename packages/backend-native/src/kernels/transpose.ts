// Transpose of TensorFlow.js.
import { Transpose } from '@tensorflow/tfjs-core';
import type { TensorInfo, TransposeAttrs } from '@tensorflow/tfjs-core';

import { isPooledType } from '../memory/pooled-type.ts';
import type { PooledType } from '../memory/pooled-type.ts';
import type { NativeBackend } from '../native-backend.ts';
import { partialKernel } from './kernel.ts';
import type { NativeKernel } from './kernel.ts';
import { copyStrided, stepsOf } from './strided-copy.ts';
import type { UnaryInputs } from './unary.ts';

/** A tensor whose axis `i` is axis `permutation[i]` of `x`. */
export function transposeTensor(
  x: TensorInfo,
  permutation: readonly number[],
  backend: NativeBackend,
): TensorInfo {
  const sizes = permutation.map((axis) => x.shape[axis] ?? 1);
  const steps = stepsOf(x.shape);
  const fromSteps = permutation.map((axis) => steps[axis] ?? 1);
  const out = backend.emptyTensor(sizes, x.dtype as PooledType);
  copyStrided({ sizes, fromSteps, toSteps: stepsOf(sizes) }, x, out, backend);
  return out;
}

/** The kernel of transposition. */
export const transposeKernels: readonly NativeKernel[] = [
  partialKernel<UnaryInputs, TransposeAttrs>(
    Transpose,
    ({ x }) => isPooledType(x.dtype),
    ({ x }, { perm }, backend) => transposeTensor(x, perm, backend),
  ),
];
