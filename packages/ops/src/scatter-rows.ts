// Segment sum: the gradient of every row lookup. Composed from ScatterNd, which every backend has; tfjs's
// wasm backend lacks UnsortedSegmentSum, and its cpu one walks all rows once for each segment.
import { expandDims, reshape, scatterND } from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';

/**
 * [rowCount, width]: row r is the sum of the rows i of `rows` for which indices[i] = r, in order of i.
 * The caller owns the result.
 *
 * @param rows float32 [n, width] (leading axes are flattened).
 * @param indices int32 of n elements, each in [0, rowCount).
 */
export function scatterRows(rows: Tensor, indices: Tensor, rowCount: number): Tensor {
  const width = rows.shape.at(-1) ?? 1;
  const flat = reshape(rows, [-1, width]);
  const flatIndices = expandDims(reshape(indices, [-1]), 1);
  return scatterND(flatIndices, flat, [rowCount, width]);
}
