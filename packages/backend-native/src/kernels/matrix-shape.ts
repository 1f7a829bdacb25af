// The shapes of a batch of matrix products, and which matrices of its operands each product takes.
import { broadcast_util, util } from '@tensorflow/tfjs-core';
import type { BatchMatMulAttrs, TensorInfo } from '@tensorflow/tfjs-core';

/** Sizes of a batch of products, all alike. */
export interface ProductShape {
  readonly batchShape: readonly number[];
  /** Number of products. */
  readonly batch: number;
  readonly rows: number;
  readonly columns: number;
  readonly depth: number;
}

/**
 * The shape of a * b over the last two axes, those in front of them broadcast.
 *
 * @throws Error where the shapes do not fit together.
 */
export function productShape(
  a: TensorInfo,
  b: TensorInfo,
  { transposeA, transposeB }: BatchMatMulAttrs,
): ProductShape {
  const shapes = `of shapes [${a.shape.join(', ')}] and [${b.shape.join(', ')}]`;
  util.assert(
    a.shape.length >= 2 && b.shape.length >= 2,
    () => `matMul: both must be matrices or batches of them, not ${shapes}.`,
  );
  const [aRows = 1, aColumns = 1] = a.shape.slice(-2);
  const [bRows = 1, bColumns = 1] = b.shape.slice(-2);
  const [rows, depth] = transposeA ? [aColumns, aRows] : [aRows, aColumns];
  const [otherDepth, columns] = transposeB ? [bColumns, bRows] : [bRows, bColumns];
  util.assert(
    depth === otherDepth,
    () =>
      `matMul: the inner axes differ, ${depth} and ${otherDepth}, ${shapes} with ` +
      `transposeA=${transposeA} and transposeB=${transposeB}.`,
  );
  const batchShape = broadcast_util.assertAndGetBroadcastShape(
    a.shape.slice(0, -2),
    b.shape.slice(0, -2),
  );
  return { batchShape, batch: util.sizeFromShape(batchShape), rows, columns, depth };
}

/** For each matrix of a batch, which of an operand's own matrices belongs to it. */
export function operandMatrices(
  shape: readonly number[],
  { batchShape, batch }: ProductShape,
): number[] {
  const rank = batchShape.length;
  const own = [...batchShape.map(() => 1), ...shape.slice(0, -2)].slice(-rank);
  return Array.from({ length: batch }, (_, index) => {
    let rest = index;
    let found = 0;
    let step = 1;
    for (let axis = rank - 1; axis >= 0; axis--) {
      const size = batchShape[axis] ?? 1;
      const ownSize = own[axis] ?? 1;
      if (ownSize !== 1) found += (rest % size) * step;
      step *= ownSize;
      rest = Math.floor(rest / size);
    }
    return found;
  });
}
