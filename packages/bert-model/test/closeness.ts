// The tolerance of the parity tests, in one place.
import type * as tf from '@tensorflow/tfjs-core';

import type { FixtureTensor } from './read-fixture.ts';

/** How far a backend may be from PyTorch. */
export interface Tolerance {
  /** For every element. */
  readonly absolute: number;
  /** Of the largest element of the expected tensor; tensors of rounding noise alone are exempt. */
  readonly relative: number;
  /** For every element of a tensor of rounding noise alone. Default `absolute`. */
  readonly noise?: number;
  /** Other values of `relative`, by `case: tensor`. */
  readonly exceptions?: Readonly<Record<string, number>>;
}

/** Below this a whole tensor is rounding noise (the gradient of the attention keys' biases). */
const noiseLevel = 1e-5;

/** The largest difference between a tensor and what was expected, and whether it is allowed. */
export interface Closeness {
  readonly error: number;
  /** The error as a part of the largest expected element; 0 where that is rounding noise. */
  readonly relativeError: number;
  readonly isClose: boolean;
}

/**
 * Compares a tensor with what was expected.
 *
 * @param name `case: tensor`, as the exceptions have it.
 */
export function compare(
  actual: tf.Tensor,
  expected: FixtureTensor,
  { absolute, relative, noise = absolute, exceptions = {} }: Tolerance,
  name = '',
): Closeness {
  const values = actual.dataSync();
  if (values.length !== expected.data.length) {
    return { error: Infinity, relativeError: Infinity, isClose: false };
  }
  let error = 0;
  let largest = 0;
  for (const [index, value] of expected.data.entries()) {
    const difference = Math.abs((values[index] ?? NaN) - value);
    error = Number.isNaN(difference) ? Infinity : Math.max(error, difference);
    largest = Math.max(largest, Math.abs(value));
  }
  if (largest < noiseLevel) return { error, relativeError: 0, isClose: error <= noise };
  const isRelativelyClose = error <= (exceptions[name] ?? relative) * largest;
  return {
    error,
    relativeError: error / largest,
    isClose: error <= absolute && isRelativelyClose,
  };
}

/** Keeps the largest errors, for the line that the suite prints. */
export class LargestErrors {
  #absolute = { where: '', error: 0 };
  #relative = { where: '', error: 0 };

  add(where: string, { error, relativeError }: Closeness): void {
    if (error > this.#absolute.error) this.#absolute = { where, error };
    if (relativeError > this.#relative.error) this.#relative = { where, error: relativeError };
  }

  toString(): string {
    const [absolute, relative] = [this.#absolute, this.#relative].map(
      ({ where, error }) => `${error.toExponential(1)} (${where})`,
    );
    return `largest error ${absolute ?? ''}, relative to the largest element ${relative ?? ''}`;
  }
}
