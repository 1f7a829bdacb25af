// Operations that move elements and compute little: of every dtype, over every axis, empty tensors included, exactly as the
// CPU backend does.
import { beforeAll, describe, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
// Registers gradients.
import '@malmoi/ops';
import fc from 'fast-check';

import { registerBackends } from '../support/backends.ts';
import { expectSameAsCpu, FLOAT32 } from '../support/compare.ts';
import {
  axisSizes,
  type HostDtype,
  hostTensor,
  type HostTensor,
  randomFrom,
  seeds,
} from '../support/host-tensor.ts';

beforeAll(registerBackends);

const dtypes = fc.constantFrom<HostDtype[]>('float32', 'int32', 'bool');
const small = fc.integer({ min: 1, max: 5 });

/** Of one axis to five. */
const shapes = fc.oneof(
  fc.tuple(axisSizes),
  fc.tuple(axisSizes, axisSizes),
  fc.tuple(small, axisSizes, small),
  fc.tuple(axisSizes, small, small),
  fc.tuple(small, small, small, axisSizes),
  fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 5, maxLength: 5 }),
  fc.constantFrom([0], [3, 0], [0, 5], [2, 0, 3]),
);

/** int32 in [0, limit), as indices. */
function indices(shape: readonly number[], limit: number, seed: number): HostTensor {
  const host = hostTensor(shape, { dtype: 'int32', seed });
  const random = randomFrom(seed);
  for (let i = 0; i < host.values.length; i++) host.values[i] = Math.floor(random() * limit);
  return host;
}

const NUM_RUNS = 50;

test('transpose by any permutation', async () => {
  const cases = shapes.chain((shape) =>
    fc.record({
      shape: fc.constant(shape),
      axes: fc.shuffledSubarray(
        shape.map((_, axis) => axis),
        { minLength: shape.length },
      ),
      dtype: dtypes,
      seed: seeds,
    }),
  );
  await fc.assert(
    fc.asyncProperty(cases, ({ shape, axes, dtype, seed }) =>
      expectSameAsCpu([hostTensor(shape, { dtype, kind: 'special', seed })], (x) =>
        tf.transpose(x, axes),
      ),
    ),
    { numRuns: 100 },
  );
});

test('slice anywhere', async () => {
  const cases = shapes.chain((shape) =>
    fc.record({
      shape: fc.constant(shape),
      parts: fc.tuple(
        ...shape.map((size) =>
          fc
            .tuple(fc.integer({ min: 0, max: size }), fc.integer({ min: 0, max: size }))
            .map(([a, b]) => [Math.min(a, b), Math.abs(a - b)] as const),
        ),
      ),
      dtype: dtypes,
      seed: seeds,
    }),
  );
  await fc.assert(
    fc.asyncProperty(cases, ({ shape, parts, dtype, seed }) =>
      expectSameAsCpu([hostTensor(shape, { dtype, kind: 'special', seed })], (x) => {
        const part = tf.slice(
          x,
          parts.map(([begin]) => begin),
          parts.map(([, size]) => size),
        );
        // Through an operation too: a slice may be a view of the memory of its tensor.
        return dtype === 'float32' ? [part, tf.neg(part)] : part;
      }),
    ),
    { numRuns: NUM_RUNS },
  );
});

test('concat of several, empty ones among them, and split', async () => {
  const cases = fc.record({
    shape: fc.tuple(fc.integer({ min: 1, max: 4 }), axisSizes, fc.integer({ min: 1, max: 4 })),
    axis: fc.integer({ min: 0, max: 2 }),
    sizes: fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 5 }),
    dtype: dtypes,
    seed: seeds,
  });
  await fc.assert(
    fc.asyncProperty(cases, ({ shape, axis, sizes, dtype, seed }) =>
      expectSameAsCpu(
        sizes.map((size, i) =>
          hostTensor(shape.with(axis, size), { dtype, kind: 'special', seed: seed + i }),
        ),
        (...parts) => {
          const whole = tf.concat(parts, axis);
          return [whole, ...tf.split(whole, sizes, axis)];
        },
      ),
    ),
    { numRuns: NUM_RUNS },
  );
});

