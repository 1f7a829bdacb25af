import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { histogram } from './histogram.ts';

describe('histogram', () => {
  test('every value is below its limit and not below the one before', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1 }),
        (values) => {
          const { limits, counts, count, min, max } = histogram(values);
          expect(counts.reduce((sum, value) => sum + value, 0)).toBe(values.length);
          expect(count).toBe(values.length);
          expect([min, max]).toEqual([Math.min(...values), Math.max(...values)]);
          const inside = limits.map((limit, i) => {
            const lower = limits[i - 1] ?? -Infinity;
            // The largest number there is has no limit above it.
            const isBelow = (value: number): boolean => value < limit || limit === Number.MAX_VALUE;
            return values.filter((value) => value >= lower && isBelow(value)).length;
          });
          expect(counts).toEqual(inside);
        },
      ),
    );
  });

  test('numbers that are none are left out', () => {
    expect(histogram([NaN, 1, Infinity])).toMatchObject({ count: 1, min: 1, max: 1, sum: 1 });
    expect(histogram([])).toMatchObject({ count: 0, limits: [], counts: [] });
  });
});
