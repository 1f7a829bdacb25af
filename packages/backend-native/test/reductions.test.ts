// Reductions of many elements and of special ones, softmax and argMax, against the CPU backend. What holds for any shape
// and axes is in properties/reductions.test.ts.
import { expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';

import { expectAsOnCpu } from './against-cpu.ts';
import { expectSameBits } from './bits.ts';
import { describeKernelSets, FLOAT32_ONLY } from './instruction-sets.ts';
import { randomFloats } from './random.ts';

type Reduction = (x: Tensor, axis?: number | number[], keepDims?: boolean) => Tensor;

const FLOAT_REDUCTIONS: [string, Reduction, number][] = [
  ['sum', tf.sum, 1e-6],
  ['mean', tf.mean, 1e-6],
  ['max', tf.max, 0],
  ['min', tf.min, 0],
];
const INT_REDUCTIONS: [string, Reduction][] = [
  ['sum', tf.sum],
  ['max', tf.max],
  ['min', tf.min],
];

const floats = (shape: number[]): Tensor =>
  tf.tensor(randomFloats(tf.util.sizeFromShape(shape), 1), shape);

/** Shapes and axes that are longer than a piece, a block of columns or a vector. */
const LARGE: [number[], number][] = [
  [[33_001], 0],
  [[3, 33_001], 1],
  [[11_001, 3], 0],
  [[70, 1_025], 0],
  [[2, 70, 515], 1],
];

describeKernelSets('reductions', FLOAT32_ONLY, ({ instructionSet }) => {
  test.each(FLOAT_REDUCTIONS)('%s of many elements', async (_name, reduce, tolerance) => {
    for (const [shape, axis] of LARGE) {
      await expectAsOnCpu(() => reduce(floats(shape), axis), tolerance);
    }
  });

  test.each(INT_REDUCTIONS)('%s of int32, overflow included', async (_name, reduce) => {
    const values = randomFloats(120, 3).map((value) => value * 2 ** 31);
    const x = (): Tensor => tf.tensor(Int32Array.from(values), [4, 5, 6], 'int32');
    for (const axes of [[0], [1], [2], [0, 2], [0, 1, 2]]) {
      await expectAsOnCpu(() => reduce(x(), axes));
    }
  });

  test('sums of nothing', async () => {
    await expectAsOnCpu(() => tf.sum(tf.zeros([3, 0]), 1));
    await expectAsOnCpu(() => tf.mean(tf.zeros([0, 3]), 0));
  });

  test('a sum does not lose small terms', () => {
    const values = new Float32Array(100_000).fill(0.1);
    const sum = tf.tidy(() => tf.sum(tf.tensor(values)).dataSync()[0]);
    expect(sum).toBe(Math.fround(100_000 * Math.fround(0.1)));
  });

  test('softmax', async () => {
    for (const shape of [
      [2, 3, 1_001],
      [70, 300],
    ]) {
      await expectAsOnCpu(() => tf.softmax(tf.mul(floats(shape), 30)), 1e-6);
    }
    const rows = [
      [NaN, 1, 2],
      [Infinity, 1, 2],
      [-Infinity, -Infinity, -Infinity],
      [-Infinity, 1e4, -1e4],
    ];
    await expectAsOnCpu(() => tf.softmax(tf.tensor(rows)), 1e-6);
  });

  test('argMax of rows with NaN', async () => {
    const rows = [
      [NaN, 1, 2],
      [1, NaN, 2],
      [-Infinity, -Infinity, NaN],
      [0, -0, 0],
    ];
    await expectAsOnCpu(() => tf.argMax(tf.tensor(rows), 1));
  });

  test('the number of threads changes nothing', () => {
    expectSameBits(instructionSet, () =>
      tf.tidy(() =>
        [
          ...LARGE.map(([shape, axis]) => tf.sum(floats(shape), axis)),
          tf.softmax(floats([70, 300])),
        ].map((each) => each.dataSync<'float32'>()),
      ),
    );
  });
});