test('gather along any axis, with batch axes', async () => {
  const cases = fc.record({
    shape: fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 40 }), axisSizes),
    axis: fc.integer({ min: 0, max: 2 }),
    batched: fc.boolean(),
    count: fc.integer({ min: 0, max: 20 }),
    dtype: dtypes,
    seed: seeds,
  });
  await fc.assert(
    fc.asyncProperty(cases, ({ shape, axis, batched, count, dtype, seed }) => {
      const batchDims = batched && axis > 0 && count > 0 ? 1 : 0;
      const indexShape = batchDims === 1 ? [shape[0], count] : [count];
      return expectSameAsCpu(
        [
          hostTensor(shape, { dtype, kind: 'special', seed }),
          indices(indexShape, shape[axis] ?? 0, seed + 1),
        ],
        (x, at) => tf.gather(x, at, axis, batchDims),
      );
    }),
    { numRuns: NUM_RUNS },
  );
});

describe('rows are added up where indices meet', () => {
  const cases = fc.record({
    count: fc.integer({ min: 1, max: 60 }),
    width: axisSizes,
    rows: fc.integer({ min: 1, max: 12 }),
    seed: seeds,
  });

  test('unsortedSegmentSum', async () => {
    await fc.assert(
      fc.asyncProperty(cases, ({ count, width, rows, seed }) =>
        expectSameAsCpu(
          [hostTensor([count, width], { kind: 'exact', seed }), indices([count], rows, seed)],
          (x, at) => tf.unsortedSegmentSum(x, at as tf.Tensor1D, rows),
        ),
      ),
      { numRuns: NUM_RUNS },
    );
  });

  test('the gradient of gather', async () => {
    await fc.assert(
      fc.asyncProperty(cases, ({ count, width, rows, seed }) =>
        expectSameAsCpu(
          [
            hostTensor([rows, width], { kind: 'exact', seed }),
            indices([count], rows, seed),
            hostTensor([count, width], { kind: 'exact', seed: seed + 1 }),
          ],
          (x, at, dy) => tf.grad((table: tf.Tensor) => tf.gather(table, at))(x, dy),
        ),
      ),
      { numRuns: NUM_RUNS },
    );
  });

  test('scatterND', async () => {
    await fc.assert(
      fc.asyncProperty(cases, ({ count, width, rows, seed }) =>
        expectSameAsCpu(
          [indices([count, 1], rows, seed), hostTensor([count, width], { kind: 'exact', seed })],
          (at, updates) => tf.scatterND(at, updates, [rows, width]),
        ),
      ),
      { numRuns: NUM_RUNS },
    );
  });
});

test('oneHot, pad, tile, reverse, stack and reshape', async () => {
  const cases = fc.record({
    rows: fc.integer({ min: 1, max: 9 }),
    width: axisSizes,
    dtype: dtypes,
    seed: seeds,
  });
  await fc.assert(
    fc.asyncProperty(cases, ({ rows, width, dtype, seed }) =>
      expectSameAsCpu(
        [
          hostTensor([rows, width], { dtype, kind: 'special', seed }),
          indices([rows, 3], width + 1, seed),
        ],
        (x, at) => [
          tf.oneHot(at, width + 1),
          tf.pad(x, [
            [1, 0],
            [2, 3],
          ]),
          tf.tile(x, [2, 3]),
          tf.reverse(x, 1),
          tf.stack([x, x], 1),
          tf.reshape(x, [width, rows]),
        ],
      ),
    ),
    { numRuns: NUM_RUNS },
  );
});

test('views stay right when what they are part of is disposed', async () => {
  await fc.assert(
    fc.asyncProperty(axisSizes, seeds, (width, seed) =>
      expectSameAsCpu(
        [hostTensor([4, width], { kind: 'exact', seed })],
        (x) => {
          const whole = tf.mul(x, 2);
          const part = tf.slice(whole, [1, 0], [2, width]);
          const flat = tf.reshape(whole, [-1]);
          const sum = tf.add(part, 1);
          whole.dispose();
          // These would be given the memory of `whole`, were it free.
          const others = [tf.mul(x, 3), tf.exp(x), tf.add(x, x)];
          return [part, flat, sum, ...others];
        },
        FLOAT32,
      ),
    ),
    { numRuns: 40 },
  );
});
