// A histogram in the form of TensorFlow's HistogramProto: counts between limits that grow by 10 %.

/** Counts by buckets; bucket `i` holds values up to and without `limits[i]`. */
export interface Histogram {
  readonly min: number;
  readonly max: number;
  readonly count: number;
  readonly sum: number;
  readonly sumOfSquares: number;
  readonly limits: readonly number[];
  readonly counts: readonly number[];
}

/** Limits from -1e20 to 1e20, as TensorFlow's core/lib/histogram/histogram.cc sets them. */
const LIMITS: readonly number[] = (() => {
  const positive: number[] = [];
  for (let limit = 1e-12; limit < 1e20; limit *= 1.1) positive.push(limit);
  positive.push(Number.MAX_VALUE);
  return [...positive.map((limit) => -limit).reverse(), 0, ...positive];
})();

/** Counts finite values; empty buckets at both ends are left out. */
export function histogram(values: Iterable<number>): Histogram {
  const counts = new Array<number>(LIMITS.length).fill(0);
  let [min, max, count, sum, sumOfSquares] = [Infinity, -Infinity, 0, 0, 0];
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    const bucket = bucketOf(value);
    counts[bucket] = (counts[bucket] ?? 0) + 1;
    min = Math.min(min, value);
    max = Math.max(max, value);
    count++;
    sum += value;
    sumOfSquares += value * value;
  }
  if (count === 0) return { min: 0, max: 0, count, sum, sumOfSquares, limits: [], counts: [] };
  const [first, last] = [bucketOf(min), bucketOf(max)];
  // TensorBoard takes a bucket's lower edge from the limit before it: one empty bucket leads.
  const begin = Math.max(0, first - 1);
  return {
    min,
    max,
    count,
    sum,
    sumOfSquares,
    limits: LIMITS.slice(begin, last + 1),
    counts: counts.slice(begin, last + 1),
  };
}

/** The first limit above the value, by bisection. */
function bucketOf(value: number): number {
  let [low, high] = [0, LIMITS.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (value < (LIMITS[middle] ?? 0)) high = middle;
    else low = middle + 1;
  }
  return low;
}
