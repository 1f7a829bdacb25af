// Fine-tuning on whole texts: one class each, or a number each.
import type { BertForSequenceClassification } from '@malmoi/bert-model';
import * as tf from '@tensorflow/tfjs-core';

import type { TrainingTask } from '../loop/training-task.ts';
import { ClassificationCounts, type F1Average } from '../metrics/classification-counts.ts';
import { countTokens, tokenTensors, type TokenBatch } from './batch-tensors.ts';

/** A batch of labelled texts. */
export interface SequenceClassificationBatch extends TokenBatch {
  /** `[batch]`: a class each (Int32Array), or a number each for a regression (Float32Array). */
  readonly labels: Int32Array | Float32Array;
}

/** Options of {@link sequenceClassificationTask}. */
export interface SequenceClassificationOptions {
  /** Default `binary` for two classes, else `macro`. */
  readonly f1Average?: F1Average;
}

/**
 * Trains a classifier. Log rows have `accuracy`; evaluations `accuracy` and `f1`. A regression has its loss
 * alone.
 */
export function sequenceClassificationTask(
  model: BertForSequenceClassification,
  options: SequenceClassificationOptions = {},
): TrainingTask<SequenceClassificationBatch> {
  const average = options.f1Average ?? (model.config.numLabels === 2 ? 'binary' : 'macro');
  const run = (batch: SequenceClassificationBatch, pass: object) => {
    const { labels } = batch;
    const dtype = labels instanceof Float32Array ? 'float32' : 'int32';
    const labelTensor = tf.tensor1d(labels, dtype);
    const inputs = { ...tokenTensors(batch), labels: labelTensor };
    const { loss, logits } = model.computeLoss(inputs, pass);
    return { loss, predicted: tf.argMax(logits, 1), labelTensor, isClass: dtype === 'int32' };
  };
  return {
    model,
    countItems: ({ batchSize }) => ({ classification: batchSize }),
    countTokens,
    countExamples: ({ batchSize }) => batchSize,
    computeLoss: (batch, pass) => {
      const { loss, predicted, labelTensor, isClass } = run(batch, pass);
      if (!isClass) return { classification: { loss } };
      const correct = tf.sum<tf.Scalar>(tf.cast(tf.equal(predicted, labelTensor), 'int32'));
      return { classification: { loss, correct } };
    },
    startEvaluation: () => {
      const counts = new ClassificationCounts();
      let lossSum = 0;
      let examples = 0;
      let countsClasses = true;
      return {
        add: async (batch) => {
          const outputs = tf.tidy(() => {
            const { loss, predicted } = run(batch, {});
            return { loss, predicted };
          });
          const [mean = NaN] = await outputs.loss.data();
          const predicted = await outputs.predicted.data();
          tf.dispose(outputs);
          lossSum += mean * batch.batchSize;
          examples += batch.batchSize;
          countsClasses &&= batch.labels instanceof Int32Array;
          batch.labels.forEach((label, i) => {
            counts.add(predicted[i] ?? -1, label);
          });
        },
        result: () => ({
          loss: lossSum / examples,
          ...(countsClasses && { accuracy: counts.accuracy(), f1: counts.f1(average) }),
        }),
      };
    },
  };
}
