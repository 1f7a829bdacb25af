import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { Random } from './random.ts';

/** Five standard deviations of a binomial count: a right generator fails once in 1.7 million runs. */
const bound = (n: number, p: number): number => 5 * Math.sqrt(n * p * (1 - p));

describe('Random', () => {
  test("is xoshiro128**: what its authors' C code prints from the state 1, 2, 3, 4", () => {
    const random = new Random();
    Object.assign(random, { a: 1, b: 2, c: 3, d: 4 });
    expect(Array.from({ length: 5 }, () => random.uint32())).toEqual([
      11520, 0, 5927040, 70819200, 2031721883,
    ]);
  });

  test('equal names give equal streams, and reset starts one again', () => {
    const one = new Random(7, 1);
    const first = Array.from({ length: 100 }, () => one.uint32());
    one.reset(7, 1);
    expect(Array.from({ length: 100 }, () => one.uint32())).toEqual(first);
  });

  test('every part of the name counts, its order and its bits beyond 32 too', () => {
    const names = [[], [0], [0, 0], [1], [1, 0], [0, 1], [2 ** 32], [2 ** 32 + 1], [-1]];
    const firsts = names.map((name) => new Random(...name).uint32());
    expect(new Set(firsts).size).toBe(names.length);
  });

  test('below is uniform and stays below', () => {
    const random = new Random(3);
    const counts = new Array<number>(10).fill(0);
    const draws = 200_000;
    for (let i = 0; i < draws; i++) {
      const drawn = random.below(10);
      counts[drawn] = (counts[drawn] ?? 0) + 1;
    }
    for (const count of counts) {
      expect(Math.abs(count - draws / 10)).toBeLessThan(bound(draws, 0.1));
    }
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 32 }), fc.integer(), (limit, seed) => {
        const drawn = new Random(seed).below(limit);
        return Number.isInteger(drawn) && drawn >= 0 && drawn < limit;
      }),
    );
  });

  test('chance hits its probability, and never at 0, always at 1', () => {
    const random = new Random(4);
    const draws = 500_000;
    let hits = 0;
    for (let i = 0; i < draws; i++) if (random.chance(0.15)) hits++;
    expect(Math.abs(hits - draws * 0.15)).toBeLessThan(bound(draws, 0.15));
    for (let i = 0; i < 1000; i++) {
      expect(random.chance(0)).toBe(false);
      expect(random.chance(1)).toBe(true);
    }
  });

  test('neighbouring streams are not correlated', () => {
    const draws = 100_000;
    let equalBits = 0;
    for (let i = 0; i < draws; i++) {
      const difference = new Random(1, i).uint32() ^ new Random(1, i + 1).uint32();
      for (let bits = difference >>> 0; bits !== 0; bits >>>= 1) equalBits += bits & 1;
    }
    expect(Math.abs(equalBits - draws * 16)).toBeLessThan(bound(draws * 32, 0.5));
  });

  test('shuffle makes every order equally often and loses nothing', () => {
    const random = new Random(5);
    const counts = new Map<string, number>();
    const draws = 60_000;
    for (let i = 0; i < draws; i++) {
      const order = random.shuffle([0, 1, 2]).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    for (const count of counts.values()) {
      expect(Math.abs(count - draws / 6)).toBeLessThan(bound(draws, 1 / 6));
    }
  });
});
