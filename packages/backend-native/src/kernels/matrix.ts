// BatchMatMul of TensorFlow.js.
import { BatchMatMul, broadcast_util, util } from '@tensorflow/tfjs-core';
import type { BatchMatMulAttrs, TensorInfo } from '@tensorflow/tfjs-core';

import type { NativeBackend } from '../native-backend.ts';
import { nativeKernel } from './kernel.ts';

/** Codes of the activations that a matrix product can end with; `Activation` of kernel_table.h. */
export const ACTIVATION_CODES = { linear: 0, gelu: 1, gelu_tanh: 2, relu: 3, tanh: 4 } as const;

function batchMatMul(
  { a, b }: { a: TensorInfo; b: TensorInfo },
  { transposeA, transposeB }: BatchMatMulAttrs,
  backend: NativeBackend,
): TensorInfo {
  const [aRows = 1, aColumns = 1] = a.shape.slice(-2);
  const [bRows = 1, bColumns = 1] = b.shape.slice(-2);
  const [rows, depth] = transposeA ? [aColumns, aRows] : [aRows, aColumns];
  const [otherDepth, columns] = transposeB ? [bColumns, bRows] : [bRows, bColumns];
  util.assert(
    depth === otherDepth,
    () =>
      `matMul: the inner axes differ, ${depth} and ${otherDepth}, of shapes [${a.shape.join(', ')}] and ` +
      `[${b.shape.join(', ')}] with transposeA=${transposeA} and transposeB=${transposeB}.`,
  );
  const aBatch = util.sizeFromShape(a.shape.slice(0, -2));
  const bBatch = util.sizeFromShape(b.shape.slice(0, -2));
  const batchShape = broadcast_util.assertAndGetBroadcastShape(
    a.shape.slice(0, -2),
    b.shape.slice(0, -2),
  );
  const batch = util.sizeFromShape(batchShape);
  const product = backend.emptyFloats([...batchShape, rows, columns]);
  const matrices = {
    a: broadcastBatch(backend.floats(a), a.shape, batchShape, aBatch, batch),
    b: broadcastBatch(backend.floats(b), b.shape, batchShape, bBatch, batch),
  };
  backend.addon.matMul(
    batch,
    rows,
    columns,
    depth,
    transposeA,
    transposeB,
    matrices.a.repeat,
    matrices.b.repeat,
    ACTIVATION_CODES.linear,
    backend.precisionCode,
    matrices.a.values,
    matrices.b.values,
    backend.floats(product),
    null,
    null,
  );
  return product;
}

/** The matrices of a batch as the kernel takes them: one for all, one for each, or, elsewhere, copies. */
function broadcastBatch(
  values: Float32Array,
  shape: readonly number[],
  batchShape: readonly number[],
  own: number,
  batch: number,
): { values: Float32Array; repeat: boolean } {
  if (own === batch) return { values, repeat: false };
  if (own === 1) return { values, repeat: true };
  const size = values.length / own;
  const copies = new Float32Array(batch * size);
  const axes = [...batchShape.map(() => 1), ...shape.slice(0, -2)].slice(-batchShape.length);
  for (let index = 0; index < batch; index++) {
    let rest = index;
    let source = 0;
    let step = 1;
    for (let axis = batchShape.length - 1; axis >= 0; axis--) {
      const length = batchShape[axis] ?? 1;
      const ownLength = axes[axis] ?? 1;
      if (ownLength !== 1) source += (rest % length) * step;
      step *= ownLength;
      rest = Math.floor(rest / length);
    }
    copies.set(values.subarray(source * size, (source + 1) * size), index * size);
  }
  return { values: copies, repeat: false };
}

/** Kernels of matrix products. */
export const matrixKernels = [nativeKernel(BatchMatMul, batchMatMul)];
