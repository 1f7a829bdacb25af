// BERT's pretraining (Devlin et al. 2019): masked-LM and next-sentence prediction, the sum of two means.
// Serves BertForPreTraining and, with batches without next-sentence labels, BertForMaskedLM.
import type {
  BertForMaskedLM,
  BertForPreTraining,
  MaskedLmLoss,
  PreTrainingLoss,
} from '@malmoi/bert-model';
import * as tf from '@tensorflow/tfjs-core';

import type { LossTerm, TrainingPass, TrainingTask } from '../loop/training-task.ts';
import { MeanEvaluation } from '../metrics/mean-evaluation.ts';
import { pretrainingFigures } from '../metrics/pretraining-figures.ts';
import { countTokens, tokenTensors, type TokenBatch } from './batch-tensors.ts';

/** A batch for pretraining; `Batch` of @malmoi/datasets is one. */
export interface PretrainingBatch extends TokenBatch {
  /** `[masked]`: the positions to predict, as `row * length + column`. */
  readonly maskedPositions: Int32Array;
  /** `[masked]`: the tokens that stood there. */
  readonly maskedLabels: Int32Array;
  /** `[batch]`: 0 is the next sentence, 1 a random one, -1 where examples have one segment. */
  readonly nextSentenceLabel?: Int32Array;
}

/**
 * Trains a model by `mlm` and, where it has that head and the batch has labels, `nsp`. Log rows have
 * `mlm_loss`, `mlm_accuracy`, `nsp_loss` and `nsp_accuracy` then; evaluations `perplexity` too.
 */
export function pretrainingTask(
  model: BertForPreTraining | BertForMaskedLM,
): TrainingTask<PretrainingBatch> {
  const hasSentenceHead = model.architecture === 'BertForPreTraining';
  const usesSentences = (batch: PretrainingBatch): boolean =>
    hasSentenceHead && (batch.nextSentenceLabel?.every((label) => label >= 0) ?? false);

  const countItems = (batch: PretrainingBatch): Record<string, number> => ({
    mlm: batch.maskedPositions.length,
    ...(usesSentences(batch) && { nsp: batch.batchSize }),
  });

  const computeLoss = (batch: PretrainingBatch, pass?: TrainingPass): Record<string, LossTerm> => {
    const inputs = {
      ...tokenTensors(batch),
      maskedPositions: tf.tensor1d(batch.maskedPositions, 'int32'),
      maskedLabels: tf.tensor1d(batch.maskedLabels, 'int32'),
      ...(usesSentences(batch) &&
        batch.nextSentenceLabel && {
          nextSentenceLabel: tf.tensor1d(batch.nextSentenceLabel, 'int32'),
        }),
    };
    const outputs: Partial<PreTrainingLoss> & Partial<MaskedLmLoss> = model.computeLoss(inputs, {
      ...pass,
      outputAccuracy: true,
    });
    const { maskedLmLoss, maskedLmCorrect, nextSentenceLoss, seqRelationshipLogits } = outputs;
    return {
      ...(maskedLmLoss && {
        mlm: { loss: maskedLmLoss, ...(maskedLmCorrect && { correct: maskedLmCorrect }) },
      }),
      ...(nextSentenceLoss &&
        seqRelationshipLogits &&
        inputs.nextSentenceLabel && {
          nsp: {
            loss: nextSentenceLoss,
            correct: countCorrect(seqRelationshipLogits, inputs.nextSentenceLabel),
          },
        }),
    };
  };

  return {
    model,
    countItems,
    countTokens,
    countExamples: ({ batchSize }) => batchSize,
    computeLoss,
    startEvaluation: () =>
      new MeanEvaluation(countItems, (batch) => computeLoss(batch), pretrainingFigures),
  };
}

/** How many rows have their largest logit at the label. */
function countCorrect(logits: tf.Tensor2D, labels: tf.Tensor1D): tf.Scalar {
  return tf.sum(tf.cast(tf.equal(tf.argMax(logits, 1), labels), 'int32'));
}
