// Softmax probabilities of one position, and the largest of them.

/** A token and its probability. */
export interface ScoredToken {
  readonly token: number;
  readonly score: number;
}

/**
 * The most probable tokens, best first; of equal ones the smaller id first. Computed in float64 from float32
 * logits.
 *
 * @param logits `[vocab]`
 * @param topK how many at most
 * @param targets ids to choose among, each once; default all. Scores are those among all tokens.
 */
export function topTokens(
  logits: Float32Array,
  topK: number,
  targets?: readonly number[],
): ScoredToken[] {
  let peak = -Infinity;
  for (const logit of logits) peak = Math.max(peak, logit);
  let total = 0;
  for (const logit of logits) total += Math.exp(logit - peak);
  const candidates = targets ?? Array.from(logits.keys());
  const logitOf = (token: number): number => logits[token] ?? -Infinity;
  return candidates
    .toSorted((a, b) => logitOf(b) - logitOf(a) || a - b)
    .slice(0, topK)
    .map((token) => ({ score: Math.exp(logitOf(token) - peak) / total, token }));
}
