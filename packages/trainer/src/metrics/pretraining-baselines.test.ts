import { describe, expect, test } from '@jest/globals';

import { PretrainingBaselines } from './pretraining-baselines.ts';

const batch = (maskedLabels: number[], nextSentenceLabel: number[]) => ({
  maskedLabels: Int32Array.from(maskedLabels),
  nextSentenceLabel: Int32Array.from(nextSentenceLabel),
});

describe('PretrainingBaselines', () => {
  test('entropy and the most frequent answer, over all batches', () => {
    const baselines = new PretrainingBaselines();
    baselines.add(batch([7, 7, 9], [0, 1]), true);
    baselines.add(batch([7, 8], [1, 1]), true);
    // Tokens 3/5, 1/5, 1/5; pairs 1/4 and 3/4.
    const unigram = 0.6 * Math.log(5 / 3) + 0.4 * Math.log(5);
    const figures = baselines.figures();
    expect(figures['unigram_loss']).toBeCloseTo(unigram, 12);
    expect(figures['unigram_perplexity']).toBeCloseTo(Math.exp(unigram), 12);
    expect(figures['unigram_accuracy']).toBe(0.6);
    expect(figures['coin_loss']).toBeCloseTo(0.25 * Math.log(4) + 0.75 * Math.log(4 / 3), 12);
    expect(figures['coin_accuracy']).toBe(0.75);
  });

  test('a fair coin, and one kind of token', () => {
    const baselines = new PretrainingBaselines();
    baselines.add(batch([5, 5], [0, 1]), true);
    expect(baselines.figures()).toEqual({
      unigram_loss: 0,
      unigram_perplexity: 1,
      unigram_accuracy: 1,
      coin_loss: Math.LN2,
      coin_accuracy: 0.5,
    });
  });

  test('what is not predicted has no baseline', () => {
    const baselines = new PretrainingBaselines();
    baselines.add(batch([5], [-1]), false);
    expect(Object.keys(baselines.figures())).toEqual([
      'unigram_loss',
      'unigram_perplexity',
      'unigram_accuracy',
    ]);
    expect(new PretrainingBaselines().figures()).toEqual({});
  });
});
