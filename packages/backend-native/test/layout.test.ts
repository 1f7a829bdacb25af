// Kernels that move elements and look rows up, against the CPU backend. What holds for any shape is in
// properties/data-movement.test.ts, conversions in properties/unary.test.ts.
import { expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import fc from 'fast-check';

import { loadAddon } from '../src/addon/load-addon.ts';
import { expectAsOnCpu } from './against-cpu.ts';
import { expectSameBits } from './bits.ts';
import { describeKernelSets, FLOAT32_ONLY } from './instruction-sets.ts';
import { randomFloats } from './random.ts';

const DTYPES = ['float32', 'int32', 'bool'] as const;

const floats = (shape: number[]): Tensor =>
  tf.tensor(randomFloats(tf.util.sizeFromShape(shape), 1), shape);

/** 0, 1, 2, ... of a dtype. */
function counting(shape: number[], dtype: (typeof DTYPES)[number]): Tensor {
  const size = tf.util.sizeFromShape(shape);
  const values = Array.from({ length: size }, (_, i) => (dtype === 'bool' ? (i % 3) % 2 : i));
  return tf.tensor(values, shape, dtype);
}

const smallShape = fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 5 });
const dtype = fc.constantFrom(...DTYPES);
const RUNS = { numRuns: 20, seed: 1 };

/** Each number with two others for it. */
const perAxis = (shape: number[], most: (size: number) => number): fc.Arbitrary<number[][]> =>
  fc.tuple(
    ...shape.map((size) =>
      fc.tuple(fc.integer({ min: 0, max: most(size) }), fc.integer({ min: 0, max: most(size) })),
    ),
  );

describeKernelSets('layout kernels', FLOAT32_ONLY, ({ instructionSet }) => {
  test('transpose of what is cut into tiles', async () => {
    for (const [shape, permutation] of [
      [
        [2, 67, 4, 33],
        [0, 2, 1, 3],
      ],
      [
        [130, 131],
        [1, 0],
      ],
      [
        [3, 65, 129],
        [0, 2, 1],
      ],
      [
        [9, 33, 35],
        [2, 0, 1],
      ],
      [
        [9, 33, 35],
        [2, 1, 0],
      ],
    ] as [number[], number[]][]) {
      await expectAsOnCpu(() => tf.transpose(counting(shape, 'float32'), permutation));
    }
  });

  test('pad and tile', async () => {
    const arbitrary = smallShape.chain((shape) =>
      fc.tuple(
        fc.constant(shape),
        perAxis(shape, () => 3),
        dtype,
      ),
    );
    await fc.assert(
      fc.asyncProperty(arbitrary, async ([shape, numbers, type]) => {
        const x = (): Tensor => counting(shape, type);
        await expectAsOnCpu(() => tf.pad(x(), numbers as [number, number][], 1));
        await expectAsOnCpu(() =>
          tf.tile(
            x(),
            numbers.map(([first = 0]) => first + 1),
          ),
        );
      }),
      RUNS,
    );
  });

  test('stack and unstack along every axis', async () => {
    for (const type of DTYPES) {
      for (const axis of [0, 1, 2]) {
        await expectAsOnCpu(() =>
          tf.stack(
            [1, 2, 3].map(() => counting([3, 4], type)),
            axis,
          ),
        );
        await expectAsOnCpu(() => tf.unstack(counting([3, 4, 6], type), axis));
      }
    }
  });

  test('gather by a matrix of indices', async () => {
    const indices = (): Tensor => tf.tensor([2, 0, 0, 1, 2, 2], [3, 2], 'int32');
    for (const type of DTYPES) {
      await expectAsOnCpu(() => tf.gather(counting([3, 4, 5], type), indices(), 1));
    }
  });

  test('gather refuses what is no row', () => {
    for (const index of [-1, 3]) {
      const call = (): void => {
        tf.tidy(() => tf.gather(floats([3, 5]), tf.tensor([0, index], [2], 'int32')));
      };
      expect(call).toThrow(`GatherV2: the index value ${index} is not in [0, 2]`);
    }
  });

  test('rows are added up where they belong', async () => {
    const ids = (): Tensor<tf.Rank.R1> => tf.tensor1d([2, 0, 2, 7, -1, 0, 2], 'int32');
    await expectAsOnCpu(() => tf.unsortedSegmentSum(floats([7, 19]), ids(), 4), 1e-6);
    await expectAsOnCpu(() => tf.unsortedSegmentSum(floats([7]), ids(), 4), 1e-6);
    const pairs = (): Tensor => tf.tensor([1, 2, 0, 0, 1, 2], [3, 2], 'int32');
    await expectAsOnCpu(() => tf.scatterND(pairs(), floats([3, 5]), [2, 3, 5]), 1e-6);
    await expectAsOnCpu(() => tf.scatterND(pairs(), floats([3]), [2, 3]), 1e-6);
    const outside = (): void => {
      tf.tidy(() => tf.scatterND(pairs(), floats([3]), [2, 2]));
    };
    expect(outside).toThrow('Invalid indices');
  });

  test('constants', async () => {
    for (const type of DTYPES) {
      await expectAsOnCpu(() => tf.fill([3, 7], 1, type));
      await expectAsOnCpu(() => [
        tf.zerosLike(counting([5], type)),
        tf.onesLike(counting([5], type)),
      ]);
      await expectAsOnCpu(() => tf.oneHot(tf.tensor1d([1, 3, -1, 0], 'int32'), 3, 1, 0, type));
    }
  });

  test('the number of threads changes nothing', () => {
    const ids = Int32Array.from(randomFloats(3_000, 5), (value) => Math.abs(value) * 500);
    expectSameBits(instructionSet, () =>
      tf.tidy(() =>
        [
          tf.unsortedSegmentSum(floats([3_000, 65]), tf.tensor1d(ids, 'int32'), 500),
          tf.transpose(floats([300, 200])),
        ].map((each) => each.dataSync<'float32'>()),
      ),
    );
  });
});

test('the addon refuses walks that leave an array', () => {
  const addon = loadAddon();
  const six = (): Float32Array => new Float32Array(6);
  const walk = (steps: number[], offset: number) => () => {
    addon.copyStrided([2, 3], steps, [3, 1], offset, 0, 6, 6, six(), six());
  };
  expect(walk([3, 1], 0)).not.toThrow();
  expect(walk([3, 1], 1)).toThrow(/argument fromSteps reach beyond the end of from/);
  expect(walk([4, 1], 0)).toThrow(/fromSteps reach beyond/);
  expect(walk([3], 0)).toThrow(/fromSteps must have as many axes as sizes/);
  expect(() => {
    addon.copyStrided([2, 3], [3, 1], [3, 1], 0, 1, 6, 6, six(), six());
  }).toThrow(/toSteps reach beyond the end of to/);
  expect(() => {
    addon.copyStrided([6], [1], [1], 0, 0, 6, 6, six(), new Int32Array(6));
  }).toThrow(/argument to must hold elements of the type of from/);
  expect(() => {
    addon.cast(6, six(), six());
  }).toThrow(/argument to must hold elements of another type/);
});
