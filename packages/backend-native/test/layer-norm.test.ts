// MalmoiLayerNorm and its gradient against float64: rows that are no multiple of a vector or of the 512 elements whose
// dropout is kept together, with and without dropout and residual.
import { describe, expect, test } from '@jest/globals';
import { dropoutMask, layerNorm } from '@malmoi/ops';
import type { DropoutSpec } from '@malmoi/ops';
import { grad, tensor, tidy, valueAndGrads } from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';

import { loadAddon } from '../src/addon/load-addon.ts';
import { expectSameBits } from './bits.ts';
import { describeKernelSets, FLOAT32_ONLY } from './instruction-sets.ts';
import { randomFloats } from './random.ts';

const EPSILON = 1e-5;
const DROPOUT: DropoutSpec = { rate: 0.2, seed: 5, step: 3, site: 'output' };

interface Case {
  readonly rows: number;
  readonly hidden: number;
  readonly residual: boolean;
  readonly dropout: boolean;
}

const SIZES = [
  [1, 1],
  [3, 5],
  [2, 16],
  [70, 33],
  [5, 512],
  [40, 531],
];
const CASES: Case[] = SIZES.flatMap(([rows = 0, hidden = 0]) =>
  [false, true].flatMap((residual) =>
    [false, true].map((dropout) => ({ rows, hidden, residual, dropout })),
  ),
);

interface Data {
  readonly x: Float32Array;
  readonly gamma: Float32Array;
  readonly beta: Float32Array;
  readonly residual: Float32Array;
  readonly dy: Float32Array;
}

function dataOf({ rows, hidden }: Case): Data {
  return {
    x: randomFloats(rows * hidden, 1).map((value) => value + 3),
    gamma: randomFloats(hidden, 2),
    beta: randomFloats(hidden, 3),
    residual: randomFloats(rows * hidden, 4),
    dy: randomFloats(rows * hidden, 5),
  };
}

/** y, dx, dgamma, dbeta and, with a residual, its gradient. */
function computed(each: Case): Float32Array[] {
  const { x, gamma, beta, residual, dy } = dataOf(each);
  const shape: [number, number] = [each.rows, each.hidden];
  return tidy(() => {
    const run = (...inputs: Tensor[]): Tensor => {
      const [input, scale, shift, other] = inputs as [Tensor, Tensor, Tensor, Tensor?];
      return layerNorm(input, scale, shift, {
        epsilon: EPSILON,
        ...(other && { residual: other }),
        ...(each.dropout && { dropout: DROPOUT }),
      });
    };
    const inputs = [tensor(x, shape), tensor(gamma), tensor(beta)];
    if (each.residual) inputs.push(tensor(residual, shape));
    const { value, grads } = valueAndGrads(run)(inputs, tensor(dy, shape));
    return [value, ...grads].map((result) => result.dataSync<'float32'>());
  });
}

/** The same in float64, element by element. */
function expectedOf(each: Case): Float64Array[] {
  const { rows, hidden } = each;
  const data = dataOf(each);
  const mask = each.dropout
    ? dropoutMask(DROPOUT, rows * hidden)
    : new Float32Array(rows * hidden).fill(1);
  const [y, dx, dResidual] = [0, 1, 2].map(() => new Float64Array(rows * hidden)) as Triple;
  const [dGamma, dBeta] = [new Float64Array(hidden), new Float64Array(hidden)];
  const columns = Array.from({ length: hidden }, (_, i) => i);
  const mean = (of: (i: number) => number): number =>
    columns.reduce((sum, i) => sum + of(i), 0) / hidden;
  for (let row = 0; row < rows; row++) {
    const at = (array: ArrayLike<number>, i: number): number => array[row * hidden + i] ?? NaN;
    const gamma = (i: number): number => data.gamma[i] ?? NaN;
    const sum = (i: number): number =>
      at(data.x, i) * at(mask, i) + (each.residual ? at(data.residual, i) : 0);
    const center = mean(sum);
    const deviation = Math.sqrt(mean((i) => (sum(i) - center) ** 2) + EPSILON);
    const normalized = (i: number): number => (sum(i) - center) / deviation;
    const offset = mean((i) => at(data.dy, i) * gamma(i));
    const slope = mean((i) => at(data.dy, i) * gamma(i) * normalized(i));
    for (const i of columns) {
      const d = at(data.dy, i) * gamma(i) - offset - normalized(i) * slope;
      y[row * hidden + i] = normalized(i) * gamma(i) + (data.beta[i] ?? NaN);
      dResidual[row * hidden + i] = d / deviation;
      dx[row * hidden + i] = (d / deviation) * at(mask, i);
      dGamma[i] = (dGamma[i] ?? 0) + at(data.dy, i) * normalized(i);
      dBeta[i] = (dBeta[i] ?? 0) + at(data.dy, i);
    }
  }
  return [y, dx, dGamma, dBeta, ...(each.residual ? [dResidual] : [])];
}

