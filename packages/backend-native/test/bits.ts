// Comparisons to the bit: with a reference, and between numbers of threads.
import { expect } from '@jest/globals';

import { registerNativeBackend } from '../src/index.ts';
import type { Precision } from '../src/index.ts';

/** Numbers of threads that results are compared between. */
const THREADS = [1, 2, 3];

/** Makes the native backend compute on an instruction set and so many threads, looking for overruns. */
export function useThreads(
  instructionSet: string,
  threads: number,
  precision: Precision = 'float32',
): void {
  registerNativeBackend({ instructionSet, precision, threads, guard: true });
}

/** Fails unless `run` gives the same bits with one thread, with two and with three. */
export function expectSameBits(instructionSet: string, run: () => Float32Array[]): void {
  const [first = [], ...others] = THREADS.map((threads) => {
    useThreads(instructionSet, threads);
    return run().map((values) => values.slice());
  });
  expect(first.length).toBeGreaterThan(0);
  for (const other of others) {
    expect(other).toHaveLength(first.length);
    for (const [i, values] of other.entries()) expectEqualBits(values, first[i]);
  }
}

/** Fails at the first element whose bits differ: NaN equals itself, and 0 is not -0. */
export function expectEqualBits(actual: Float32Array, expected: Float32Array | undefined): void {
  const [got, wanted] = [bits(actual), bits(expected ?? new Float32Array())];
  // Much faster than toEqual, which compares typed arrays property by property.
  if (Buffer.compare(got, wanted) === 0) return;
  expect(actual).toHaveLength(wanted.length / 4);
  const index = Math.floor(got.findIndex((byte, i) => byte !== wanted[i]) / 4);
  expect({ index, value: actual[index] }).toEqual({ index, value: expected?.[index] });
  throw new Error(`Element ${index} is ${actual[index]} in both, with different bits.`);
}

function bits({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
