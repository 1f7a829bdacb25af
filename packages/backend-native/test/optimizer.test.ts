// MalmoiAdamW and MalmoiGlobalNorm against float64, over tensors around the size of a chunk (16,384).
import { expect, test } from '@jest/globals';
import { adamW, clipScale, createAdamWState, disposeAdamWState, globalNorm } from '@malmoi/ops';
import { scalar, tensor, tidy, variable } from '@tensorflow/tfjs-core';
import type { Scalar, Variable } from '@tensorflow/tfjs-core';

import { loadAddon } from '../src/addon/load-addon.ts';
import { expectSameBits } from './bits.ts';
import { describeKernelSets, FLOAT32_ONLY } from './instruction-sets.ts';
import { randomFloats } from './random.ts';

const SIZES = [1, 0, 17, 16_384, 16_385, 40_001, 3];
const STEPS = 3;
const OPTIONS = { learningRate: 1e-2, beta1: 0.9, beta2: 0.99, epsilon: 1e-6 };
const WEIGHT_DECAYS = SIZES.map((_, i) => (i % 2 === 0 ? 0.1 : 0));
const CLIP = 0.25;

const STARTS = SIZES.map((size, i) => randomFloats(size, i));
/** By step, counted from 1. */
const GRADIENTS = Array.from({ length: STEPS + 1 }, (_, step) =>
  SIZES.map((size, i) => randomFloats(size, 100 * step + i)),
);
const start = (index: number): Float32Array => STARTS[index] ?? new Float32Array();
const gradientOf = (index: number, step: number): Float32Array =>
  GRADIENTS[step]?.[index] ?? new Float32Array();

/** All values and moments after three updates. */
function updated(clip: Scalar | number): Float32Array[] {
  const params: Variable[] = SIZES.map((_, i) => tidy(() => variable(tensor(start(i)))));
  const state = createAdamWState(params);
  for (let step = 1; step <= STEPS; step++) {
    tidy(() => {
      const gradients = params.map((_, i) => tensor(gradientOf(i, step)));
      const options = { ...OPTIONS, step, weightDecay: WEIGHT_DECAYS, clipScale: clip };
      adamW(params, gradients, state, options);
    });
  }
  const results = [...params, ...state.expAvg, ...state.expAvgSq].map((each) =>
    each.dataSync<'float32'>(),
  );
  for (const param of params) param.dispose();
  disposeAdamWState(state);
  return results;
}

/** The same in float64, for one parameter. */
function expectedValues(index: number): Float64Array {
  const { learningRate, beta1, beta2, epsilon } = OPTIONS;
  const values = Float64Array.from(start(index));
  const [expAvg, expAvgSq] = [new Float64Array(values.length), new Float64Array(values.length)];
  for (let step = 1; step <= STEPS; step++) {
    for (const [i, gradient] of gradientOf(index, step).entries()) {
      const clipped = gradient * CLIP;
      const m = (expAvg[i] ?? 0) * beta1 + clipped * (1 - beta1);
      const v = (expAvgSq[i] ?? 0) * beta2 + clipped ** 2 * (1 - beta2);
      [expAvg[i], expAvgSq[i]] = [m, v];
      const decayed = (values[i] ?? 0) * (1 - learningRate * (WEIGHT_DECAYS[index] ?? 0));
      const denominator = Math.sqrt(v / (1 - beta2 ** step)) + epsilon;
      values[i] = decayed - (learningRate * m) / (1 - beta1 ** step) / denominator;
    }
  }
  return values;
}

const EXPECTED = SIZES.map((_, i) => expectedValues(i));

