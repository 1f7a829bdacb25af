// Reductions over any set of axes, softmax and what is like it, of float32 with NaN and infinities, int32 and bool, against
// the CPU backend, which adds in float64.
import { beforeAll, describe, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
// Registers gradients.
import '@malmoi/ops';
import fc from 'fast-check';

import { registerBackends } from '../support/backends.ts';
import { EXACT, expectSameAsCpu, FLOAT32, type Tolerance } from '../support/compare.ts';
import { axisSizes, type HostDtype, hostTensor, type Kind, seeds } from '../support/host-tensor.ts';

beforeAll(registerBackends);

type Reduction = (x: Tensor, axes: number[], keepDims: boolean) => Tensor;

/** One to four axes, without an empty one: the CPU backend's Max and Mean of nothing are not defined. */
const shapes = fc.oneof(
  fc.tuple(axisSizes),
  fc.tuple(axisSizes, axisSizes),
  fc.tuple(fc.integer({ min: 1, max: 5 }), axisSizes, fc.integer({ min: 1, max: 9 })),
  fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 4, maxLength: 4 }),
);

/** A shape, the axes to reduce, in any order and counted from either end. */
const reductions = shapes.chain((shape) =>
  fc.record({
    shape: fc.constant(shape),
    axes: fc
      .shuffledSubarray(
        shape.map((_, axis) => axis),
        { minLength: 1 },
      )
      .chain((axes) => fc.tuple(...axes.map((axis) => fc.constantFrom(axis, axis - shape.length)))),
    keepDims: fc.boolean(),
    seed: seeds,
  }),
);

function expectReduction(
  op: Reduction,
  dtype: HostDtype,
  kind: Kind,
  tolerance: Tolerance,
): Promise<void> {
  return fc.assert(
    fc.asyncProperty(reductions, ({ shape, axes, keepDims, seed }) =>
      expectSameAsCpu(
        [hostTensor(shape, { dtype, kind, seed })],
        (x) => op(x, axes, keepDims),
        tolerance,
      ),
    ),
    { numRuns: 40 },
  );
}

describe('of float32', () => {
  const extremes = { max: tf.max, min: tf.min };
  test.each(Object.entries(extremes))('%s, NaN and infinities included', (_, op) =>
    expectReduction(op, 'float32', 'special', EXACT),
  );

  test('sum is exact where float32 can be, NaN and infinities included', () =>
    expectReduction(tf.sum, 'float32', 'nonFinite', EXACT));

  test('sum does not lose what float32 holds', () =>
    // 4,900 elements at most, of 4 at most.
    expectReduction(tf.sum, 'float32', 'real', { absolute: 1e-4, relative: 1e-6 }));

  test('mean, NaN and infinities included', () =>
    expectReduction(tf.mean, 'float32', 'nonFinite', FLOAT32));

  test('prod', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 30 }), seeds, (size, seed) =>
        expectSameAsCpu([hostTensor([3, size], { kind: 'real', seed })], (x) => tf.prod(x, 1), {
          absolute: 1e-30,
          relative: 1e-5,
        }),
      ),
      { numRuns: 30 },
    );
  });

  test('a sum of many numbers', async () => {
    await expectSameAsCpu([hostTensor([300_007], { kind: 'exact' })], (x) => tf.sum(x), EXACT);
  });
});

describe('of int32 and bool', () => {
  const ops = { sum: tf.sum, max: tf.max, min: tf.min };
  test.each(Object.entries(ops))('%s of int32', (_, op) =>
    expectReduction(op, 'int32', 'real', EXACT),
  );

  const logical = { all: tf.all, any: tf.any, sum: tf.sum, mean: tf.mean };
  test.each(Object.entries(logical))('%s of bool', (_, op) =>
    expectReduction(op, 'bool', 'exact', FLOAT32),
  );
});

describe('along one axis', () => {
  const alongAxis = shapes.chain((shape) =>
    fc.record({
      shape: fc.constant(shape),
      axis: fc.integer({ min: 0, max: shape.length - 1 }),
      seed: seeds,
    }),
  );

  const indices = { argMax: tf.argMax, argMin: tf.argMin };
  test.each(Object.entries(indices))('%s takes the first of equals', async (_, op) => {
    await fc.assert(
      fc.asyncProperty(alongAxis, ({ shape, axis, seed }) =>
        expectSameAsCpu([hostTensor(shape, { kind: 'exact', seed })], (x) => op(x, axis)),
      ),
      { numRuns: 40 },
    );
  });

  const sums = { cumsum: tf.cumsum, logSumExp: tf.logSumExp };
  test.each(Object.entries(sums))('%s', async (_, op) => {
    await fc.assert(
      fc.asyncProperty(alongAxis, ({ shape, axis, seed }) =>
        expectSameAsCpu([hostTensor(shape, { kind: 'exact', seed })], (x) => op(x, axis), FLOAT32),
      ),
      { numRuns: 40 },
    );
  });
});

describe('along the last axis', () => {
  const ops = { softmax: tf.softmax, logSoftmax: tf.logSoftmax };
  const kinds = fc.constantFrom<Kind[]>('real', 'nonFinite');
  test.each(Object.entries(ops))('%s, NaN and infinities included', async (_, op) => {
    await fc.assert(
      fc.asyncProperty(shapes, kinds, seeds, (shape, kind, seed) =>
        expectSameAsCpu([hostTensor(shape, { kind, seed })], (x) => op(x), FLOAT32),
      ),
      { numRuns: 60 },
    );
  });

  test('softmax and its gradient, of rows far from 0', async () => {
    await fc.assert(
      fc.asyncProperty(shapes, fc.integer({ min: -1000, max: 1000 }), seeds, (shape, far, seed) =>
        expectSameAsCpu(
          [hostTensor(shape, { kind: 'exact', seed }), hostTensor(shape, { seed: seed + 1 })],
          (x, dy) => {
            const { value, grad } = tf.valueAndGrad((logits: Tensor) => tf.softmax(logits))(
              tf.add(x, far),
              dy,
            );
            return [value, grad];
          },
          FLOAT32,
        ),
      ),
      { numRuns: 40 },
    );
  });
});
