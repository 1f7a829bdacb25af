// Large matrix products against sums in float64, in the ways that they are divided: by blocks, by depth. What holds for
// products of any size is in properties/matrix-product.test.ts.
import { describe, expect, test } from '@jest/globals';

import { loadAddon } from '../src/addon/load-addon.ts';
import { registerNativeBackend } from '../src/index.ts';
import { expectEqualBits } from './bits.ts';
import { describeKernelSets, PRECISIONS } from './instruction-sets.ts';
import type { KernelSet } from './instruction-sets.ts';
import { randomFloats } from './random.ts';

interface Product {
  readonly rows: number;
  readonly columns: number;
  readonly depth: number;
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

const LINEAR = 0;

describeKernelSets('matMul', PRECISIONS, (set) => {
  test.each<Product>([
    // By blocks of rows and columns, over several blocks of depth.
    { rows: 413, columns: 67, depth: 700, transposeA: false, transposeB: true },
    { rows: 67, columns: 413, depth: 1100, transposeA: true, transposeB: false },
    // By depth.
    { rows: 65, columns: 33, depth: 2077, transposeA: true, transposeB: false },
    { rows: 1, columns: 1, depth: 40_000, transposeA: false, transposeB: false },
    // One row, as in the pooler of one sequence.
    { rows: 1, columns: 129, depth: 257, transposeA: false, transposeB: true },
  ])('$rows x $columns x $depth', (product) => {
    expect(largestError(product, set)).toBeLessThan(set.tolerance);
  });

  test('the result is the same for any number of threads', () => {
    const product = { rows: 131, columns: 77, depth: 2050, transposeA: true, transposeB: false };
    const results = [1, 2, 3, 8].map((threads) => {
      set.addon.setThreads(threads);
      return multiply(product, set).result;
    });
    set.addon.setThreads(2);
    for (const result of results) expectEqualBits(result, results[0]);
  });

  test('an empty depth gives the bias', () => {
    const c = new Float32Array(6).fill(9);
    const bias = Float32Array.of(1, 2, 3);
    const empty = new Float32Array(0);
    const { precision } = set;
    const code = precision === 'float32' ? 0 : 1;
    // prettier-ignore
    set.addon.matMul(1, 2, 3, 0, false, false, false, false, LINEAR, code, empty, empty, c, bias, null);
    expect([...c]).toEqual([1, 2, 3, 1, 2, 3]);
  });
});

describe('arguments of the addon', () => {
  const x = new Float32Array(6);

  test.each([
    [
      'an array too short',
      [1, 2, 3, 4, false, false, false, false, 0, 0, x, x, x],
      /matMul: argument a has 6 elements where 8/,
    ],
    [
      'another kind of array',
      [1, 2, 3, 1, false, false, false, false, 0, 0, new Int32Array(2)],
      /argument a must be a Float32Array/,
    ],
    ['a negative size', [1, -2], /argument rows must be an integer from 0/],
    ['a fraction', [1, 2.5], /argument rows must be an integer/],
    [
      'an unknown activation',
      [1, 2, 3, 1, false, false, false, false, 9],
      /argument activation must be an integer from 0 to 4/,
    ],
    [
      'sizes beyond any memory',
      [2 ** 40, 2 ** 40, 3, 1, false, false, false, false, 0, 0],
      /argument a is too large/,
    ],
    ['nothing', [], /argument batch must be a number/],
  ])('%s', (_title, args, message) => {
    registerNativeBackend({ precision: 'float32' });
    const { matMul: call } = addonFunctions();
    expect(() => call?.(...args)).toThrow(message);
  });
});

function addonFunctions(): Record<string, (...args: unknown[]) => unknown> {
  return loadAddon() as unknown as Record<string, (...args: unknown[]) => unknown>;
}

function multiply(
  product: Product,
  { addon, precision }: KernelSet,
): { a: Float32Array; b: Float32Array; result: Float32Array } {
  const { rows, columns, depth, transposeA, transposeB } = product;
  const a = randomFloats(rows * depth, 1);
  const b = randomFloats(depth * columns, 2);
  const result = new Float32Array(rows * columns);
  const code = precision === 'float32' ? 0 : 1;
  // prettier-ignore
  addon.matMul(1, rows, columns, depth, transposeA, transposeB, false, false, LINEAR, code, a, b, result, null, null);
  return { a, b, result };
}

function largestError(product: Product, set: KernelSet): number {
  const { a, b, result } = multiply(product, set);
  return relativeError(product, a, b, result);
}

/**
 * The largest error relative to what the terms of a sum add up to without their signs, which is the scale of
 * rounding errors. Of a large result, a part is looked at: every row and every column, but not each pair.
 */
function relativeError(
  { rows, columns, depth, transposeA, transposeB }: Product,
  a: Float32Array,
  b: Float32Array,
  actual: Float32Array,
): number {
  const stride = Math.ceil((rows * columns) / 1000);
  let largest = 0;
  for (let index = 0; index < rows * columns; index += stride) {
    const column = index % columns;
    const row = (index - column) / columns;
    let sum = 0;
    let scale = 0;
    for (let k = 0; k < depth; k++) {
      const left = a[transposeA ? k * rows + row : row * depth + k] ?? NaN;
      const term = left * (b[transposeB ? column * depth + k : k * columns + column] ?? NaN);
      sum += term;
      scale += Math.abs(term);
    }
    const error = Math.abs((actual[index] ?? NaN) - sum) / scale;
    // Also true for NaN, which must not pass.
    if (!(error <= largest)) largest = error;
  }
  return largest;
}
