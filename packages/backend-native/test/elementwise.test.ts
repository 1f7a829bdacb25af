// Arithmetic and comparisons of special numbers against the CPU backend, approximated functions against float64. What
// holds for any shapes is in properties/binary.test.ts and properties/unary.test.ts.
import { expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';

import { loadAddon } from '../src/addon/load-addon.ts';
import { expectAsOnCpu, expectClose } from './against-cpu.ts';
import { expectSameBits } from './bits.ts';
import { describeKernelSets, FLOAT32_ONLY } from './instruction-sets.ts';
import { randomFloats } from './random.ts';

type Binary = (a: Tensor, b: Tensor) => Tensor;
type Unary = (x: Tensor) => Tensor;

const ARITHMETIC: Record<string, Binary> = {
  add: tf.add,
  sub: tf.sub,
  mul: tf.mul,
  maximum: tf.maximum,
  minimum: tf.minimum,
};
const DIVISION: Record<string, Binary> = { div: tf.div };
const COMPARISONS: Record<string, Binary> = {
  equal: tf.equal,
  notEqual: tf.notEqual,
  greater: tf.greater,
  greaterEqual: tf.greaterEqual,
  less: tf.less,
  lessEqual: tf.lessEqual,
};
const FLOATS = [NaN, Infinity, -Infinity, 0, -0, 1, -1, 2.5, 1e-45, -3e38, 3e38];
const INTS = [0, 1, -1, 7, 46_341, 65_537, 123_456_789, 2 ** 31 - 1, -(2 ** 31)];

const floats = (shape: number[], seed: number): Tensor =>
  tf.tensor(randomFloats(tf.util.sizeFromShape(shape), seed), shape);

/** Every pair of two of the numbers, as a column and a row. */
function pairs(values: number[], dtype: 'float32' | 'int32'): [Tensor, Tensor] {
  return [tf.tensor(values, [values.length, 1], dtype), tf.tensor(values, [values.length], dtype)];
}

/** Functions, what they should give, and the error allowed, relative to the larger of 1 and the value. */
const FUNCTIONS: [string, Unary, (x: number) => number, number][] = [
  ['sqrt', tf.sqrt, (x) => Math.fround(Math.sqrt(x)), 0],
  ['rsqrt', tf.rsqrt, (x) => 1 / Math.sqrt(x), 2e-7],
  ['reciprocal', tf.reciprocal, (x) => Math.fround(1 / x), 0],
  ['exp', tf.exp, Math.exp, 3e-7],
  ['log', tf.log, Math.log, 2e-7],
  ['tanh', tf.tanh, Math.tanh, 2e-7],
  ['sigmoid', tf.sigmoid, (x) => 1 / (1 + Math.exp(-x)), 2e-7],
];

/** Sizes around vectors and tasks. */
const SIZES = [0, 1, 15, 16, 17, 16_385];

/** Numbers from everywhere: small, large, subnormal and not finite. */
function anyFloats(size: number): Float32Array {
  return randomFloats(size, 3).map((value, i) => FLOATS[i % 29] ?? value * 2 ** ((i % 37) - 12));
}

describeKernelSets('element-wise kernels', FLOAT32_ONLY, ({ instructionSet }) => {
  test.each(Object.entries({ ...ARITHMETIC, ...DIVISION, ...COMPARISONS }))(
    '%s of special numbers',
    async (_name, op) => {
      await expectAsOnCpu(() => op(...pairs(FLOATS, 'float32')));
      await expectAsOnCpu(() => op(...pairs(INTS, 'int32')));
    },
  );

  test.each(FUNCTIONS)('%s', (_name, op, reference, tolerance) => {
    for (const size of SIZES) {
      const x = anyFloats(size);
      const actual = tf.tidy(() => op(tf.tensor(x)).dataSync());
      expectClose(actual, Float32Array.from(x, reference), tolerance);
    }
  });

  test('addN', async () => {
    for (const size of SIZES) {
      await expectAsOnCpu(() => tf.addN([1, 2, 3].map((seed) => floats([size], seed))));
    }
    await expectAsOnCpu(() => tf.addN([tf.tensor([-0]), tf.tensor([-0])]));
  });

  test('the number of threads changes nothing', () => {
    expectSameBits(instructionSet, () =>
      tf.tidy(() => {
        const x = floats([100_003], 1);
        const y = floats([301, 333], 2);
        return [tf.exp(x), tf.add(x, x), tf.mul(y, floats([301, 1], 3))].map((each) =>
          each.dataSync<'float32'>(),
        );
      }),
    );
  });
});

test('the addon refuses arrays that do not match their shapes', () => {
  const addon = loadAddon();
  const five = new Float32Array(5);
  expect(() => {
    addon.binaryFloats(0, [5], [4], five, new Float32Array(4), five);
  }).toThrow(/binaryFloats: argument bShape does not broadcast/);
  expect(() => {
    addon.binaryFloats(0, [5], [1], five, new Float32Array(1), new Float32Array(4));
  }).toThrow(/argument out has 4 elements where 5 are expected/);
  expect(() => {
    addon.binaryInts(6, [1], [1], new Int32Array(1), new Int32Array(1), new Int32Array(1));
  }).toThrow(/argument op must be an integer from 0 to 4/);
  expect(() => {
    addon.unary(0, 5, 0, 0, five, new Float32Array(6));
  }).toThrow(/argument out has 6 elements/);
  expect(() => {
    addon.addAll(5, [five, new Float32Array(3)], five);
  }).toThrow(/argument inputs holds an array of 3 elements where 5 are expected/);
});
