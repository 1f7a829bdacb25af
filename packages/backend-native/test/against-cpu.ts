// Runs the same calls on the backend `native` and on TensorFlow.js's `cpu`, whose kernels say what is right.
import { expect } from '@jest/globals';
import { findBackend, getBackend, memory, setBackend, tidy } from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';

/** A tensor that was read. */
interface Read {
  readonly shape: number[];
  readonly dtype: string;
  readonly values: number[];
}

type Run = () => Tensor | Tensor[];

/** Results of `run` on a backend; `native` is active again afterwards. */
async function readOn(backend: string, run: Run): Promise<Read[]> {
  await setBackend(backend);
  // Not the advice to install tfjs-node, which the CPU backend prints when it is first used.
  Object.assign(findBackend(backend), { firstUse: false });
  const before = memory().numTensors;
  const read = tidy(() =>
    [run()].flat().map((tensor) => ({
      shape: tensor.shape,
      dtype: tensor.dtype,
      values: Array.from(tensor.dataSync()),
    })),
  );
  expect(memory().numTensors).toBe(before);
  await setBackend('native');
  return read;
}

/**
 * Fails unless `run` gives on `native` what it gives on `cpu`: shapes, dtypes and every value, NaN and the sign of 0
 * included. With a tolerance, numbers may differ by it, relative to the larger of 1 and the number.
 */
export async function expectAsOnCpu(run: Run, tolerance = 0): Promise<void> {
  expect(getBackend()).toBe('native');
  const expected = await readOn('cpu', run);
  const actual = await readOn('native', run);
  expect(actual.length).toBeGreaterThan(0);
  expect(actual.map(({ shape, dtype }) => ({ shape, dtype }))).toEqual(
    expected.map(({ shape, dtype }) => ({ shape, dtype })),
  );
  for (const [i, { values }] of actual.entries()) {
    expectClose(values, expected[i]?.values ?? [], tolerance);
  }
}

/** Fails at the first number that is further away. */
export function expectClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
): void {
  expect(actual).toHaveLength(expected.length);
  for (let index = 0; index < expected.length; index++) {
    const [got = NaN, wanted = NaN] = [actual[index], expected[index]];
    const close =
      Object.is(got, wanted) || Math.abs(got - wanted) <= tolerance * Math.max(1, Math.abs(wanted));
    // One expectation for each of a hundred thousand numbers would take seconds.
    if (!close || (tolerance === 0 && !Object.is(got, wanted))) {
      expect({ index, value: got }).toEqual({ index, value: wanted });
      throw new Error(`Element ${index} is ${got}, not ${wanted}.`);
    }
  }
}
