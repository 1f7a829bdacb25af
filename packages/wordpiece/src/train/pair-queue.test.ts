import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { PairQueue } from './pair-queue.ts';
import { PairTable } from './pair-table.ts';

/** A table of pairs given as [left, right, count]. */
function tableOf(pairs: readonly (readonly [number, number, number])[]): PairTable {
  const table = new PairTable(100);
  table.reservePairs(pairs.length);
  for (const [left, right, count] of pairs) table.counts[table.add(left, right)] = count;
  return table;
}

function popAll(queue: PairQueue): number[] {
  const popped: number[] = [];
  for (let pair = queue.pop(); pair >= 0; pair = queue.pop()) popped.push(pair);
  return popped;
}

describe('PairQueue', () => {
  test('gives the highest count first, of equals the lowest left, then right id', () => {
    const pair = fc.tuple(fc.nat(3), fc.nat(3), fc.integer({ min: 1, max: 4 }));
    fc.assert(
      fc.property(fc.array(pair, { maxLength: 3000 }), (pairs) => {
        const queue = new PairQueue(tableOf(pairs), 2);
        for (const id of pairs.keys()) queue.push(id);
        const order = popAll(queue).map((id) => pairs[id]);
        const expected = pairs.filter(([, , count]) => count >= 2);
        expected.sort((a, b) => b[2] - a[2] || a[0] - b[0] || a[1] - b[1]);
        expect(order).toEqual(expected);
      }),
      { numRuns: 50 },
    );
  });

  test('counts that fall after the push decide, and those below the minimum are left out', () => {
    const table = tableOf([
      [1, 1, 10],
      [2, 2, 9],
      [3, 3, 8],
    ]);
    const queue = new PairQueue(table, 5);
    for (const pair of [0, 1, 2]) queue.push(pair);
    table.counts[0] = 7;
    table.counts[1] = 4;
    expect(popAll(queue)).toEqual([2, 0]);
  });

  test('a pair whose count has risen is pushed again, and given once when it is used up', () => {
    const table = tableOf([
      [1, 1, 5],
      [2, 2, 6],
    ]);
    const queue = new PairQueue(table, 1);
    for (const pair of [0, 1]) queue.push(pair);
    table.counts[0] = 7;
    queue.push(0);
    expect(queue.pop()).toBe(0);
    table.counts[0] = 0;
    expect(popAll(queue)).toEqual([1]);
  });

  test('tells counts past 2^32 apart', () => {
    const queue = new PairQueue(
      tableOf([
        [1, 1, 2 ** 40],
        [2, 2, 2 ** 40 + 1],
      ]),
      1,
    );
    for (const pair of [0, 1]) queue.push(pair);
    expect(popAll(queue)).toEqual([1, 0]);
  });
});
