// The one way in which properties hold the native backend against TensorFlow.js's CPU backend, which computes each
// element in float64 and rounds once.
import { expect } from '@jest/globals';
import {
  backend as backendNow,
  memory,
  setBackend,
  tidy,
  type Tensor,
} from '@tensorflow/tfjs-core';

import type { Precision } from '../../src/index.ts';
import { useThreads } from '../bits.ts';
import { instructionSetsWith } from './backends.ts';
import { type HostDtype, type HostTensor, toTensor } from './host-tensor.ts';

/**
 * |actual - expected| <= absolute + relative * |expected| + ofScale * scale for every element; NaN and infinities have
 * to be equal.
 */
export interface Tolerance {
  readonly absolute: number;
  readonly relative: number;
  /** Default 0. */
  readonly ofScale?: number;
}

/** An expected result. */
export interface Expected extends HostTensor {
  /** For each element what the terms of its sum add up to without their signs: the scale of errors of the factors. */
  readonly scale?: ArrayLike<number>;
}

/** No difference but between 0 and -0. */
export const EXACT: Tolerance = { absolute: 0, relative: 0 };

/** A few roundings of float32. */
export const FLOAT32: Tolerance = { absolute: 1e-6, relative: 1e-6 };

/** An op under test. Its own temporary tensors are disposed for it. */
export type Op = (...inputs: Tensor[]) => Tensor | Tensor[];

/** A copy in the array of its dtype: the CPU backend stores what was cast to float32 as it was before. */
function valuesOf(tensor: Tensor): HostTensor['values'] {
  const values = tensor.dataSync();
  if (tensor.dtype === 'float32') return Float32Array.from(values);
  return tensor.dtype === 'int32' ? Int32Array.from(values) : Uint8Array.from(values);
}

/** Makes the tensors on a backend, runs the op there and reads the results; throws if it leaves tensors or data. */
async function runOn(
  backend: string,
  inputs: readonly HostTensor[],
  op: Op,
): Promise<HostTensor[]> {
  await setBackend(backend);
  const tensorsBefore = memory().numTensors;
  const dataBefore = backendNow().numDataIds();
  const outputs = tidy(() => {
    const results = op(...inputs.map(toTensor));
    return (Array.isArray(results) ? results : [results]).map((result) => ({
      shape: result.shape,
      dtype: result.dtype as HostDtype,
      values: valuesOf(result),
    }));
  }) as unknown as HostTensor[];
  expect(memory().numTensors).toBe(tensorsBefore);
  expect(backendNow().numDataIds()).toBe(dataBefore);
  return outputs;
}

/** Fails unless the op gives on `native` what it gives on `cpu`. */
export async function expectSameAsCpu(
  inputs: readonly HostTensor[],
  op: Op,
  tolerance: Tolerance = EXACT,
): Promise<void> {
  await expectOnNative(inputs, op, await runOn('cpu', inputs, op), tolerance);
}

/**
 * Fails unless the op gives certain results on `native` and leaves its inputs as they were. The instruction set is one of
 * this machine's, which one depends on the inputs: a property of some dozen examples tries them all, and what fails
 * fails again.
 */
export async function expectOnNative(
  inputs: readonly HostTensor[],
  op: Op,
  expected: readonly Expected[],
  tolerance: Tolerance,
  precision: Precision = 'float32',
): Promise<void> {
  const instructionSet = oneOfInstructionSets(inputs, precision);
  useThreads(instructionSet, 2, precision);
  await expectResults(inputs, op, expected, tolerance, instructionSet);
}

/** The same on `native` as it is set up, which `where` names. */
export async function expectResults(
  inputs: readonly HostTensor[],
  op: Op,
  expected: readonly Expected[],
  tolerance: Tolerance,
  where: string,
): Promise<void> {
  const before = inputs.map((input) => ({ ...input, values: input.values.slice() }));
  const actual = await runOn('native', inputs, op);
  expect(actual).toHaveLength(expected.length);
  for (const [i, wanted] of expected.entries()) {
    expectClose(actual[i], wanted, tolerance, `output ${i}, ${where}`);
  }
  for (const [i, input] of before.entries()) {
    expectClose(inputs[i], input, EXACT, `input ${i}, ${where}`);
  }
}

function oneOfInstructionSets(inputs: readonly HostTensor[], precision: Precision): string {
  let hash = 0;
  for (const { values } of inputs) {
    for (const byte of new Uint8Array(values.buffer).subarray(0, 256)) {
      hash = (Math.imul(hash, 31) + byte) >>> 0;
    }
  }
  const sets = instructionSetsWith(precision);
  return sets[(hash >>> 8) % sets.length] ?? 'portable';
}

/** Fails with the worst element where any is off. */
function expectClose(
  actual: HostTensor | undefined,
  expected: Expected,
  tolerance: Tolerance,
  what: string,
): void {
  expect({ shape: actual?.shape, dtype: actual?.dtype }).toEqual({
    shape: expected.shape,
    dtype: expected.dtype,
  });
  expect(actual?.values).toHaveLength(expected.values.length);
  const { absolute, relative, ofScale = 0 } = expected.dtype === 'float32' ? tolerance : EXACT;
  let worst = { what, index: -1, got: 0, wanted: 0, excess: 0 };
  for (let index = 0; index < expected.values.length; index++) {
    const wanted = expected.values[index] ?? NaN;
    const got = actual?.values[index] ?? NaN;
    if (got === wanted || (Number.isNaN(got) && Number.isNaN(wanted))) continue;
    const allowed =
      absolute + relative * Math.abs(wanted) + ofScale * (expected.scale?.[index] ?? 0);
    const ratio = Math.abs(got - wanted) / allowed;
    const excess = Number.isFinite(got) && Number.isFinite(wanted) ? ratio : Infinity;
    if (excess > worst.excess) worst = { what, index, got, wanted, excess };
  }
  if (worst.excess > 1) expect(worst).toEqual({ ...worst, got: worst.wanted, excess: 0 });
}
