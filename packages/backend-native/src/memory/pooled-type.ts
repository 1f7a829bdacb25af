// Which tensors are stored in pooled typed arrays.
import type { DataType } from '@tensorflow/tfjs-core';

/** dtypes whose tensors are in pooled memory: those that kernels compute with. */
export type PooledType = 'float32' | 'int32' | 'bool';

/** False for string and complex64. */
export function isPooledType(dtype: DataType): dtype is PooledType {
  return dtype === 'float32' || dtype === 'int32' || dtype === 'bool';
}
