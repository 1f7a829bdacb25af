// Cast of TensorFlow.js. The CPU backend's leaves the array as it is where no digit can be lost, so that a float32
// tensor may be stored as an Int32Array; here every tensor has the array of its dtype, which kernels in C++ rely on.
import { Cast } from '@tensorflow/tfjs-core';
import type { CastAttrs, TensorInfo } from '@tensorflow/tfjs-core';

import { isPooledType } from '../memory/pooled-type.ts';
import type { PooledType } from '../memory/pooled-type.ts';
import type { NativeBackend } from '../native-backend.ts';
import { runCpuKernel } from './cpu-kernel.ts';
import { nativeKernel } from './kernel.ts';

/** The tensor in another pooled dtype. Numbers convert as the CPU backend's do: towards zero, NaN to 0, modulo 2^32. */
export function castTensor(x: TensorInfo, dtype: PooledType, backend: NativeBackend): TensorInfo {
  const result = backend.emptyTensor(x.shape, dtype);
  const values = backend.values(result);
  backend.addon.cast(values.length, backend.values(x), values);
  return result;
}

function cast({ x }: { x: TensorInfo }, attributes: CastAttrs, backend: NativeBackend): TensorInfo {
  const { dtype } = attributes;
  if (!isPooledType(x.dtype) || !isPooledType(dtype)) {
    return runCpuKernel(Cast, { inputs: { x }, attrs: { dtype }, backend });
  }
  if (x.dtype === dtype) {
    backend.incRef(x.dataId);
    return { ...x };
  }
  return castTensor(x, dtype, backend);
}

/** Kernels that change the dtype. */
export const castKernels = [nativeKernel(Cast, cast)];
