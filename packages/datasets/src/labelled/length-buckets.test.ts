import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { DatasetsOptionError } from '../errors.ts';
import { Random } from '../random.ts';
import { lengthBuckets } from './length-buckets.ts';

/** Tokens after padding every batch to its longest, as a multiple of the tokens. */
function paddedShare(lengths: readonly number[], batches: readonly (readonly number[])[]): number {
  const padded = batches.reduce(
    (sum, batch) => sum + batch.length * Math.max(...batch.map((i) => lengths[i] ?? 0)),
    0,
  );
  return padded / lengths.reduce((sum, length) => sum + length, 0);
}

const lengthsOf = (count: number): number[] => {
  const random = new Random(5);
  return Array.from({ length: count }, () => random.between(4, 128));
};

describe('lengthBuckets', () => {
  test('every index once, in batches of the size, but for one smaller batch a block', () => {
    const cases = fc.record({
      lengths: fc.array(fc.integer({ min: 1, max: 512 }), { maxLength: 300 }),
      batchSize: fc.integer({ min: 1, max: 40 }),
      batchesPerBlock: fc.integer({ min: 1, max: 5 }),
      seed: fc.integer(),
    });
    fc.assert(
      fc.property(cases, ({ lengths, ...options }) => {
        const batches = lengthBuckets(lengths, options);
        const indexes = batches.flatMap((batch) => [...batch]).sort((a, b) => a - b);
        expect(indexes).toEqual(lengths.map((_, i) => i));
        const smaller = batches.filter((batch) => batch.length < options.batchSize);
        expect(smaller.length).toBe(lengths.length % options.batchSize === 0 ? 0 : 1);
        const kept = lengthBuckets(lengths, { ...options, dropLast: true });
        expect(kept.length).toBe(Math.floor(lengths.length / options.batchSize));
      }),
    );
  });

  test('little padding: under 5 % where a random order has over 50 %', () => {
    const lengths = lengthsOf(6400);
    const batches = lengthBuckets(lengths, { batchSize: 32 }).map((batch) => [...batch]);
    const inOrder = Array.from({ length: 200 }, (_, b) =>
      Array.from({ length: 32 }, (__, i) => b * 32 + i),
    );
    expect(paddedShare(lengths, inOrder)).toBeGreaterThan(1.5);
    expect(paddedShare(lengths, batches)).toBeLessThan(1.05);
  });

  test('seed and epoch name the order', () => {
    const lengths = lengthsOf(500);
    const order = (seed: number, epoch: number) =>
      lengthBuckets(lengths, { batchSize: 16, seed, epoch });
    expect(order(1, 0)).toEqual(order(1, 0));
    expect(order(1, 0)).not.toEqual(order(1, 1));
    expect(order(1, 0)).not.toEqual(order(2, 0));
  });

  test.each([{ batchSize: 0 }, { batchSize: 1.5 }, { batchSize: 8, batchesPerBlock: -1 }])(
    '%j is refused',
    (options) => {
      expect(() => lengthBuckets([1, 2], options)).toThrow(DatasetsOptionError);
    },
  );
});
