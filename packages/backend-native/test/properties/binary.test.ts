// Operations on two tensors with broadcasting: every way in which axes can be missing or 1 on either side, in float32 with
// NaN and infinities, int32 with its extremes and zero divisors, and bool, against the CPU backend.
import { beforeAll, describe, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import fc from 'fast-check';

import { registerBackends } from '../support/backends.ts';
import { EXACT, expectSameAsCpu, type Tolerance } from '../support/compare.ts';
import {
  axisSizes,
  axisSizesOrEmpty,
  type HostDtype,
  hostTensor,
  type Kind,
  seeds,
} from '../support/host-tensor.ts';

beforeAll(registerBackends);

type Binary = (a: Tensor, b: Tensor) => Tensor;

/** A shape, and which of its axes (from the last on) an operand has in full; the first ones may be missing. */
const operandOf = (shape: readonly number[]): fc.Arbitrary<number[]> =>
  fc
    .record({
      rank: fc.integer({ min: 0, max: shape.length }),
      full: fc.array(fc.boolean(), { minLength: shape.length, maxLength: shape.length }),
    })
    .map(({ rank, full }) =>
      shape.map((size, axis) => (full[axis] === true ? size : 1)).slice(shape.length - rank),
    );

const fullShapes = fc.oneof(
  fc.constant<number[]>([]),
  fc.tuple(axisSizesOrEmpty),
  fc.tuple(axisSizes, axisSizesOrEmpty),
  fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 9 }), axisSizes),
  fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 4, maxLength: 5 }),
);

/** Two shapes that broadcast to a third. */
const shapePairs = fullShapes.chain((shape) =>
  fc.oneof(
    fc.constant([shape, shape] as const),
    fc.tuple(fc.constant(shape), operandOf(shape)),
    fc.tuple(operandOf(shape), fc.constant(shape)),
    fc.tuple(operandOf(shape), operandOf(shape)),
  ),
);

function expectOp(dtype: HostDtype, kind: Kind, op: Binary, tolerance: Tolerance): Promise<void> {
  return fc.assert(
    fc.asyncProperty(shapePairs, seeds, ([a, b], seed) =>
      expectSameAsCpu(
        [hostTensor(a, { dtype, kind, seed }), hostTensor(b, { dtype, kind, seed: seed + 1 })],
        op,
        tolerance,
      ),
    ),
    { numRuns: 30 },
  );
}

const comparisons: Record<string, Binary> = {
  equal: tf.equal,
  greater: tf.greater,
  greaterEqual: tf.greaterEqual,
  less: tf.less,
  lessEqual: tf.lessEqual,
  notEqual: tf.notEqual,
};

const arithmetic: Record<string, Binary> = {
  add: tf.add,
  floorDiv: tf.floorDiv,
  maximum: tf.maximum,
  minimum: tf.minimum,
  sub: tf.sub,
};

describe('of float32', () => {
  const exact = { ...comparisons, ...arithmetic, mul: tf.mul, prelu: tf.prelu, mod: tf.mod };
  test.each(Object.entries(exact))('%s', (_, op) => expectOp('float32', 'special', op, EXACT));

  const rounded = { div: tf.div, pow: tf.pow, atan2: tf.atan2, divNoNan: tf.divNoNan };
  test.each(Object.entries(rounded))('%s', (_, op) =>
    expectOp('float32', 'special', op, { absolute: 1e-37, relative: 1e-6 }),
  );

  test('squaredDifference', () =>
    expectOp('float32', 'special', tf.squaredDifference, { absolute: 1e-37, relative: 3e-7 }));
});

describe('of int32', () => {
  const extreme = { ...comparisons, ...arithmetic, div: tf.div, mod: tf.mod };
  test.each(Object.entries(extreme))('%s, overflow and division by 0 included', (_, op) =>
    expectOp('int32', 'special', op, { absolute: 1e-37, relative: 1e-6 }),
  );

  const moderate = { mul: tf.mul, squaredDifference: tf.squaredDifference };
  test.each(Object.entries(moderate))('%s', (_, op) => expectOp('int32', 'real', op, EXACT));
});

describe('of bool', () => {
  const logical = { ...comparisons, logicalAnd: tf.logicalAnd, logicalOr: tf.logicalOr };
  test.each(Object.entries(logical))('%s', (_, op) => expectOp('bool', 'exact', op, EXACT));
});

describe('of two dtypes', () => {
  const pairs: [HostDtype, HostDtype][] = [
    ['float32', 'int32'],
    ['int32', 'float32'],
    ['bool', 'float32'],
    ['int32', 'bool'],
  ];
  test.each(pairs)('%s + %s, *, >', async (first, second) => {
    await fc.assert(
      fc.asyncProperty(shapePairs, seeds, ([a, b], seed) =>
        expectSameAsCpu(
          [
            hostTensor(a, { dtype: first, kind: 'exact', seed }),
            hostTensor(b, { dtype: second, kind: 'exact', seed: seed + 1 }),
          ],
          (x, y) => [tf.add(x, y), tf.mul(x, y)],
        ),
      ),
      { numRuns: 30 },
    );
  });
});

test('where picks element by element, the condition broadcast', async () => {
  const dtypes = fc.constantFrom<HostDtype[]>('float32', 'int32', 'bool');
  await fc.assert(
    fc.asyncProperty(shapePairs, seeds, dtypes, ([a, b], seed, dtype) =>
      expectSameAsCpu(
        [
          hostTensor(a, { dtype: 'bool', seed }),
          hostTensor(b, { dtype, kind: 'special', seed: seed + 1 }),
          hostTensor(a, { dtype, kind: 'special', seed: seed + 2 }),
        ],
        (condition, x, y) => tf.where(condition, x, y),
      ),
    ),
    { numRuns: 60 },
  );
});

test('a tensor with itself, and results used again at once', async () => {
  await fc.assert(
    fc.asyncProperty(fullShapes, seeds, (shape, seed) =>
      expectSameAsCpu([hostTensor(shape, { kind: 'special', seed })], (x) => {
        const sum = tf.add(x, x);
        return [sum, tf.mul(sum, x), tf.sub(x, sum)];
      }),
    ),
    { numRuns: 30 },
  );
});

test('large enough for several threads', async () => {
  const shapes = [
    [[30_011], [30_011]],
    [[41, 1_031], [1_031]],
    [
      [1_031, 41],
      [1_031, 1],
    ],
    [[], [30_011]],
    [
      [17, 1, 65],
      [1, 67, 65],
    ],
  ] as const;
  for (const [a, b] of shapes) {
    await expectSameAsCpu(
      [hostTensor(a, { kind: 'special' }), hostTensor(b, { kind: 'special', seed: 1 })],
      (x, y) => [tf.add(x, y), tf.maximum(x, y), tf.less(x, y)],
    );
  }
});
