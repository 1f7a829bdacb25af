// MalmoiAttention and its gradient against float64: lengths around blocks of queries (96, 192), padding, rows that are
// masked throughout, dropout by the mask of @malmoi/ops, extremes, NaN. Shorter ones are in properties/layers.test.ts.
import { expect, test } from '@jest/globals';
import { attention, dropoutMask } from '@malmoi/ops';
import type { DropoutSpec } from '@malmoi/ops';
import { grads, mul, tensor, tidy } from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';

import { nativeBackend } from '../src/index.ts';
import { attentionReference } from './attention-reference.ts';
import type { AttentionCase, Sums } from './attention-reference.ts';
import { expectEqualBits } from './bits.ts';
import { describeKernelSets, PRECISIONS } from './instruction-sets.ts';
import { once } from './once.ts';
import { randomFloats } from './random.ts';
import { relativeError } from './relative-error.ts';

/** [batch, length, heads, head size, queries: as many as the length unless they are given] */
const SIZES: readonly (readonly [number, number, number, number, number?])[] = [
  [1, 131, 2, 33],
  [2, 193, 1, 64],
  [1, 20, 1, 8, 97],
];
const DROPOUT: DropoutSpec = { rate: 0.2, seed: 5, step: 3, site: 'encoder.layer.1.attention' };

/** Inputs and what is expected of them, computed once for all sets of kernels. */
function referenceCase(inputs: AttentionCase) {
  const { batch, queries, length, heads, headSize } = inputs;
  return {
    batch,
    queries,
    length,
    heads,
    headSize,
    inputs,
    expected: once(() => attentionReference(inputs)),
  };
}

const CASES = SIZES.map((size) => referenceCase(randomCase(...size)));
const DROPPED = SIZES.map((size) => referenceCase(dropProbabilities(randomCase(...size))));

describeKernelSets('attention', PRECISIONS, ({ addon, precision }) => {
  const tolerance = precision === 'float32' ? 1e-5 : 2e-2;

  test.each(CASES)(
    '$batch x $queries of $length, $heads heads of $headSize',
    ({ inputs, expected }) => {
      expectClose(run(inputs), expected(), tolerance);
    },
  );

  test.each(DROPPED)('dropout: $batch x $queries of $length, $heads heads of $headSize', (each) => {
    expectClose(run(each.inputs, DROPOUT), each.expected(), tolerance);
  });

  test('a sequence that is masked throughout gives 0, the others are as without it', () => {
    const inputs = dropProbabilities(randomCase(3, 20, 2, 8));
    inputs.mask.fill(0, 20, 40);
    const results = run(inputs, DROPOUT);
    expectClose(results, attentionReference(inputs), tolerance);
    for (const values of results) {
      expect(values.subarray(20 * 16, 40 * 16).every((value) => value === 0)).toBe(true);
    }
  });

  test('scores of 1e4 and more', () => {
    const inputs = randomCase(1, 40, 1, 4);
    for (const array of [inputs.query, inputs.key]) {
      for (const [i, value] of array.entries()) array[i] = Math.round(value * 4) * 64;
    }
    expectClose(run(inputs), attentionReference(inputs), tolerance);
  });

  test.each([NaN, Infinity])('%p in one query reaches its context alone', (value) => {
    const inputs = randomCase(2, 30, 2, 16);
    inputs.query[3 * 32 + 16] = value;
    const [context = new Float32Array(), dQuery = new Float32Array()] = run(inputs);
    for (const values of [context, dQuery]) {
      expect(values.subarray(3 * 32 + 16, 4 * 32).every(Number.isNaN)).toBe(true);
      expect(values.filter((each) => !Number.isFinite(each))).toHaveLength(16);
    }
  });

  test.each([
    [0, 4, 2],
    [2, 0, 2],
    [2, 4, 0],
  ])('an empty batch, length or head: %i x %i of %i', (batch, length, headSize) => {
    for (const values of run(randomCase(batch, length, 2, headSize))) {
      expect(values).toHaveLength(0);
    }
  });

  test.each([undefined, DROPOUT])('queries without keys get 0, dropout %p', (dropout) => {
    const [context, dQuery, ...ofKeys] = run(randomCase(2, 0, 2, 4, 5), dropout);
    expect([context, dQuery]).toEqual([new Float32Array(80), new Float32Array(80)]);
    expect(ofKeys).toEqual([new Float32Array(), new Float32Array()]);
  });

  test('keys that no query looks at get gradients of 0', () => {
    const [context, dQuery, ...ofKeys] = run(randomCase(2, 5, 2, 4, 0));
    expect([context, dQuery]).toEqual([new Float32Array(), new Float32Array()]);
    expect(ofKeys).toEqual([new Float32Array(80), new Float32Array(80)]);
  });

  test('the number of threads changes nothing', () => {
    for (const inputs of [randomCase(4, 50, 3, 24), randomCase(1, 150, 1, 40)]) {
      const results = [1, 2, 3].map((threads) => {
        addon.setThreads(threads);
        return run(inputs, DROPOUT);
      });
      addon.setThreads(2);
      for (const result of results) {
        for (const [i, values] of result.entries()) expectEqualBits(values, results[0]?.[i]);
      }
    }
  });

  test('keeps two numbers for a query, and a byte for a probability that may be dropped', () => {
    const { query, key, value } = randomCase(2, 64, 2, 16);
    const usedBytes = (): number => nativeBackend()?.memory().pool.used ?? NaN;
    const shape = [2, 64, 32];
    const measure = (dropout?: DropoutSpec): number =>
      tidy(() => {
        let kept = NaN;
        grads((q: Tensor, k: Tensor, v: Tensor) => {
          const before = usedBytes();
          const context = attention(q, k, v, { numHeads: 2, ...(dropout && { dropout }) });
          kept = usedBytes() - before;
          return mul(context, context);
        })([tensor(query, shape), tensor(key, shape), tensor(value, shape)]);
        return kept;
      });
    // Buffers are up to a quarter larger than what they hold.
    const [context, rows, bytes] = [2 * 64 * 32 * 4, 2 * 2 * 64 * 8, 2 * 2 * 64 * 64];
    expect(measure()).toBeLessThan(1.3 * (context + rows));
    expect(measure(DROPOUT)).toBeGreaterThan(context + rows + bytes);
    expect(measure(DROPOUT)).toBeLessThan(1.3 * (context + rows + bytes));
  });

  test('memory of the wrong size is refused', () => {
    const code = precision === 'float32' ? 0 : 1;
    const [one, two] = [new Float32Array(1), new Float32Array(2)];
    expect(() => {
      addon.attention(1, 1, 1, 1, 1, code, [], one, two, one, null, one, null, null);
    }).toThrow('attention: argument key has 2 elements where 1 are expected.');
    expect(() => {
      const words = [1, 2, 0, 0, 0, 0, 0] as const;
      // prettier-ignore
      addon.attentionGradient(1, 1, 1, 1, 1, code, words, one, one, one, null, two, null, one, one, one, one);
    }).toThrow('attentionGradient: argument kept must be a Uint8Array.');
  });
});

