// Labels for every position of a batch, for losses that do not gather the masked ones.
import type { Batch } from './batch.ts';

/** What transformers puts where nothing is predicted. */
export const IGNORE_INDEX = -100;

/** Labels as transformers' collator returns them. @returns `[batch * length]`, -100 where nothing is predicted */
export function ignoredLabels(batch: Batch): Int32Array {
  const labels = new Int32Array(batch.inputIds.length).fill(IGNORE_INDEX);
  scatter(batch, labels);
  return labels;
}

/** Labels on every token, and which of them count. */
export interface WeightedLabels {
  /** `[batch * length]`: the token before masking, at every position. */
  readonly labels: Int32Array;
  /** `[batch * length]`: 1 where a token is predicted, else 0. */
  readonly weights: Float32Array;
}

/** Labels as the Keras example "End-to-end Masked Language Modeling with BERT" (2020) makes them. */
export function weightedLabels(batch: Batch): WeightedLabels {
  const labels = batch.inputIds.slice();
  scatter(batch, labels);
  const weights = new Float32Array(labels.length);
  for (const position of batch.maskedPositions) weights[position] = 1;
  return { labels, weights };
}

function scatter(batch: Batch, labels: Int32Array): void {
  batch.maskedPositions.forEach((position, i) => {
    labels[position] = batch.maskedLabels[i] ?? 0;
  });
}
