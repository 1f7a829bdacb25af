// Slice, PadV2 and Tile of TensorFlow.js: a region of a tensor, a tensor as a region, and repetitions.
import { PadV2, Slice, slice_util, Tile } from '@tensorflow/tfjs-core';
import type { PadV2Attrs, SliceAttrs, TensorInfo, TileAttrs } from '@tensorflow/tfjs-core';

import { isPooledType } from '../memory/pooled-type.ts';
import type { PooledType } from '../memory/pooled-type.ts';
import type { NativeBackend } from '../native-backend.ts';
import { partialKernel } from './kernel.ts';
import type { NativeKernel } from './kernel.ts';
import { copyStrided, stepsOf } from './strided-copy.ts';
import type { UnaryInputs } from './unary.ts';

const isCovered = ({ x }: UnaryInputs): boolean => isPooledType(x.dtype);

/** Index of an element in memory. */
function offsetOf(position: readonly number[], steps: readonly number[]): number {
  return position.reduce((sum, index, axis) => sum + index * (steps[axis] ?? 0), 0);
}

/** Unlike on the CPU backend a copy, also where the region is contiguous: memory has one owner. */
function slice(x: TensorInfo, attributes: SliceAttrs, backend: NativeBackend): TensorInfo {
  const [begin = [], sizes = []] = slice_util.parseSliceParams(
    x,
    attributes.begin,
    attributes.size,
  );
  slice_util.assertParamsValid(x, begin, sizes);
  const out = backend.emptyTensor(sizes, x.dtype as PooledType);
  const fromSteps = stepsOf(x.shape);
  const fromOffset = offsetOf(begin, fromSteps);
  copyStrided({ sizes, fromSteps, toSteps: stepsOf(sizes), fromOffset }, x, out, backend);
  return out;
}

function pad(
  x: TensorInfo,
  { paddings, constantValue }: PadV2Attrs,
  backend: NativeBackend,
): TensorInfo {
  const shape = paddings.map(([before, after], axis) => before + (x.shape[axis] ?? 1) + after);
  const out = backend.emptyTensor(shape, x.dtype as PooledType);
  backend.values(out).fill(constantValue);
  const toSteps = stepsOf(shape);
  const toOffset = offsetOf(
    paddings.map(([before]) => before),
    toSteps,
  );
  const walk = { sizes: x.shape, fromSteps: stepsOf(x.shape), toSteps, toOffset };
  copyStrided(walk, x, out, backend);
  return out;
}

/** Each axis is walked through as two: the repetitions, and the elements of one. */
function tile(x: TensorInfo, { reps }: TileAttrs, backend: NativeBackend): TensorInfo {
  const shape = x.shape.map((size, axis) => size * (reps[axis] ?? 1));
  const out = backend.emptyTensor(shape, x.dtype as PooledType);
  const fromSteps = stepsOf(x.shape);
  const toSteps = stepsOf(shape);
  const axes = x.shape.map((size, axis) => ({
    sizes: [reps[axis] ?? 1, size],
    fromSteps: [0, fromSteps[axis] ?? 1],
    toSteps: [size * (toSteps[axis] ?? 1), toSteps[axis] ?? 1],
  }));
  const walk = {
    sizes: axes.flatMap((axis) => axis.sizes),
    fromSteps: axes.flatMap((axis) => axis.fromSteps),
    toSteps: axes.flatMap((axis) => axis.toSteps),
  };
  copyStrided(walk, x, out, backend);
  return out;
}

/** Kernels of regions and repetitions. */
export const regionKernels: readonly NativeKernel[] = [
  partialKernel<UnaryInputs, SliceAttrs>(Slice, isCovered, ({ x }, attributes, backend) =>
    slice(x, attributes, backend),
  ),
  partialKernel<UnaryInputs, PadV2Attrs>(PadV2, isCovered, ({ x }, attributes, backend) =>
    pad(x, attributes, backend),
  ),
  partialKernel<UnaryInputs, TileAttrs>(Tile, isCovered, ({ x }, attributes, backend) =>
    tile(x, attributes, backend),
  ),
];
