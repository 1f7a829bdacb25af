// Sum, Mean, Max, Min, ArgMax and Softmax of TensorFlow.js. Empty tensors are left to the CPU backend.
import { ArgMax, backend_util, Max, Mean, Min, Softmax, Sum, util } from '@tensorflow/tfjs-core';
import type {
  ArgMaxAttrs,
  MaxAttrs,
  MeanAttrs,
  MinAttrs,
  SoftmaxAttrs,
  SumAttrs,
  TensorInfo,
} from '@tensorflow/tfjs-core';

import type { NativeBackend } from '../native-backend.ts';
import { castTensor } from './cast.ts';
import { partialKernel } from './kernel.ts';
import type { NativeKernel } from './kernel.ts';
import { transposeTensor } from './transpose.ts';
import type { UnaryInputs } from './unary.ts';

/** Codes of `ReduceOp` in reduction_kernels.h. */
const REDUCE_CODES = { sum: 0, mean: 1, max: 2, min: 3 } as const;
type Reduction = keyof typeof REDUCE_CODES;

const isEmpty = (x: TensorInfo): boolean => x.shape.includes(0);

/** float32 and int32, and bool where it is summed as int32. */
function covers(reduction: Reduction): (inputs: UnaryInputs) => boolean {
  const dtypes =
    reduction === 'mean'
      ? ['float32']
      : reduction === 'sum'
        ? ['float32', 'int32', 'bool']
        : ['float32', 'int32'];
  return ({ x }) => !isEmpty(x) && dtypes.includes(x.dtype);
}

/** Reduces one run of neighbouring axes, seen as the middle of [outer, count, inner]. */
function reduceAxes(
  reduction: Reduction,
  x: TensorInfo,
  [outer, count, inner]: readonly [number, number, number],
  backend: NativeBackend,
): TensorInfo {
  const { addon } = backend;
  const code = REDUCE_CODES[reduction];
  if (x.dtype === 'int32') {
    const out = backend.emptyTensor([outer, inner], 'int32');
    addon.reduceInts(code, outer, count, inner, backend.ints(x), backend.ints(out));
    return out;
  }
  const out = backend.emptyFloats([outer, inner]);
  addon.reduceFloats(code, outer, count, inner, backend.floats(x), backend.floats(out));
  return out;
}

/** Reduces the axes, the last run of neighbours first. */
function reduce(
  reduction: Reduction,
  x: TensorInfo,
  axis: number | number[],
  keepDims: boolean,
  backend: NativeBackend,
): TensorInfo {
  const axes = util.parseAxisParam(axis, x.shape);
  const [reducedShape] = backend_util.computeOutAndReduceShapes(x.shape, axes);
  const shape = keepDims ? backend_util.expandShapeToKeepDim(reducedShape, axes) : reducedShape;
  let current = x.dtype === 'bool' ? castTensor(x, 'int32', backend) : x;
  let inner = 1;
  let end = x.shape.length;
  do {
    while (end > 0 && !axes.includes(end - 1)) inner *= x.shape[--end] ?? 1;
    let begin = end;
    while (begin > 0 && axes.includes(begin - 1)) begin--;
    const count = util.sizeFromShape(x.shape.slice(begin, end));
    const outer = util.sizeFromShape(x.shape.slice(0, begin));
    const next = reduceAxes(reduction, current, [outer, count, inner], backend);
    if (current !== x) backend.disposeIntermediateTensorInfo(current);
    current = next;
    end = begin;
  } while (axes.some((each) => each < end));
  return { ...current, shape };
}

function argMax(x: TensorInfo, axis: number, backend: NativeBackend): TensorInfo {
  const [reduced = 0] = util.parseAxisParam(axis, x.shape);
  const order = [...x.shape.keys()].filter((each) => each !== reduced);
  const shape = order.map((each) => x.shape[each] ?? 1);
  const count = x.shape[reduced] ?? 1;
  const isLast = reduced === Math.max(0, x.shape.length - 1);
  const rows = isLast ? x : transposeTensor(x, [...order, reduced], backend);
  const out = backend.emptyTensor(shape, 'int32');
  const values = backend.ints(out);
  backend.addon.argMax(values.length, count, backend.floats(rows), values);
  if (!isLast) backend.disposeIntermediateTensorInfo(rows);
  return out;
}

function softmax(logits: TensorInfo, backend: NativeBackend): TensorInfo {
  const count = logits.shape.at(-1) ?? 1;
  const out = backend.emptyFloats(logits.shape);
  const values = backend.floats(out);
  backend.addon.softmax(values.length / count, count, backend.floats(logits), values);
  return out;
}

/** Kernels of reductions. */
export const reductionKernels: readonly NativeKernel[] = [
  partialKernel<UnaryInputs, SumAttrs>(Sum, covers('sum'), ({ x }, { axis, keepDims }, backend) =>
    reduce('sum', x, axis, keepDims, backend),
  ),
  partialKernel<UnaryInputs, MeanAttrs>(
    Mean,
    covers('mean'),
    ({ x }, { axis, keepDims }, backend) => reduce('mean', x, axis, keepDims, backend),
  ),
  partialKernel<UnaryInputs, MaxAttrs>(
    Max,
    covers('max'),
    ({ x }, { reductionIndices, keepDims }, backend) =>
      reduce('max', x, reductionIndices, keepDims, backend),
  ),
  partialKernel<UnaryInputs, MinAttrs>(Min, covers('min'), ({ x }, { axis, keepDims }, backend) =>
    reduce('min', x, axis, keepDims, backend),
  ),
  partialKernel<UnaryInputs, ArgMaxAttrs>(
    ArgMax,
    ({ x }, { axis }) => x.dtype === 'float32' && !isEmpty(x) && typeof axis === 'number',
    ({ x }, { axis }, backend) => argMax(x, axis, backend),
  ),
  partialKernel<{ logits: TensorInfo }, SoftmaxAttrs>(
    Softmax,
    ({ logits }, { dim }) =>
      logits.dtype === 'float32' &&
      !isEmpty(logits) &&
      (dim === -1 || dim === logits.shape.length - 1),
    ({ logits }, _attributes, backend) => softmax(logits, backend),
  ),
];
