// What a kernel leaves to its gradient as the products take it: float32, or bfloat16, of which two are kept as one
// int32, since TensorFlow.js has no type for them.
import type { TensorInfo } from '@tensorflow/tfjs-core';

import type { NativeBackend } from '../native-backend.ts';

/** A tensor for as many elements as `shape` has, the last axis of which is even, in the backend's precision. */
export function emptyElements(shape: readonly number[], backend: NativeBackend): TensorInfo {
  if (backend.precision === 'float32') return backend.emptyFloats([...shape]);
  return backend.emptyTensor([...shape.slice(0, -1), (shape.at(-1) ?? 0) / 2], 'int32');
}

export function storedElements(
  stored: TensorInfo,
  backend: NativeBackend,
): Float32Array | Int32Array {
  return stored.dtype === 'int32' ? backend.ints(stored) : backend.floats(stored);
}

/** The code of the precision that was in use when it was stored, whatever the backend's is by now. */
export function storedPrecision(stored: TensorInfo): number {
  return stored.dtype === 'int32' ? 1 : 0;
}
