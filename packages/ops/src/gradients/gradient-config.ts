// What the gradient tables share: short forms of tfjs's GradConfig, and the sum that undoes broadcasting.
import { broadcast_util, reshape, sum } from '@tensorflow/tfjs-core';
import type { GradConfig, NamedAttrMap, Tensor } from '@tensorflow/tfjs-core';

/** Gradient thunks by input name; only those that back-propagation needs are called. */
export type Gradients = Record<string, () => Tensor>;

type Saved = readonly Tensor[];

/** A kernel of one output; `rule` gets dy, the inputs named in `inputs`, then the output if `output` is set. */
export function gradientOf(
  kernelName: string,
  { inputs = [], output = false }: { inputs?: string[]; output?: boolean },
  rule: (dy: Tensor, saved: Saved, attributes: NamedAttrMap) => Gradients,
): GradConfig {
  return {
    kernelName,
    inputsToSave: inputs,
    outputsToSave: [output],
    gradFunc: (dy, saved, attributes) => rule(single(dy), saved, attributes),
  };
}

/** The tensor saved at `index`; a wrong index is a mistake in a gradient table. */
export function at(saved: Saved, index: number): Tensor {
  const tensor = saved[index];
  if (tensor === undefined)
    throw new RangeError(`A gradient asks for saved tensor ${index} of ${saved.length}.`);
  return tensor;
}

/** Sums `gradient` over the axes along which an input of `shape` was broadcast. */
export function sumToShape(gradient: Tensor, shape: number[]): Tensor {
  const axes = broadcast_util.getReductionAxes(shape, gradient.shape);
  return reshape(axes.length > 0 ? sum(gradient, axes) : gradient, shape);
}

/** The axes an attribute names, counted from the front; all of them where it names none. */
export function axesOf(axis: unknown, rank: number): number[] {
  if (typeof axis === 'number') return axesOf([axis], rank);
  if (!Array.isArray(axis)) return Array.from({ length: rank }, (_, i) => i);
  return (axis as number[]).map((value) => (value < 0 ? value + rank : value));
}

function single(dy: Tensor | Tensor[]): Tensor {
  return Array.isArray(dy) ? at(dy, 0) : dy;
}
