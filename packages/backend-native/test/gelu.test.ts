// MalmoiGelu and its gradient, and the elementary functions that they and dense layers are made of, against float64.
import { expect, test } from '@jest/globals';
import { dense, gelu } from '@malmoi/ops';
import type { GeluApproximation } from '@malmoi/ops';
import { ones, tensor, tidy, valueAndGrad } from '@tensorflow/tfjs-core';

import { expectSameBits } from './bits.ts';
import { describeKernelSets, FLOAT32_ONLY } from './instruction-sets.ts';
import { randomFloats } from './random.ts';
import { ACTIVATIONS, cumulative } from './support/activation-reference.ts';

const FORMS = { none: ACTIVATIONS.gelu, tanh: ACTIVATIONS.gelu_tanh };

/** Every number of quarter steps of 2^-10 from -10 to 10, and what lies beyond. */
const GRID = Float32Array.from({ length: 40_961 }, (_, i) => (i - 20_480) / 2048);

function computed(x: Float32Array, form: GeluApproximation): [Float32Array, Float32Array] {
  return tidy(() => {
    const run = valueAndGrad((input) => gelu(input, form));
    const { value, grad } = run(tensor(x), ones([x.length]));
    return [value.dataSync<'float32'>(), grad.dataSync<'float32'>()];
  });
}

function largestError(x: Float32Array, y: Float32Array, expected: (x: number) => number): number {
  expect(y).toHaveLength(x.length);
  return x.reduce((worst, each, i) => {
    const error = Math.abs((y[i] ?? NaN) - expected(each));
    return Number.isNaN(error) ? Infinity : Math.max(worst, error);
  }, 0);
}

test('the reference: Phi(1), Phi(-2) and Phi(-6) of tables', () => {
  expect(cumulative(1)).toBeCloseTo(0.841344746068543, 14);
  expect(cumulative(-2)).toBeCloseTo(0.0227501319481792, 15);
  expect(cumulative(-6) / 9.865876450377e-10).toBeCloseTo(1, 11);
});

describeKernelSets('gelu', FLOAT32_ONLY, ({ instructionSet }) => {
  test.each(['none', 'tanh'] as const)(
    '%s: within 7e-7 of float64 from -10 to 10, its derivative within 4e-7',
    (form) => {
      const [y, slope] = computed(GRID, form);
      expect(largestError(GRID, y, FORMS[form].value)).toBeLessThan(7e-7);
      expect(largestError(GRID, slope, FORMS[form].slope)).toBeLessThan(4e-7);
    },
  );

  test.each(['none', 'tanh'] as const)('%s: relative error below 2e-5 far to the left', (form) => {
    const left = GRID.filter((x) => x < -1 && x > -7);
    const [y] = computed(left, form);
    const ratios = left.map((x, i) => Math.abs((y[i] ?? NaN) / FORMS[form].value(x) - 1));
    expect(ratios.every((ratio) => ratio < 2e-5)).toBe(true);
  });

  test.each(['none', 'tanh'] as const)('%s: NaN and Infinity', (form) => {
    const [y] = computed(Float32Array.of(NaN, Infinity, 1e20, -1e20, 0), form);
    expect([...y].map((value) => value + 0)).toEqual([NaN, Infinity, Math.fround(1e20), 0, 0]);
  });

  test.each([0, 1, 7, 16, 8191, 8193])('%i elements', (size) => {
    const x = randomFloats(size, 1);
    const [y, slope] = computed(x, 'none');
    expect(largestError(x, y, FORMS.none.value)).toBeLessThan(3e-7);
    expect(largestError(x, slope, FORMS.none.slope)).toBeLessThan(4e-7);
  });

  test('the number of threads changes nothing', () => {
    const x = randomFloats(30_001, 3);
    expectSameBits(instructionSet, () => [...computed(x, 'none'), ...computed(x, 'tanh')]);
  });
});

describeKernelSets('tanh of a dense layer', FLOAT32_ONLY, () => {
  test('relative error below 5e-7, never beyond 1', () => {
    const x = GRID.filter((value) => value !== 0);
    const y = tidy(() =>
      dense(tensor(x, [x.length, 1]), ones([1, 1]), null, {
        activation: 'tanh',
      }).dataSync<'float32'>(),
    );
    const ratios = y.map((value, i) => Math.abs(value / Math.tanh(x[i] ?? NaN) - 1));
    expect(ratios.every((ratio) => ratio < 5e-7)).toBe(true);
    expect(y.every((value) => Math.abs(value) <= 1)).toBe(true);
  });
});