describeKernelSets('adamW', FLOAT32_ONLY, ({ instructionSet }) => {
  test('three clipped updates of seven tensors, within 3e-7 of float64', () => {
    const results = tidy(() => updated(scalar(CLIP)));
    for (const [index, expected] of EXPECTED.entries()) {
      const actual = results[index] ?? new Float32Array();
      expect(actual).toHaveLength(expected.length);
      const errors = expected.map((value, i) => Math.abs(value - (actual[i] ?? NaN)));
      expect(errors.every((error) => error < 3e-7)).toBe(true);
    }
  });

  test('a moment below the smallest normal number becomes 0', () => {
    const param = tidy(() => variable(tensor([1, 1])));
    const state = createAdamWState([param]);
    state.expAvg[0]?.assign(tensor([1e-38, 1e-30]));
    tidy(() => {
      adamW([param], [tensor([0, 0])], state, { learningRate: 1, step: 1, beta1: 0.5 });
    });
    const [small = NaN, large = NaN] = state.expAvg[0]?.dataSync() ?? [];
    expect(small).toBe(0);
    expect(large).toBeCloseTo(5e-31, 37);
    param.dispose();
    disposeAdamWState(state);
  });

  test('what the user holds of a parameter stays as it was', () => {
    const values = Float32Array.of(1, 2, 3);
    const param = tidy(() => variable(tensor(values)));
    const before = param.dataSync<'float32'>();
    const state = createAdamWState([param]);
    tidy(() => {
      adamW([param], [tensor([1, 1, 1])], state, { learningRate: 0.1, step: 1 });
    });
    expect([...values, ...before]).toEqual([1, 2, 3, 1, 2, 3]);
    expect(param.dataSync()[0]).toBeCloseTo(0.899, 5);
    param.dispose();
    disposeAdamWState(state);
  });

  test('the number of threads changes nothing', () => {
    expectSameBits(instructionSet, () => updated(CLIP));
  });
});

describeKernelSets('globalNorm', FLOAT32_ONLY, ({ instructionSet }) => {
  const norm = (arrays: Float32Array[]): number =>
    tidy(() => globalNorm(arrays.map((each) => tensor(each))).dataSync()[0] ?? NaN);

  test('float64, rounded once', () => {
    const arrays = SIZES.map((_, i) => start(i));
    const squares = arrays.map((each) => each.reduce((sum, value) => sum + value ** 2, 0));
    const expected = Math.sqrt(squares.reduce((a, b) => a + b));
    // One unit in the last place, since the sums are taken in another order.
    expect(Math.abs(norm(arrays) - expected)).toBeLessThan(expected * 2 ** -23);
  });

  test('squares that float32 cannot hold, and clipping by them', () => {
    const large = Float32Array.of(3e30, 4e30);
    expect(norm([large]) / 5e30).toBeCloseTo(1, 6);
    expect(norm([Float32Array.of(3e-30, 4e-30)]) / 5e-30).toBeCloseTo(1, 6);
    const scale = tidy(() => clipScale(globalNorm([tensor(large)]), 1).dataSync()[0] ?? 0);
    expect(scale * 5e30).toBeCloseTo(1, 5);
  });

  test.each([NaN, Infinity, -Infinity])('%p anywhere comes through', (bad) => {
    for (const index of [0, 5, 16_390, 40_000]) {
      const values = randomFloats(40_001, 1);
      values[index] = bad;
      expect(norm([start(2), values])).toBe(Math.abs(bad));
    }
  });

  test('the number of threads changes no norm', () => {
    expectSameBits(instructionSet, () => [Float32Array.of(norm(SIZES.map((_, i) => start(i))))]);
  });
});

test('lists that do not fit are refused', () => {
  const addon = loadAddon();
  const two = (): Float32Array => new Float32Array(2);
  const numbers = [0.1, 0.9, 0.999, 1e-8, 0.1, 0.001];
  expect(() => {
    addon.adamW([0.1], [0], [two()], [two()], [two()], [two()], null);
  }).toThrow('adamW: argument hyperparameters must have 6 numbers.');
  expect(() => {
    addon.adamW(numbers, [], [two()], [two()], [two()], [two()], null);
  }).toThrow('adamW: argument weightDecays must have a number for each parameter.');
  expect(() => {
    addon.adamW(numbers, [0], [two()], [new Float32Array(3)], [two()], [two()], null);
  }).toThrow('adamW: argument gradients has 3 elements for parameter 0, which has 2.');
  expect(() => {
    addon.adamW(numbers, [0], [two()], [two()], [two()], [], null);
  }).toThrow('adamW: argument expAvgSqs must have an array for each parameter.');
  expect(() => {
    addon.globalNorm([new Int32Array(2) as unknown as Float32Array], new Float32Array(1));
  }).toThrow('globalNorm: argument arrays must hold Float32Arrays.');
});
