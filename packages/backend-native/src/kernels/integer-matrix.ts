// Matrix products of int32 and bool, which are rare and small (confusion matrices, grids of indices): plain loops.
import type { BatchMatMulAttrs } from '@tensorflow/tfjs-core';

import type { PooledArray } from '../memory/buffer-pool.ts';
import type { ProductShape } from './matrix-shape.ts';

/** The matrices of one side, and which of them each product takes. */
export interface IntegerOperand {
  readonly values: PooledArray;
  readonly matrices: readonly number[];
}

/** product = a * b, summed in float64 and then taken modulo 2^32 (int32) or 2^8 (bool), as the CPU backend does. */
export function multiplyIntegers(
  { rows, columns, depth }: ProductShape,
  { transposeA, transposeB }: BatchMatMulAttrs,
  a: IntegerOperand,
  b: IntegerOperand,
  product: PooledArray,
): void {
  const [aRowStep, aDepthStep] = transposeA ? [1, rows] : [depth, 1];
  const [bColumnStep, bDepthStep] = transposeB ? [depth, 1] : [1, columns];
  for (let i = 0; i < product.length; i++) {
    const index = Math.floor(i / (rows * columns));
    const row = Math.floor(i / columns) % rows;
    const column = i % columns;
    let from = (a.matrices[index] ?? 0) * rows * depth + row * aRowStep;
    let other = (b.matrices[index] ?? 0) * depth * columns + column * bColumnStep;
    let sum = 0;
    for (let k = 0; k < depth; k++, from += aDepthStep, other += bDepthStep) {
      sum += (a.values[from] ?? 0) * (b.values[other] ?? 0);
    }
    product[i] = sum;
  }
}