function randomCase(
  batch: number,
  length: number,
  heads: number,
  headSize: number,
  queries = length,
): AttentionCase {
  const [query, key, value, dContext] = [queries, length, length, queries].map((rows, i) =>
    randomFloats(batch * rows * heads * headSize, i + 1),
  ) as [Float32Array, Float32Array, Float32Array, Float32Array];
  return {
    ...{ batch, queries, length, heads, headSize, query, key, value, dContext },
    // The first position is always read.
    mask: Float32Array.from({ length: batch * length }, (_, i) =>
      i % length < length * 0.8 ? 1 : 0,
    ),
    dropped: new Float32Array(batch * heads * queries * length).fill(1),
  };
}

function dropProbabilities(inputs: AttentionCase): AttentionCase {
  return { ...inputs, dropped: dropoutMask(DROPOUT, inputs.dropped.length) };
}

/** context, dQuery, dKey, dValue. */
function run(inputs: AttentionCase, dropout?: DropoutSpec): Float32Array[] {
  const { batch, queries, length, heads, headSize } = inputs;
  return tidy(() => {
    const mask = tensor(inputs.mask, [batch, length]);
    const options = { numHeads: heads, mask, ...(dropout && { dropout }) };
    const rowsOf = (values: Float32Array, rows: number): Tensor =>
      tensor(values, [batch, rows, heads * headSize]);
    const [query, key, value] = [
      rowsOf(inputs.query, queries),
      rowsOf(inputs.key, length),
      rowsOf(inputs.value, length),
    ];
    const context = (q: Tensor, k: Tensor, v: Tensor): Tensor => attention(q, k, v, options);
    const gradients = grads(context)([query, key, value], rowsOf(inputs.dContext, queries));
    return [context(query, key, value), ...gradients].map((each) => each.dataSync<'float32'>());
  });
}

function expectClose(results: Float32Array[], expected: Sums[], tolerance: number): void {
  expect(results).toHaveLength(expected.length);
  for (const [i, values] of results.entries()) {
    expect(relativeError(values, expected[i]?.values ?? [])).toBeLessThan(tolerance);
  }
}
