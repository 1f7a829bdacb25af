// Sums over rows, also over none: of no row tfjs's wasm backend (4.22) returns what the memory held before.
import { sum, zeros } from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';

/** `[rows, columns]` → `[columns]`; zeros where there is no row. */
export function sumRows(matrix: Tensor): Tensor {
  const [rows, ...columns] = matrix.shape;
  return rows === 0 ? zeros(columns) : sum(matrix, 0);
}
