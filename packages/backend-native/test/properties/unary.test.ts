// Operations on one element at a time, on every length around the vectors, with NaN, infinities, zeros of both signs and
// subnormal numbers among the elements, against the CPU backend.
import { beforeAll, describe, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import fc from 'fast-check';

import { registerBackends } from '../support/backends.ts';
import { EXACT, expectSameAsCpu, type Tolerance } from '../support/compare.ts';
import { axisSizes, axisSizesOrEmpty, hostTensor, seeds } from '../support/host-tensor.ts';

beforeAll(registerBackends);

type Unary = (x: Tensor) => Tensor;

/** Exact, or one correct rounding. */
const exactOps: Record<string, Unary> = {
  abs: tf.abs,
  ceil: tf.ceil,
  'clipByValue to [-1, 0.5]': (x) => tf.clipByValue(x, -1, 0.5),
  floor: tf.floor,
  isFinite: tf.isFinite,
  isInf: tf.isInf,
  isNaN: tf.isNaN,
  leakyRelu: (x) => tf.leakyRelu(x, 0.25),
  neg: tf.neg,
  onesLike: tf.onesLike,
  relu: tf.relu,
  relu6: tf.relu6,
  round: tf.round,
  sign: tf.sign,
  square: tf.square,
  step: tf.step,
  'step with a slope': (x) => tf.step(x, 0.25),
  zerosLike: tf.zerosLike,
};

/** Some units in the last place; near the smallest numbers, a number or two of those. */
const CLOSE: Tolerance = { absolute: 1e-37, relative: 1e-6 };

const closeOps: Record<string, Unary> = {
  acosh: tf.acosh,
  asinh: tf.asinh,
  atan: tf.atan,
  atanh: tf.atanh,
  cosh: tf.cosh,
  elu: tf.elu,
  exp: tf.exp,
  expm1: tf.expm1,
  log: tf.log,
  log1p: tf.log1p,
  logSigmoid: tf.logSigmoid,
  reciprocal: tf.reciprocal,
  rsqrt: tf.rsqrt,
  selu: tf.selu,
  sigmoid: tf.sigmoid,
  sinh: tf.sinh,
  softplus: tf.softplus,
  sqrt: tf.sqrt,
  tanh: tf.tanh,
};

/** Where results near 0 come from larger numbers, or the CPU backend itself approximates (erf). */
const NEAR_ZERO: Tolerance = { absolute: 4e-7, relative: 1e-6 };

const nearZeroOps: Record<string, Unary> = {
  acos: tf.acos,
  asin: tf.asin,
  cos: tf.cos,
  erf: tf.erf,
  sin: tf.sin,
  tan: tf.tan,
};

/** Of no axis to three; some large enough for several threads. */
const shapes = fc.oneof(
  fc.constant<number[]>([]),
  fc.tuple(axisSizesOrEmpty),
  fc.tuple(axisSizes, axisSizesOrEmpty),
  fc.tuple(fc.integer({ min: 1, max: 3 }), axisSizes, axisSizes),
);

const cases = [
  ...Object.entries(exactOps).map(([name, op]) => ({ name, op, tolerance: EXACT })),
  ...Object.entries(closeOps).map(([name, op]) => ({ name, op, tolerance: CLOSE })),
  ...Object.entries(nearZeroOps).map(([name, op]) => ({ name, op, tolerance: NEAR_ZERO })),
];

describe('of float32', () => {
  test.each(cases)('$name', async ({ op, tolerance }) => {
    await fc.assert(
      fc.asyncProperty(shapes, seeds, (shape, seed) =>
        expectSameAsCpu([hostTensor(shape, { kind: 'special', seed })], op, tolerance),
      ),
      { numRuns: 15 },
    );
    // Enough for several threads.
    await expectSameAsCpu([hostTensor([2, 9_001], { kind: 'special' })], op, tolerance);
  });
});

describe('of int32', () => {
  const ops = { abs: tf.abs, neg: tf.neg, relu: tf.relu, sign: tf.sign, square: tf.square };
  test.each(Object.entries(ops))('%s', async (_, op: Unary) => {
    await fc.assert(
      fc.asyncProperty(shapes, seeds, (shape, seed) =>
        expectSameAsCpu([hostTensor(shape, { dtype: 'int32', kind: 'special', seed })], op),
      ),
      { numRuns: 20 },
    );
  });
});

describe('of bool', () => {
  test('logicalNot', async () => {
    await fc.assert(
      fc.asyncProperty(shapes, seeds, (shape, seed) =>
        expectSameAsCpu([hostTensor(shape, { dtype: 'bool', seed })], (x) => tf.logicalNot(x)),
      ),
      { numRuns: 20 },
    );
  });
});

describe('cast', () => {
  const dtypes = fc.constantFrom('float32' as const, 'int32' as const, 'bool' as const);

  test('between all dtypes, NaN and what is beyond int32 included', async () => {
    await fc.assert(
      fc.asyncProperty(shapes, seeds, dtypes, dtypes, (shape, seed, from, to) =>
        expectSameAsCpu([hostTensor(shape, { dtype: from, kind: 'special', seed })], (x) =>
          tf.cast(x, to),
        ),
      ),
      { numRuns: 150 },
    );
  });
});
