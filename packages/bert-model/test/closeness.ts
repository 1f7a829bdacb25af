// The tolerance of the parity tests, in one place.
import type * as tf from '@tensorflow/tfjs-core';

import type { FixtureTensor } from './read-fixture.ts';

/** How far a backend may be from PyTorch. */
export interface Tolerance {
  /** For every element. */
  readonly absolute: number;
  /** Of the largest element of the expected tensor; tensors of rounding noise alone are exempt. */
  readonly relative: number;
}

/** Below this a whole tensor is rounding noise (the gradient of the attention keys' biases). */
const noiseLevel = 1e-5;

/** The largest difference between a tensor and what was expected, and whether it is allowed. */
export interface Closeness {
  readonly error: number;
  readonly isClose: boolean;
}

export function compare(
  actual: tf.Tensor,
  expected: FixtureTensor,
  { absolute, relative }: Tolerance,
): Closeness {
  const values = actual.dataSync();
  if (values.length !== expected.data.length) {
    return { error: Infinity, isClose: false };
  }
  let error = 0;
  let largest = 0;
  for (const [index, value] of expected.data.entries()) {
    const difference = Math.abs((values[index] ?? NaN) - value);
    error = Number.isNaN(difference) ? Infinity : Math.max(error, difference);
    largest = Math.max(largest, Math.abs(value));
  }
  const isRelativelyClose = largest < noiseLevel || error <= relative * largest;
  return { error, isClose: error <= absolute && isRelativelyClose };
}
