// One forward and backward pass over a made-up batch, 15 % of it masked.
import { valueAndGradients, type BertForMaskedLM } from '@malmoi/bert-model';
import * as tf from '@tensorflow/tfjs-core';

/** Computes the gradients and disposes them. */
export function lossAndGradientsOf(
  model: BertForMaskedLM,
  batchSize: number,
  length: number,
): tf.Scalar {
  const size = batchSize * length;
  const masked = Math.round(0.15 * size);
  return tf.tidy(() => {
    const batch = {
      inputIds: tf.ones<tf.Rank.R2>([batchSize, length], 'int32'),
      maskedPositions: tf.range(0, masked, 1, 'int32'),
      maskedLabels: tf.ones<tf.Rank.R1>([masked], 'int32'),
    };
    const options = { training: true, dropoutSeed: 1, dropoutStep: 1 };
    return valueAndGradients(model, () => model.computeLoss(batch, options)).outputs.loss;
  });
}
