// One walk through the elements of two tensors, each in steps of its own: what transposing, slicing, joining and
// repeating have in common.
import type { TensorInfo } from '@tensorflow/tfjs-core';

import type { NativeBackend } from '../native-backend.ts';

/** A walk: axis by axis its length and the steps, in elements, that it takes in both tensors. */
export interface StridedCopy {
  readonly sizes: readonly number[];
  readonly fromSteps: readonly number[];
  readonly toSteps: readonly number[];
  /** Where it begins. Default 0. */
  readonly fromOffset?: number;
  readonly toOffset?: number;
}

/** Copies along the walk between two tensors of one dtype. */
export function copyStrided(
  { sizes, fromSteps, toSteps, fromOffset = 0, toOffset = 0 }: StridedCopy,
  from: TensorInfo,
  to: TensorInfo,
  backend: NativeBackend,
): void {
  const source = backend.values(from);
  const target = backend.values(to);
  backend.addon.copyStrided(
    sizes,
    fromSteps,
    toSteps,
    fromOffset,
    toOffset,
    source.length,
    target.length,
    source,
    target,
  );
}

/** Elements from one index to the next, axis by axis, of a tensor of this shape. */
export function stepsOf(shape: readonly number[]): number[] {
  const steps: number[] = [];
  let step = 1;
  for (const size of shape.toReversed()) {
    steps.push(step);
    step *= size;
  }
  return steps.reverse();
}
