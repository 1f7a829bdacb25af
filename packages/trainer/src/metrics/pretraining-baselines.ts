// What guessing gets on the examples of an evaluation: a model has learned something when it does better. Both
// guesses know how often each answer occurs in these very examples, which no fair guess would.

/** What has to be known of a batch. */
interface Targets {
  readonly maskedLabels: Int32Array;
  readonly nextSentenceLabel?: Int32Array;
}

/** Counts the right answers of pretraining batches. */
export class PretrainingBaselines {
  readonly #tokens = new Map<number, number>();
  readonly #sentences = new Map<number, number>();

  /** @param countSentences whether the batch's sentence pairs are predicted, too */
  add({ maskedLabels, nextSentenceLabel }: Targets, countSentences: boolean): void {
    for (const label of maskedLabels) increment(this.#tokens, label);
    if (!countSentences) return;
    for (const label of nextSentenceLabel ?? []) increment(this.#sentences, label);
  }

  /**
   * `unigram_loss` (the entropy of the masked tokens), `unigram_perplexity` and `unigram_accuracy` (of always
   * answering the most frequent one); `coin_loss` and `coin_accuracy`, the same for the sentence pairs. What
   * was not counted is left out.
   */
  figures(): Record<string, number> {
    const unigram = bestGuess(this.#tokens);
    const coin = bestGuess(this.#sentences);
    return {
      ...(unigram && {
        unigram_loss: unigram.loss,
        unigram_perplexity: Math.exp(unigram.loss),
        unigram_accuracy: unigram.accuracy,
      }),
      ...(coin && { coin_loss: coin.loss, coin_accuracy: coin.accuracy }),
    };
  }
}

function increment(counts: Map<number, number>, label: number): void {
  counts.set(label, (counts.get(label) ?? 0) + 1);
}

/** Cross-entropy (nats) and accuracy of the best answer that is the same for every question. */
function bestGuess(
  counts: ReadonlyMap<number, number>,
): { loss: number; accuracy: number } | undefined {
  let [total, most] = [0, 0];
  for (const count of counts.values()) {
    total += count;
    most = Math.max(most, count);
  }
  if (total === 0) return undefined;
  let loss = 0;
  for (const count of counts.values()) loss += (count / total) * Math.log(total / count);
  return { loss, accuracy: most / total };
}
