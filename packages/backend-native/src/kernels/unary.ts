// Functions of each element of a float32 tensor, of TensorFlow.js.
import {
  Abs,
  Ceil,
  ClipByValue,
  Erf,
  Exp,
  Floor,
  Log,
  Neg,
  Reciprocal,
  Relu,
  Relu6,
  Round,
  Rsqrt,
  Sigmoid,
  Sign,
  Sqrt,
  Square,
  Step,
  Tanh,
} from '@tensorflow/tfjs-core';
import type { ClipByValueAttrs, StepAttrs, TensorInfo } from '@tensorflow/tfjs-core';

import type { NativeBackend } from '../native-backend.ts';
import { partialKernel } from './kernel.ts';
import type { NativeKernel } from './kernel.ts';

/** Inputs of a kernel of one tensor. */
export interface UnaryInputs {
  readonly x: TensorInfo;
}

/** Codes of `UnaryOp` in elementwise_kernels.h. */
const UNARY_CODES = {
  [Neg]: 0,
  [Abs]: 1,
  [Square]: 2,
  [Sqrt]: 3,
  [Rsqrt]: 4,
  [Reciprocal]: 5,
  [Exp]: 6,
  [Log]: 7,
  [Tanh]: 8,
  [Sigmoid]: 9,
  [Erf]: 10,
  [Relu]: 11,
  [Relu6]: 12,
  [Floor]: 15,
  [Ceil]: 16,
  [Round]: 17,
  [Sign]: 18,
};
const STEP_CODE = 13;
const CLIP_CODE = 14;

function unary(
  code: number,
  x: TensorInfo,
  backend: NativeBackend,
  first = 0,
  second = 0,
): TensorInfo {
  const out = backend.emptyFloats(x.shape);
  const values = backend.floats(out);
  backend.addon.unary(code, values.length, first, second, backend.floats(x), values);
  return out;
}

const isFloat = ({ x }: UnaryInputs): boolean => x.dtype === 'float32';

/** Kernels of functions of one element. */
export const unaryKernels: readonly NativeKernel[] = [
  ...Object.entries(UNARY_CODES).map(([kernelName, code]) =>
    partialKernel<UnaryInputs, object>(kernelName, isFloat, ({ x }, _attributes, backend) =>
      unary(code, x, backend),
    ),
  ),
  partialKernel<UnaryInputs, StepAttrs>(Step, isFloat, ({ x }, { alpha }, backend) =>
    unary(STEP_CODE, x, backend, alpha),
  ),
  partialKernel<UnaryInputs, ClipByValueAttrs>(
    ClipByValue,
    isFloat,
    ({ x }, { clipValueMin, clipValueMax }, backend) =>
      unary(CLIP_CODE, x, backend, clipValueMin, clipValueMax),
  ),
];
