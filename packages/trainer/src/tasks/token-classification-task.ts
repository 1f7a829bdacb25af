// Fine-tuning on tokens: named entities, parts of speech. Entities are counted as seqeval does.
import { ignoredLabel, type BertForTokenClassification } from '@malmoi/bert-model';
import * as tf from '@tensorflow/tfjs-core';

import { ArgumentError } from '../arguments/argument-error.ts';
import type { Evaluation, TrainingTask } from '../loop/training-task.ts';
import { EntityCounts } from '../metrics/entity-f1.ts';
import { countTokens, tokenTensors, type TokenBatch } from './batch-tensors.ts';

/** A batch of texts with a label for each token. */
export interface TokenClassificationBatch extends TokenBatch {
  /** `[batch * length]`: a class each, -100 where none counts (special tokens, later pieces of a word). */
  readonly labels: Int32Array;
}

/**
 * Trains a tagger. Log rows have `accuracy` over the tokens that count; evaluations `precision`, `recall` and
 * `f1` of whole entities, and `accuracy`.
 *
 * @param labelNames IOB tags by class: `O`, `B-PER`, `I-PER`, …
 * @throws ArgumentError unless there is one for each class of the model.
 */
export function tokenClassificationTask(
  model: BertForTokenClassification,
  labelNames: readonly string[],
): TrainingTask<TokenClassificationBatch> {
  const { numLabels } = model.config;
  if (labelNames.length !== numLabels) {
    throw new ArgumentError('labelNames', labelNames, `a name for each of ${numLabels} classes`);
  }
  const countLabels = ({ labels }: TokenClassificationBatch): number =>
    labels.reduce((count, label) => count + (label === ignoredLabel ? 0 : 1), 0);
  const run = (batch: TokenClassificationBatch, pass: object) => {
    const labels = tf.tensor2d(batch.labels, [batch.batchSize, batch.length], 'int32');
    const { loss, logits } = model.computeLoss({ ...tokenTensors(batch), labels }, pass);
    return { loss, predicted: tf.argMax(logits, 2), labels };
  };
  return {
    model,
    countItems: (batch) => ({ tokens: countLabels(batch) }),
    countTokens,
    countExamples: ({ batchSize }) => batchSize,
    computeLoss: (batch, pass) => {
      const { loss, predicted, labels } = run(batch, pass);
      // No class is -100, so what does not count is never equal.
      const correct = tf.sum<tf.Scalar>(tf.cast(tf.equal(predicted, labels), 'int32'));
      return { tokens: { loss, correct } };
    },
    startEvaluation: () =>
      entityEvaluation(labelNames, countLabels, (batch) =>
        tf.tidy(() => {
          const { loss, predicted } = run(batch, {});
          return { loss, predicted };
        }),
      ),
  };
}

function entityEvaluation(
  labelNames: readonly string[],
  countLabels: (batch: TokenClassificationBatch) => number,
  run: (batch: TokenClassificationBatch) => { loss: tf.Scalar; predicted: tf.Tensor },
): Evaluation<TokenClassificationBatch> {
  const entities = new EntityCounts();
  const totals = { loss: 0, tokens: 0, correct: 0 };
  return {
    add: async (batch) => {
      const outputs = run(batch);
      const [mean = NaN] = await outputs.loss.data();
      const predicted = await outputs.predicted.data();
      tf.dispose(outputs);
      const tokens = countLabels(batch);
      totals.loss += mean * tokens;
      totals.tokens += tokens;
      for (let row = 0; row < batch.batchSize; row++) {
        const [found, expected]: [string[], string[]] = [[], []];
        for (let at = row * batch.length; at < (row + 1) * batch.length; at++) {
          const label = batch.labels[at] ?? ignoredLabel;
          if (label === ignoredLabel) continue;
          if (predicted[at] === label) totals.correct++;
          found.push(labelNames[predicted[at] ?? 0] ?? 'O');
          expected.push(labelNames[label] ?? 'O');
        }
        entities.add(found, expected);
      }
    },
    result: () => {
      const { precision, recall, f1 } = entities.overall();
      const { loss, tokens, correct } = totals;
      return { loss: loss / tokens, precision, recall, f1, accuracy: correct / tokens };
    },
  };
}
