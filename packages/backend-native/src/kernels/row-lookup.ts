// GatherV2, UnsortedSegmentSum and ScatterNd of TensorFlow.js: rows read by their numbers, and rows added up.
import { backend_util, GatherV2, ScatterNd, UnsortedSegmentSum, util } from '@tensorflow/tfjs-core';
import type {
  GatherV2Attrs,
  ScatterNdAttrs,
  TensorInfo,
  UnsortedSegmentSumAttrs,
} from '@tensorflow/tfjs-core';

import { isPooledType } from '../memory/pooled-type.ts';
import type { PooledType } from '../memory/pooled-type.ts';
import type { NativeBackend } from '../native-backend.ts';
import { partialKernel } from './kernel.ts';
import type { NativeKernel } from './kernel.ts';

interface GatherInputs {
  readonly x: TensorInfo;
  readonly indices: TensorInfo;
}

interface SegmentInputs {
  readonly x: TensorInfo;
  readonly segmentIds: TensorInfo;
}

interface ScatterInputs {
  readonly indices: TensorInfo;
  readonly updates: TensorInfo;
}

/** @throws RangeError for an index out of range, in the words of TensorFlow.js. */
function gather(
  { x, indices }: GatherInputs,
  { axis }: GatherV2Attrs,
  backend: NativeBackend,
): TensorInfo {
  const [parsedAxis = 0] = util.parseAxisParam(axis, x.shape);
  const { outerSize, dimSize, sliceSize, outputShape } =
    backend_util.segment_util.collectGatherOpShapeInfo(x, indices, parsedAxis, 0);
  const rows = backend.ints(indices);
  const outside = rows.find((index) => index < 0 || index >= dimSize);
  if (outside !== undefined) {
    throw new RangeError(`GatherV2: the index value ${outside} is not in [0, ${dimSize - 1}]`);
  }
  const out = backend.emptyTensor(outputShape, x.dtype as PooledType);
  backend.addon.gatherRows(
    outerSize,
    dimSize,
    sliceSize,
    rows.length,
    rows,
    backend.values(x),
    backend.values(out),
  );
  return out;
}

/**
 * The rows of x [batch, length, hidden] at rows [batch, count], as [batch, count, hidden]. Rows are known to be of x.
 */
export function readRows(x: TensorInfo, rows: TensorInfo, backend: NativeBackend): TensorInfo {
  const hidden = x.shape[2] ?? 0;
  const out = backend.emptyFloats([...rows.shape, hidden]);
  backend.addon.gatherRows(
    1,
    util.sizeFromShape(x.shape.slice(0, 2)),
    hidden,
    util.sizeFromShape(rows.shape),
    backend.ints(rows),
    backend.floats(x),
    backend.floats(out),
  );
  return out;
}

/** The gradient of `readRows` with respect to x, of x's shape. */
export function addToRows(
  dy: TensorInfo,
  rows: TensorInfo,
  shape: readonly number[],
  backend: NativeBackend,
): TensorInfo {
  const out = backend.emptyFloats([...shape]);
  backend.addon.addToRows(
    util.sizeFromShape(shape.slice(0, 2)),
    shape[2] ?? 0,
    util.sizeFromShape(rows.shape),
    backend.ints(rows),
    backend.floats(dy),
    backend.floats(out),
  );
  return out;
}

/** Ids that are no segment are left out. */
function segmentSum(
  { x, segmentIds }: SegmentInputs,
  { numSegments }: UnsortedSegmentSumAttrs,
  backend: NativeBackend,
): TensorInfo {
  const width = util.sizeFromShape(x.shape.slice(1));
  const ids = backend.ints(segmentIds);
  const out = backend.emptyFloats([numSegments, ...x.shape.slice(1)]);
  backend.addon.addToRows(
    numSegments,
    width,
    ids.length,
    ids,
    backend.floats(x),
    backend.floats(out),
  );
  return out;
}

/** @throws Error for an index out of range, as the CPU backend does. */
function scatter(
  { indices, updates }: ScatterInputs,
  { shape }: ScatterNdAttrs,
  backend: NativeBackend,
): TensorInfo {
  const { sliceRank, numUpdates, sliceSize, strides, outputSize } = backend_util.calculateShapes(
    updates,
    indices,
    shape,
  );
  const rows = outputSize / sliceSize;
  const rowOf = flatRows(backend.ints(indices), numUpdates, strides.slice(0, sliceRank));
  const invalid = rowOf.findIndex((row) => row < 0 || row >= rows);
  if (invalid >= 0) {
    const index = backend.ints(indices).slice(invalid * sliceRank, (invalid + 1) * sliceRank);
    throw new Error(`Invalid indices: ${index.join(',')} does not index into ${shape.join(',')}`);
  }
  const out = backend.emptyFloats(shape);
  const terms = backend.floats(updates);
  backend.addon.addToRows(rows, sliceSize, numUpdates, rowOf, terms, backend.floats(out));
  return out;
}

/** The row that each list of indices names. */
function flatRows(indices: Int32Array, count: number, strides: readonly number[]): Int32Array {
  if (strides.length === 1 && strides[0] === 1) return indices;
  return Int32Array.from({ length: count }, (_, update) =>
    strides.reduce(
      (row, stride, axis) => row + (indices[update * strides.length + axis] ?? -1) * stride,
      0,
    ),
  );
}

const holdsSomething = (shape: readonly number[]): boolean => !shape.includes(0);

/** Kernels of rows by number. */
export const rowLookupKernels: readonly NativeKernel[] = [
  partialKernel<GatherInputs, GatherV2Attrs>(
    GatherV2,
    ({ x, indices }, { batchDims }) =>
      isPooledType(x.dtype) && indices.dtype === 'int32' && !batchDims,
    gather,
  ),
  partialKernel<SegmentInputs, UnsortedSegmentSumAttrs>(
    UnsortedSegmentSum,
    ({ x, segmentIds }) =>
      x.dtype === 'float32' &&
      segmentIds.dtype === 'int32' &&
      segmentIds.shape.length === 1 &&
      segmentIds.shape[0] === x.shape[0],
    segmentSum,
  ),
  partialKernel<ScatterInputs, ScatterNdAttrs>(
    ScatterNd,
    ({ indices, updates }, { shape }) =>
      updates.dtype === 'float32' &&
      indices.dtype === 'int32' &&
      holdsSomething(shape) &&
      holdsSomething(updates.shape) &&
      updates.shape.length > 0 &&
      holdsSomething(indices.shape),
    scatter,
  ),
];
