// How long things are, in tokens: counts in buckets that double, for reports.

/** Upper bounds of the buckets (included); the last bucket has none. */
const LENGTH_BOUNDS: readonly number[] = [8, 16, 32, 64, 128, 256, 512];

/** Counts by length: one bucket for each bound, and one above them. */
export type LengthHistogram = number[];

/** A histogram of nothing. */
export function emptyHistogram(): LengthHistogram {
  return new Array<number>(LENGTH_BOUNDS.length + 1).fill(0);
}

/** Counts one thing of a length. */
export function countLength(histogram: LengthHistogram, length: number): void {
  let bucket = LENGTH_BOUNDS.findIndex((bound) => length <= bound);
  if (bucket < 0) bucket = LENGTH_BOUNDS.length;
  histogram[bucket] = (histogram[bucket] ?? 0) + 1;
}

/** Rows such as `17-32  1,234  12.3 %  ####`, without those of empty buckets at the end. */
export function histogramRows(histogram: readonly number[]): string[] {
  const total = histogram.reduce((sum, count) => sum + count, 0);
  const last = histogram.findLastIndex((count) => count > 0);
  return histogram.slice(0, last + 1).map((count, i) => {
    const low = (LENGTH_BOUNDS[i - 1] ?? 0) + 1;
    const label = i < LENGTH_BOUNDS.length ? `${low}-${LENGTH_BOUNDS[i] ?? 0}` : `${low} and more`;
    const share = total === 0 ? 0 : count / total;
    const bar = '#'.repeat(Math.round(share * 40));
    const shown = count.toLocaleString('en-US');
    return `${label.padStart(12)} ${shown.padStart(12)} ${(share * 100).toFixed(1).padStart(6)} % ${bar}`.trimEnd();
  });
}
