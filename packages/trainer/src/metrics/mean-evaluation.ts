// An evaluation of what is a mean over items: the parts of a loss and their accuracies.
import * as tf from '@tensorflow/tfjs-core';

import type { Evaluation, LossTerm } from '../loop/training-task.ts';

/** Sums of one part of a loss over an evaluation. */
export interface EvaluatedTerm {
  /** Sum over the items. */
  readonly lossSum: number;
  readonly items: number;
  readonly correct: number | undefined;
}

/** Adds up the parts of a loss over batches, each weighted by its items. */
export class MeanEvaluation<Batch> implements Evaluation<Batch> {
  readonly #countItems: (batch: Batch) => Readonly<Record<string, number>>;
  readonly #computeLoss: (batch: Batch) => Readonly<Record<string, LossTerm>>;
  readonly #figures: (terms: ReadonlyMap<string, EvaluatedTerm>) => Record<string, number>;
  readonly #terms = new Map<string, EvaluatedTerm>();

  /** @param figures what the sums come to. */
  constructor(
    countItems: (batch: Batch) => Readonly<Record<string, number>>,
    computeLoss: (batch: Batch) => Readonly<Record<string, LossTerm>>,
    figures: (terms: ReadonlyMap<string, EvaluatedTerm>) => Record<string, number>,
  ) {
    this.#countItems = countItems;
    this.#computeLoss = computeLoss;
    this.#figures = figures;
  }

  async add(batch: Batch): Promise<void> {
    const counts = this.#countItems(batch);
    const terms = tf.tidy(() => this.#computeLoss(batch) as Record<string, TidyTerm>);
    try {
      for (const [name, { loss, correct }] of Object.entries(terms)) {
        const items = counts[name] ?? 0;
        const before = this.#terms.get(name) ?? { lossSum: 0, items: 0, correct: 0 };
        const [mean = NaN] = await loss.data();
        const right = correct && ((await correct.data())[0] ?? 0);
        this.#terms.set(name, {
          lossSum: before.lossSum + mean * items,
          items: before.items + items,
          correct: right === undefined ? undefined : (before.correct ?? 0) + right,
        });
      }
    } finally {
      tf.dispose(terms);
    }
  }

  result(): Record<string, number> {
    return this.#figures(this.#terms);
  }
}

/** LossTerm in the form that tf.tidy looks through for tensors. */
// eslint-disable-next-line @typescript-eslint/consistent-type-definitions -- an interface is no TensorContainer
type TidyTerm = { loss: tf.Scalar; correct?: tf.Scalar };

/** Mean loss of a part; NaN over no items, as the mean of nothing. */
export function meanLoss({ lossSum, items }: EvaluatedTerm): number {
  return lossSum / items;
}

/** Part of the items predicted right, where counted. */
export function accuracy({ correct, items }: EvaluatedTerm): number | undefined {
  return correct === undefined || items === 0 ? undefined : correct / items;
}
