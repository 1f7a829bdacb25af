// What the suite is made of: named checks, run under tidy with the tensors counted before and after.
import { memory, tensor } from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';

import type { Tolerance } from './expectations.ts';

/** Checks by title. */
export type ConformanceChecks = Record<string, (tolerance: Tolerance) => void>;

/** Runs a check and throws if it leaves more or fewer tensors than there were. */
export function countTensors(check: () => void): void {
  const before = memory().numTensors;
  check();
  const after = memory().numTensors;
  if (after !== before) throw new Error(`${before} tensors before the check, ${after} after it.`);
}

/** A fixed sequence of numbers in (-scale, scale), the same on every backend. */
export function numbers(count: number, scale = 1, seed = 1): number[] {
  return Array.from({ length: count }, (_, i) => Math.fround(scale * Math.sin(seed + i * 12.9898)));
}

/** `numbers` as a tensor. */
export function numbersTensor(shape: number[], seed = 1): Tensor {
  const size = shape.reduce((product, axis) => product * axis, 1);
  return tensor(numbers(size, 1, seed), shape);
}
