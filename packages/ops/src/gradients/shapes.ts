// Gradients of the tfjs kernels that move elements: reshapes, slices, joins and lookups.
import {
  backend_util,
  concat,
  pad,
  reshape,
  slice,
  split,
  stack,
  sum,
  transpose,
  unstack,
  where,
  zeros,
  zerosLike,
} from '@tensorflow/tfjs-core';
import type { GradConfig, Tensor } from '@tensorflow/tfjs-core';

import { scatterRows } from '../scatter-rows.ts';
import { at, axesOf, gradientOf } from './gradient-config.ts';

/** dy in the shape of the input. */
const reshaping = (kernelName: string, input: string): GradConfig =>
  gradientOf(kernelName, { inputs: [input] }, (dy, saved) => ({
    [input]: () => reshape(dy, at(saved, 0).shape),
  }));

const transposeGradient = gradientOf('Transpose', {}, (dy, _saved, { perm }) => ({
  x: () => transpose(dy, backend_util.getUndoAxesPermutation(perm as number[])),
}));

const sliceGradient = gradientOf('Slice', { inputs: ['x'] }, (dy, saved, { begin }) => {
  const { shape } = at(saved, 0);
  const starts = ([] as number[]).concat(begin as number | number[]);
  const paddings = shape.map((size, axis): [number, number] => {
    const start = starts[axis] ?? 0;
    return [start, size - start - (dy.shape[axis] ?? 0)];
  });
  return { x: () => pad(dy, paddings) };
});

const padGradient = gradientOf('PadV2', { inputs: ['x'] }, (dy, saved, { paddings }) => {
  const begin = (paddings as [number, number][]).map(([before]) => before);
  return { x: () => slice(dy, begin, at(saved, 0).shape) };
});

/** Sums the copies: axis i of length r * n is r copies of n elements. */
const tileGradient = gradientOf('Tile', { inputs: ['x'] }, (dy, saved, { reps }) => {
  const { shape } = at(saved, 0);
  const addCopies = (gradient: Tensor, axis: number): Tensor => {
    const copies = split(gradient, (reps as number[])[axis] ?? 1, axis);
    return copies.length === 1 ? gradient : sum(stack(copies), 0);
  };
  return { x: () => shape.reduce((gradient, _size, axis) => addCopies(gradient, axis), dy) };
});

const gatherGradient = gradientOf(
  'GatherV2',
  { inputs: ['x', 'indices'] },
  (dy, saved, attributes) => {
    const [x, indices] = [at(saved, 0), at(saved, 1)];
    const [axis = 0] = axesOf(attributes['axis'], x.rank);
    if (attributes['batchDims']) {
      throw new RangeError(
        'The gradient of tf.gather with batchDims is not implemented; reshape and use batchDims 0.',
      );
    }
    return { x: () => scatterAlong(axis, dy, indices, x.shape) };
  },
);

/** Moves the gathered axes to the front, sums rows by index, and moves the axis back. */
function scatterAlong(axis: number, dy: Tensor, indices: Tensor, shape: number[]): Tensor {
  const outer = shape.slice(0, axis);
  const inner = shape.slice(axis + 1);
  const rowCount = shape[axis] ?? 0;
  const sizeOf = (sizes: number[]): number => sizes.reduce((product, size) => product * size, 1);
  const blocks = reshape(dy, [sizeOf(outer), indices.size, sizeOf(inner)]);
  const rows = reshape(transpose(blocks, [1, 0, 2]), [indices.size, -1]);
  const summed = reshape(scatterRows(rows, indices, rowCount), [
    rowCount,
    sizeOf(outer),
    sizeOf(inner),
  ]);
  return reshape(transpose(summed, [1, 0, 2]), shape);
}

const selectGradient = gradientOf('Select', { inputs: ['condition'] }, (dy, saved) => {
  const condition = at(saved, 0);
  return {
    // Asked for where the condition is computed from what is differentiated; it does not vary with it.
    condition: () => zeros(condition.shape),
    t: () => where(condition, dy, zerosLike(dy)),
    e: () => where(condition, zerosLike(dy), dy),
  };
});

/** The inputs of these are arrays, so their gradients are named 0, 1, 2, ... */
const numbered = (gradients: Tensor[]): Record<string, () => Tensor> =>
  Object.fromEntries(gradients.map((gradient, i) => [i, () => gradient]));

const concatGradient: GradConfig = {
  kernelName: 'Concat',
  saveAllInputs: true,
  gradFunc: (dy, saved, { axis }) => {
    const [along = 0] = axesOf(axis, at(saved, 0).rank);
    const sizes = saved.map(({ shape }) => shape[along] ?? 0);
    return numbered(split(dy as Tensor, sizes, along));
  },
};

const addNGradient: GradConfig = {
  kernelName: 'AddN',
  saveAllInputs: true,
  gradFunc: (dy, saved) => numbered(saved.map(() => (dy as Tensor).clone())),
};

const stackGradient: GradConfig = {
  kernelName: 'Pack',
  gradFunc: (dy, _saved, { axis }) => numbered(unstack(dy as Tensor, axis as number)),
};

const splitGradient: GradConfig = {
  kernelName: 'SplitV',
  gradFunc: (dy, _saved, { axis }) => ({ x: () => concat(dy as Tensor[], axis as number) }),
};

const unstackGradient: GradConfig = {
  kernelName: 'Unpack',
  gradFunc: (dy, _saved, { axis }) => ({ value: () => stack(dy as Tensor[], axis as number) }),
};

export const shapeGradients: GradConfig[] = [
  reshaping('Reshape', 'x'),
  reshaping('ExpandDims', 'input'),
  transposeGradient,
  sliceGradient,
  padGradient,
  tileGradient,
  gatherGradient,
  selectGradient,
  concatGradient,
  addNGradient,
  stackGradient,
  splitGradient,
  unstackGradient,
];
