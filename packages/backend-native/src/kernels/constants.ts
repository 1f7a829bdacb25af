// Fill, ZerosLike, OnesLike and OneHot of TensorFlow.js, in pooled memory.
import { Fill, OneHot, OnesLike, util, ZerosLike } from '@tensorflow/tfjs-core';
import type { DataType, FillAttrs, OneHotAttrs, TensorInfo } from '@tensorflow/tfjs-core';

import { isPooledType } from '../memory/pooled-type.ts';
import type { PooledType } from '../memory/pooled-type.ts';
import type { NativeBackend } from '../native-backend.ts';
import { partialKernel } from './kernel.ts';
import type { NativeKernel } from './kernel.ts';
import type { UnaryInputs } from './unary.ts';

function filled(
  shape: readonly number[],
  dtype: DataType,
  value: number,
  backend: NativeBackend,
): TensorInfo {
  const out = backend.emptyTensor(shape, dtype as PooledType);
  backend.values(out).fill(value);
  return out;
}

const dtypeOf = ({ dtype, value }: { dtype?: DataType; value: string | number }): DataType =>
  dtype ?? util.inferDtype(value);

function oneHot(
  indices: TensorInfo,
  { depth, onValue, offValue, dtype }: OneHotAttrs,
  backend: NativeBackend,
): TensorInfo {
  const out = filled([...indices.shape, depth], dtype, offValue, backend);
  const values = backend.values(out);
  backend.ints(indices).forEach((index, row) => {
    if (index >= 0 && index < depth) values[row * depth + index] = onValue;
  });
  return out;
}

const isCovered = ({ x }: UnaryInputs): boolean => isPooledType(x.dtype);

/** Kernels of constant tensors. */
export const constantKernels: readonly NativeKernel[] = [
  partialKernel<object, FillAttrs>(
    Fill,
    (_inputs, attributes) => isPooledType(dtypeOf(attributes)),
    (_inputs, attributes, backend) =>
      filled(attributes.shape, dtypeOf(attributes), Number(attributes.value), backend),
  ),
  partialKernel<UnaryInputs, object>(ZerosLike, isCovered, ({ x }, _attributes, backend) =>
    filled(x.shape, x.dtype, 0, backend),
  ),
  partialKernel<UnaryInputs, object>(OnesLike, isCovered, ({ x }, _attributes, backend) =>
    filled(x.shape, x.dtype, 1, backend),
  ),
  partialKernel<{ indices: TensorInfo }, OneHotAttrs>(
    OneHot,
    ({ indices }, { dtype }) => indices.dtype === 'int32' && isPooledType(dtype),
    ({ indices }, attributes, backend) => oneHot(indices, attributes, backend),
  ),
];
