// The one way in which tests of this package compare numbers.
import { expect } from '@jest/globals';

/** |actual - expected| <= absolute + relative * |expected| + ofLargest * max|expected| for every element. */
export interface Tolerance {
  readonly absolute: number;
  readonly relative: number;
  /** Default 0. What rounding the factors of a sum needs, whose terms may be larger than the sum. */
  readonly ofLargest?: number;
  /** Is told the largest error of each comparison, as a part of the largest expected element. */
  readonly observe?: (error: number) => void;
}

/** Room for float32 arithmetic against float64 references. */
export const FLOAT32: Tolerance = { absolute: 1e-6, relative: 1e-6 };

/** Room for factors of matrix products that are rounded to bfloat16, each by 2^-8 of itself. */
export const BFLOAT16: Tolerance = { absolute: 1e-6, relative: 0, ofLargest: 2e-2 };

/** A tensor of nothing larger, such as the gradient of saturated scores, is rounding noise and has no relative error. */
const NOISE = 1e-5;

/** Fails with the worst element where any is off; NaN is never close to anything. */
export function expectClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  { absolute, relative, ofLargest = 0, observe }: Tolerance = FLOAT32,
): void {
  expect(actual).toHaveLength(expected.length);
  const largest = Array.from(expected).reduce((a, b) => Math.max(a, Math.abs(b)), 0);
  const floor = absolute + ofLargest * largest;
  const worst = Array.from(expected, (wanted, index) => {
    const got = actual[index] ?? NaN;
    const error = got === wanted ? 0 : Math.abs(got - wanted);
    const excess = error === 0 ? 0 : error / (floor + relative * Math.abs(wanted));
    if (largest > NOISE) observe?.(error / largest);
    return { index, got, wanted, excess: Number.isNaN(excess) ? Infinity : excess };
  }).reduce((a, b) => (b.excess > a.excess ? b : a), { index: -1, got: 0, wanted: 0, excess: 0 });
  if (worst.excess > 1) expect(worst).toEqual({ ...worst, got: worst.wanted, excess: 0 });
}
