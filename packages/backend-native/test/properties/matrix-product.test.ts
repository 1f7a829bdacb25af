// Matrix products of every size around the tiles, in all transposes, batches broadcast and not, against float64.
import { beforeAll, describe, test } from '@jest/globals';
import { fused, matMul, type Tensor } from '@tensorflow/tfjs-core';
import fc from 'fast-check';

import type { Precision } from '../../src/index.ts';
import { describeInPrecisions } from '../instruction-sets.ts';
import { registerBackends } from '../support/backends.ts';
import { rounded } from '../support/bfloat16.ts';
import { EXACT, expectOnNative, expectSameAsCpu } from '../support/compare.ts';
import {
  axisSizesOrEmpty,
  type HostDtype,
  hostTensor,
  type HostTensor,
  type Kind,
  seeds,
} from '../support/host-tensor.ts';
import { multiplyInFloat64 } from '../support/matrix-reference.ts';

beforeAll(registerBackends);

/** Batch axes of both operands. */
const batches = fc.constantFrom<[number[], number[]][]>(
  [[], []],
  [[1], [1]],
  [[3], [3]],
  [[3], [1]],
  [[1], [2]],
  [[2], []],
  [[], [2]],
  [
    [2, 3],
    [2, 3],
  ],
  [
    [2, 1],
    [1, 3],
  ],
  [[2, 3], [3]],
  [[0], [0]],
);

const problems = fc.record({
  batch: batches,
  rows: axisSizesOrEmpty,
  depth: axisSizesOrEmpty,
  columns: axisSizesOrEmpty,
  transposeA: fc.boolean(),
  transposeB: fc.boolean(),
  seed: seeds,
});

interface Problem {
  readonly batch: readonly [number[], number[]];
  readonly rows: number;
  readonly depth: number;
  readonly columns: number;
  readonly transposeA: boolean;
  readonly transposeB: boolean;
  readonly seed: number;
}

function operands(problem: Problem, kind: Kind, dtype: HostDtype): [HostTensor, HostTensor] {
  const { batch, rows, depth, columns, transposeA, transposeB, seed } = problem;
  const a = [...batch[0], ...(transposeA ? [depth, rows] : [rows, depth])];
  const b = [...batch[1], ...(transposeB ? [columns, depth] : [depth, columns])];
  return [hostTensor(a, { kind, dtype, seed }), hostTensor(b, { kind, dtype, seed: seed + 1 })];
}

/** Fails unless `native` multiplies in a precision, on factors that are exact in it, as float64 does. */
async function expectExactProduct(
  problem: Problem,
  precision: Precision,
  [a, b] = operands(problem, 'exact', 'float32'),
) {
  const { transposeA, transposeB } = problem;
  const op = (x: Tensor, y: Tensor): Tensor => matMul(x, y, transposeA, transposeB);
  const expected = multiplyInFloat64(a, b, transposeA, transposeB);
  await expectOnNative([a, b], op, [expected], EXACT, precision);
}

describeInPrecisions('matMul', (precision) => {
  test('is exact where float32 can be', async () => {
    await fc.assert(
      fc.asyncProperty(problems, (problem) => expectExactProduct(problem, precision)),
      { numRuns: 100 },
    );
  });

  test('is as close to float64 as float32 allows, once the factors are rounded', async () => {
    await fc.assert(
      fc.asyncProperty(problems, async (problem) => {
        const { transposeA, transposeB } = problem;
        const inputs = operands(problem, 'real', 'float32');
        const [a, b] = precision === 'float32' ? inputs : [rounded(inputs[0]), rounded(inputs[1])];
        const op = (x: Tensor, y: Tensor): Tensor => matMul(x, y, transposeA, transposeB);
        const expected = multiplyInFloat64(a, b, transposeA, transposeB);
        // Each of `depth` products, of 16 at most, may be rounded.
        const tolerance = { absolute: 2 ** -24 * 16 * problem.depth, relative: 2 ** -23 };
        await expectOnNative(inputs, op, [expected], tolerance, precision);
      }),
      { numRuns: 60 },
    );
  });

  test('puts NaN and infinity where they belong and nowhere else', async () => {
    const positions = fc.array(fc.nat(1_000_000), { minLength: 1, maxLength: 3 });
    const values = fc.constantFrom(NaN, Infinity, -Infinity);
    await fc.assert(
      fc.asyncProperty(problems, positions, values, async (problem, places, value) => {
        const [a, b] = operands(problem, 'exact', 'float32');
        for (const place of places) {
          const { values: target } = place % 2 === 0 ? a : b;
          if (target.length > 0) target[place % target.length] = value;
        }
        await expectExactProduct(problem, precision, [a, b]);
      }),
      { numRuns: 80 },
    );
  });

  test('cuts long sums and wide matrices as it does short ones', async () => {
    const large = fc.record({
      batch: fc.constant<[number[], number[]]>([[], []]),
      rows: fc.constantFrom(1, 2, 65, 100),
      depth: fc.constantFrom(255, 513, 1030),
      columns: fc.constantFrom(1, 65, 130),
      transposeA: fc.boolean(),
      transposeB: fc.boolean(),
      seed: seeds,
    });
    await fc.assert(
      fc.asyncProperty(large, (problem) => expectExactProduct(problem, precision)),
      { numRuns: 8 },
    );
  });
});

test('matMul of int32 is exact', async () => {
  await fc.assert(
    fc.asyncProperty(problems, async (problem) => {
      const { transposeA, transposeB } = problem;
      const [a, b] = operands(problem, 'exact', 'int32');
      const op = (x: Tensor, y: Tensor): Tensor => matMul(x, y, transposeA, transposeB);
      const expected = multiplyInFloat64(a, b, transposeA, transposeB);
      await expectOnNative([a, b], op, [expected], EXACT);
    }),
    { numRuns: 50 },
  );
});

describe('fused.matMul', () => {
  const activations = fc.constantFrom(
    'linear',
    'relu',
    'relu6',
    'elu',
    'sigmoid',
    'leakyrelu',
    'prelu',
  );

  test('adds the bias and applies the activation', async () => {
    await fc.assert(
      fc.asyncProperty(
        problems.filter(({ depth }) => depth > 0),
        activations,
        fc.constantFrom('none' as const, 'columns', 'one', 'row', 'matrix'),
        async (problem, activation, biasShape) => {
          const { transposeA, transposeB, rows, columns, seed } = problem;
          // The CPU backend's own fused product, so batches that it can compute.
          const [outer] = problem.batch;
          const [a, b] = operands({ ...problem, batch: [outer, outer] }, 'exact', 'float32');
          const bias = hostTensor(biasShapes(rows, columns)[biasShape], {
            kind: 'exact',
            seed: seed + 2,
          });
          const slopes = hostTensor([columns], { kind: 'exact', seed: seed + 3 });
          await expectSameAsCpu(
            [a, b, bias, slopes],
            (x, y, added, weights) =>
              fused.matMul({
                a: x,
                b: y,
                transposeA,
                transposeB,
                ...(biasShape === 'none' ? {} : { bias: added }),
                activation: activation,
                ...(activation === 'prelu' ? { preluActivationWeights: weights } : {}),
                leakyreluAlpha: 0.25,
              }),
            { absolute: 1e-6, relative: 1e-6 },
          );
        },
      ),
      { numRuns: 150 },
    );
  });
});

/** One bias for each column, one for all, a row and a matrix. */
function biasShapes(rows: number, columns: number) {
  return {
    none: [columns],
    columns: [columns],
    one: [1],
    row: [1, columns],
    matrix: [rows, columns],
  };
}
