// Multi-head attention in float64, with its gradients: what the kernels are compared with.

/** Inputs of an attention: query and dContext [batch, queries, heads * headSize], key and value [batch, length, ...]. */
export interface AttentionCase {
  readonly batch: number;
  readonly queries: number;
  readonly length: number;
  readonly heads: number;
  readonly headSize: number;
  readonly query: Float32Array;
  readonly key: Float32Array;
  readonly value: Float32Array;
  readonly dContext: Float32Array;
  /** [batch, length] of 0 and 1. */
  readonly mask: Float32Array;
  /** [batch, heads, queries, length]: what dropout multiplies by. */
  readonly dropped: Float32Array;
}

/** Sums of products, and what their terms add up to without their signs. */
export interface Sums {
  readonly values: Float64Array;
  readonly magnitudes: Float64Array;
}

/** context, dQuery, dKey, dValue. */
export function attentionReference(inputs: AttentionCase): Sums[] {
  const { batch, queries, length, heads, headSize, query, key, value, dContext } = inputs;
  const results = [query, query, key, value].map(({ length: size }) => ({
    values: new Float64Array(size),
    magnitudes: new Float64Array(size),
  }));
  const [context, dQuery, dKey, dValue] = results as [Sums, Sums, Sums, Sums];
  for (let head = 0; head < batch * heads; head++) {
    const sequence = Math.floor(head / heads);
    const at = (row: number): number => (row * heads + (head % heads)) * headSize;
    const ofQuery = (i: number): number => at(sequence * queries + i);
    const ofKey = (j: number): number => at(sequence * length + j);
    for (let i = 0; i < queries; i++) {
      const probabilities = softmaxRow(inputs, sequence, ofQuery(i), ofKey);
      const first = (head * queries + i) * length;
      const factor = (j: number): number => inputs.dropped[first + j] ?? NaN;
      const dProbabilities = probabilities.map(
        (_, j) => factor(j) * dot(dContext, ofQuery(i), value, ofKey(j), headSize),
      );
      const mean = probabilities.reduce((sum, p, j) => sum + p * (dProbabilities[j] ?? NaN), 0);
      for (const [j, p] of probabilities.entries()) {
        const dScore = (p * ((dProbabilities[j] ?? NaN) - mean)) / Math.sqrt(headSize);
        addScaled(context, ofQuery(i), value, ofKey(j), p * factor(j), headSize);
        addScaled(dValue, ofKey(j), dContext, ofQuery(i), p * factor(j), headSize);
        addScaled(dQuery, ofQuery(i), key, ofKey(j), dScore, headSize);
        addScaled(dKey, ofKey(j), query, ofQuery(i), dScore, headSize);
      }
    }
  }
  return results;
}

function softmaxRow(
  { length, headSize, query, key, mask }: AttentionCase,
  sequence: number,
  from: number,
  ofKey: (position: number) => number,
): Float64Array {
  const scores = Float64Array.from({ length }, (_, j) =>
    mask[sequence * length + j] === 0
      ? -Infinity
      : dot(query, from, key, ofKey(j), headSize) / Math.sqrt(headSize),
  );
  const peak = scores.reduce((largest, score) => Math.max(largest, score), -1e300);
  const exponentials = scores.map((score) => Math.exp(score - peak));
  const sum = exponentials.reduce((total, each) => total + each, 0);
  return sum === 0 ? exponentials : exponentials.map((each) => each / sum);
}

function dot(a: Float32Array, from: number, b: Float32Array, other: number, size: number): number {
  let sum = 0;
  for (let i = 0; i < size; i++) sum += (a[from + i] ?? NaN) * (b[other + i] ?? NaN);
  return sum;
}

function addScaled(
  { values, magnitudes }: Sums,
  at: number,
  from: Float32Array,
  other: number,
  scale: number,
  size: number,
): void {
  for (let i = 0; i < size; i++) {
    const term = scale * (from[other + i] ?? NaN);
    values[at + i] = (values[at + i] ?? NaN) + term;
    magnitudes[at + i] = (magnitudes[at + i] ?? NaN) + Math.abs(term);
  }
}
