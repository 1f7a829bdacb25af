// Which positions the masked-LM loss is about. Only these (some 15 % of a batch) go through the
// vocabulary projection, as in Google's run_pretraining.py.
import * as tf from '@tensorflow/tfjs-core';

import { BertInputError, describe } from '../modules/inputs.ts';

/** The label of a position that is not predicted, as PyTorch and transformers have it. */
export const ignoredLabel = -100;

/** Masked-LM targets, in either of two forms. */
export interface MaskedLmLabels {
  /** int32 `[batch, length]`: the true id, or -100 where nothing is predicted. */
  readonly labels?: tf.Tensor2D;
  /** int32 `[n]`: the predicted positions as `row * length + column`; with `maskedLabels`. */
  readonly maskedPositions?: tf.Tensor1D;
  /** int32 `[n]`: the true id at each of `maskedPositions`. */
  readonly maskedLabels?: tf.Tensor1D;
}

/** The predicted positions and their true ids, both int32 `[n]`. */
export interface MaskedTargets {
  readonly positions: tf.Tensor1D;
  readonly labels: tf.Tensor1D;
}

/**
 * The targets, or undefined if there are none. From `labels` they are read off here, which waits
 * for the backend; a data loader that knows the positions passes them instead.
 *
 * @throws BertInputError for half of a pair, for both forms at once, or for a wrong shape.
 */
export function maskedTargets(
  { labels, maskedPositions, maskedLabels }: MaskedLmLabels,
  inputIds: tf.Tensor2D,
): MaskedTargets | undefined {
  if (maskedPositions === undefined && maskedLabels === undefined) {
    return labels && targetsFromLabels(labels, inputIds);
  }
  if (maskedPositions === undefined || maskedLabels === undefined || labels !== undefined) {
    throw new BertInputError(
      'labels',
      'given in part or twice',
      'either labels, or maskedPositions together with maskedLabels',
    );
  }
  if (maskedLabels.shape[0] !== maskedPositions.shape[0]) {
    throw new BertInputError(
      'maskedLabels',
      describe(maskedLabels),
      `one label for each of the ${maskedPositions.size} maskedPositions`,
    );
  }
  return { positions: maskedPositions, labels: maskedLabels };
}

function targetsFromLabels(labels: tf.Tensor2D, inputIds: tf.Tensor2D): MaskedTargets {
  if (labels.dtype !== 'int32' || !tf.util.arraysEqual(labels.shape, inputIds.shape)) {
    throw new BertInputError('labels', describe(labels), `int32 [${inputIds.shape.join(', ')}]`);
  }
  const values = labels.dataSync();
  const positions: number[] = [];
  const ids: number[] = [];
  values.forEach((id, position) => {
    if (id !== ignoredLabel) {
      positions.push(position);
      ids.push(id);
    }
  });
  return { positions: tf.tensor1d(positions, 'int32'), labels: tf.tensor1d(ids, 'int32') };
}