type Triple = [Float64Array, Float64Array, Float64Array];

/** The largest difference, relative to the largest number where that is above 1. */
function largestError(actual: Float32Array, expected: Float64Array): number {
  const scale = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
  return expected.reduce((worst, value, i) => {
    const error = Math.abs(value - (actual[i] ?? NaN)) / scale;
    return Number.isNaN(error) ? Infinity : Math.max(worst, error);
  }, 0);
}

const EXPECTED = new Map(CASES.map((each) => [each, expectedOf(each)]));

describeKernelSets('layerNorm', FLOAT32_ONLY, ({ instructionSet }) => {
  test.each(CASES)('$rows x $hidden, residual $residual, dropout $dropout', (each) => {
    const actual = computed(each);
    const expected = EXPECTED.get(each) ?? [];
    expect(actual.map(({ length }) => length)).toEqual(expected.map(({ length }) => length));
    for (const [i, values] of expected.entries()) {
      expect(largestError(actual[i] ?? new Float32Array(), values)).toBeLessThan(2e-6);
    }
  });

  test('a row of one element, whose dropout is rounded, is still constant in the gradient', () => {
    const ones = new Float32Array(64).fill(1);
    const dGamma = tidy(() => {
      const x = tensor(randomFloats(64, 8), [64, 1]);
      const run = (gamma: Tensor): Tensor =>
        layerNorm(x, gamma, tensor([0]), { epsilon: 1e-12, dropout: DROPOUT });
      return grad(run)(tensor([1]), tensor(ones, [64, 1])).dataSync<'float32'>();
    });
    expect([...dGamma]).toEqual([0]);
  });

  test('no rows', () => {
    const [y, dx, dGamma, dBeta] = computed({ rows: 0, hidden: 7, residual: true, dropout: true });
    expect([y?.length, dx?.length]).toEqual([0, 0]);
    expect([...(dGamma ?? []), ...(dBeta ?? [])]).toEqual(Array<number>(14).fill(0));
  });

  test.each([NaN, Infinity])('%p spoils its own row and no other', (bad) => {
    const x = randomFloats(3 * 40, 1);
    x[41] = bad;
    const parameters = [tensor(randomFloats(40, 2)), tensor(randomFloats(40, 3))] as const;
    const y = tidy(() => layerNorm(tensor(x, [3, 40]), ...parameters).dataSync<'float32'>());
    expect(y.findIndex((value) => Number.isNaN(value))).toBe(40);
    expect(y.subarray(40, 80).every((value) => Number.isNaN(value))).toBe(true);
    expect(y.subarray(80).every((value) => Number.isFinite(value))).toBe(true);
    for (const each of parameters) each.dispose();
  });

  describe('the number of threads changes nothing', () => {
    test.each([true, false])('dropout %p', (dropout) => {
      const each = { rows: 1037, hidden: 70, residual: true, dropout };
      expectSameBits(instructionSet, () => computed(each));
    });
  });
});

test('what dropout keeps is not forgotten', () => {
  const floats = (size: number): Float32Array => new Float32Array(size);
  const call = (kept: Int32Array | null): void => {
    loadAddon().layerNormGradient(
      ...([2, 4, [1, 2, 0, 0, 0, 0, 0], floats(8), floats(8), null, floats(4)] as const),
      ...([floats(4), kept, floats(8), floats(4), floats(4), null] as const),
    );
  };
  expect(() => {
    call(null);
  }).toThrow('layerNormGradient: argument kept is needed for dropout.');
  expect(() => {
    call(new Int32Array(31));
  }).toThrow('layerNormGradient: argument kept has 31 elements where 32 are expected.');
});
