import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { ArrayData, CursorError } from './array-data.ts';
import { BatchReader, EmptyDataError } from './batch-reader.ts';
import type { DataSource } from './data-source.ts';

const numbers = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
const source = (count: number, batchSize: number): ArrayData<number, readonly number[]> =>
  new ArrayData(numbers(count), (examples) => examples, { batchSize });

describe('ArrayData', () => {
  test('an epoch has every example once, in an order of its own', async () => {
    const data = source(10, 3);
    const epochs: number[][] = [];
    for (let epoch = 0; epoch < 2; epoch++) {
      const seen: number[] = [];
      for (let batch = await data.next(); batch; batch = await data.next()) seen.push(...batch);
      epochs.push(seen);
    }
    const ascending = (values: number[] = []): number[] => values.toSorted((a, b) => a - b);
    expect(epochs.map((seen) => ascending(seen))).toEqual([numbers(10), numbers(10)]);
    expect(epochs[0]).not.toEqual(epochs[1]);
    expect(data.batchesPerEpoch).toBe(4);
  });

  test('equal cursors give equal batches', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 5 }),
        fc.nat(12),
        async (count, batchSize, steps) => {
          const data = source(count, batchSize);
          for (let i = 0; i < steps; i++) await data.next();
          const { cursor } = data;
          const following = [await data.next(), await data.next(), await data.next()];
          const other = source(count, batchSize);
          other.seek(cursor);
          expect([await other.next(), await other.next(), await other.next()]).toEqual(following);
        },
      ),
      { numRuns: 50 },
    );
  });

  test('the fingerprint tells other examples and another seed', () => {
    const { fingerprint } = source(5, 2);
    expect(source(5, 3).fingerprint).toBe(fingerprint);
    expect(source(6, 2).fingerprint).not.toBe(fingerprint);
    const seeded = new ArrayData(numbers(5), (examples) => examples, { seed: 1 });
    expect(seeded.fingerprint).not.toBe(fingerprint);
  });

  test.each([[null], [{}], [{ epoch: 0, position: 6 }], [{ epoch: -1, position: 0 }]])(
    'the cursor %j is refused',
    (cursor) => {
      expect(() => {
        source(5, 2).seek(cursor);
      }).toThrow(CursorError);
    },
  );
});

describe('BatchReader', () => {
  test('groups batches, and knows the last group of an epoch', async () => {
    const reader = new BatchReader(source(7, 2)); // 4 batches an epoch.
    const groups = [await reader.read(3), await reader.read(3), await reader.read(3)];
    expect(groups.map(({ batches }) => batches.length)).toEqual([3, 1, 3]);
    expect(groups.map(({ endsEpoch }) => endsEpoch)).toEqual([false, true, false]);
    expect(groups[1]?.end).toEqual({ epoch: 1, position: 0 });
    expect(groups[2]?.start).toEqual({ epoch: 1, position: 0 });
  });

  test('going back to the start of a group gives it again', async () => {
    const reader = new BatchReader(source(7, 2));
    await reader.read(1);
    const group = await reader.read(2);
    await reader.read(2);
    reader.seek(group.start);
    expect(await reader.read(2)).toEqual(group);
  });

  test('data without a batch is an error, not an endless loop', async () => {
    const nothing: DataSource<number> = {
      next: () => Promise.resolve(undefined),
      cursor: null,
      seek: () => undefined,
      fingerprint: '',
    };
    await expect(new BatchReader(nothing).read(1)).rejects.toThrow(EmptyDataError);
  });
});
