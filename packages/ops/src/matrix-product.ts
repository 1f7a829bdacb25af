// The matrix product of the compositions. It is tf.matMul, arranged for tfjs's wasm backend: that one hands
// only single, untransposed products to XNNPACK and computes transposed ones about ten times slower
// (24 against 2 GFLOP/s for 4096 x 256 x 256). Empty products do not go there: XNNPACK refuses them, and tfjs
// 4.22 then prints a warning and returns what the memory held before.
import { getBackend, matMul, transpose, zeros } from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';

/** tf.matMul; intermediate tensors are left to the tidy of the caller. */
export function matrixProduct(
  a: Tensor,
  b: Tensor,
  transposeA = false,
  transposeB = false,
): Tensor {
  if (getBackend() !== 'wasm' || a.rank !== 2 || b.rank !== 2) {
    return matMul(a, b, transposeA, transposeB);
  }
  if (a.size === 0 || b.size === 0) {
    const rows = a.shape[transposeA ? 1 : 0] ?? 0;
    const columns = b.shape[transposeB ? 0 : 1] ?? 0;
    return zeros([rows, columns]);
  }
  return matMul(transposeA ? transpose(a) : a, transposeB ? transpose(b) : b);
}
