// Concat, Pack and Unpack of TensorFlow.js: several tensors into one along an axis, and back.
import { backend_util, Concat, Pack, Unpack, util } from '@tensorflow/tfjs-core';
import type { ConcatAttrs, PackAttrs, TensorInfo, UnpackAttrs } from '@tensorflow/tfjs-core';

import { isPooledType } from '../memory/pooled-type.ts';
import type { PooledType } from '../memory/pooled-type.ts';
import type { NativeBackend } from '../native-backend.ts';
import { partialKernel } from './kernel.ts';
import type { NativeKernel } from './kernel.ts';
import { copyStrided } from './strided-copy.ts';

/** Two tensors at least that hold something, all of one dtype. */
function coversJoining(inputs: readonly TensorInfo[]): boolean {
  const dtype = inputs[0]?.dtype;
  return (
    dtype !== undefined &&
    isPooledType(dtype) &&
    inputs.every((input) => input.dtype === dtype) &&
    inputs.filter(({ shape }) => !shape.includes(0)).length > 1
  );
}

/** Writes the inputs side by side into `outer` rows of a new tensor. */
function join(
  inputs: readonly TensorInfo[],
  shape: readonly number[],
  outer: number,
  backend: NativeBackend,
): TensorInfo {
  const out = backend.emptyTensor(shape, inputs[0]?.dtype as PooledType);
  const rowSize = util.sizeFromShape([...shape]) / outer;
  let toOffset = 0;
  for (const input of inputs) {
    const width = util.sizeFromShape(input.shape) / outer;
    const walk = { sizes: [outer, width], fromSteps: [width, 1], toSteps: [rowSize, 1], toOffset };
    copyStrided(walk, input, out, backend);
    toOffset += width;
  }
  return out;
}

function concat(
  inputs: readonly TensorInfo[],
  { axis }: ConcatAttrs,
  backend: NativeBackend,
): TensorInfo {
  const shapes = inputs.map(({ shape }) => shape);
  const [first = []] = shapes;
  const [joined = 0] = util.parseAxisParam(axis, first);
  backend_util.assertParamsConsistent(shapes, joined);
  const outer = util.sizeFromShape(first.slice(0, joined));
  return join(inputs, backend_util.computeOutShape(shapes, joined), outer, backend);
}

function pack(
  inputs: readonly TensorInfo[],
  { axis }: PackAttrs,
  backend: NativeBackend,
): TensorInfo {
  const shape = inputs[0]?.shape ?? [];
  for (const input of inputs) {
    util.assertShapesMatch(
      shape,
      input.shape,
      'All tensors passed to stack must have matching shapes: ',
    );
  }
  const at = axis < 0 ? axis + shape.length + 1 : axis;
  const outer = util.sizeFromShape(shape.slice(0, at));
  return join(inputs, [...shape.slice(0, at), inputs.length, ...shape.slice(at)], outer, backend);
}

function unpack(value: TensorInfo, { axis }: UnpackAttrs, backend: NativeBackend): TensorInfo[] {
  const at = axis < 0 ? axis + value.shape.length : axis;
  const count = value.shape[at] ?? 0;
  const before = value.shape.slice(0, at);
  const after = value.shape.slice(at + 1);
  const outer = util.sizeFromShape(before);
  const width = util.sizeFromShape(after);
  return Array.from({ length: count }, (_, index) => {
    const part = backend.emptyTensor([...before, ...after], value.dtype as PooledType);
    const walk = {
      sizes: [outer, width],
      fromSteps: [count * width, 1],
      toSteps: [width, 1],
      fromOffset: index * width,
    };
    copyStrided(walk, value, part, backend);
    return part;
  });
}

/** Kernels that join and separate. */
export const joiningKernels: readonly NativeKernel[] = [
  partialKernel<TensorInfo[], ConcatAttrs>(Concat, coversJoining, concat),
  partialKernel<TensorInfo[], PackAttrs>(Pack, coversJoining, pack),
  partialKernel<{ value: TensorInfo }, UnpackAttrs>(
    Unpack,
    ({ value }) => isPooledType(value.dtype),
    ({ value }, attributes, backend) => unpack(value, attributes, backend),
  ),
];
