// The one way in which tests of this package compare numbers.
import { expect } from '@jest/globals';

/** |actual - expected| <= absolute + relative * |expected| for every element. */
export interface Tolerance {
  readonly absolute: number;
  readonly relative: number;
}

/** Room for float32 arithmetic against float64 references. */
export const FLOAT32: Tolerance = { absolute: 1e-6, relative: 1e-6 };

/** Fails with the worst element where any is off; NaN is never close to anything. */
export function expectClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  { absolute, relative }: Tolerance = FLOAT32,
): void {
  expect(actual).toHaveLength(expected.length);
  const worst = Array.from(expected, (wanted, index) => {
    const got = actual[index] ?? NaN;
    const error = got === wanted ? 0 : Math.abs(got - wanted);
    const excess = error === 0 ? 0 : error / (absolute + relative * Math.abs(wanted));
    return { index, got, wanted, excess: Number.isNaN(excess) ? Infinity : excess };
  }).reduce((a, b) => (b.excess > a.excess ? b : a), { index: -1, got: 0, wanted: 0, excess: 0 });
  if (worst.excess > 1) expect(worst).toEqual({ ...worst, got: worst.wanted, excess: 0 });
}
