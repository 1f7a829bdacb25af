// The matrix product of the compositions. It is tf.matMul, arranged for tfjs's wasm backend: that one hands
// only single, untransposed products to XNNPACK and computes transposed ones about ten times slower
// (24 against 2 GFLOP/s for 4096 x 256 x 256).
import { getBackend, matMul, transpose } from '@tensorflow/tfjs-core';
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
  return matMul(transposeA ? transpose(a) : a, transposeB ? transpose(b) : b);
}
