// The loss of a sequence classifier, by problem type as transformers chooses it
// (BertForSequenceClassification.forward).
import * as tf from '@tensorflow/tfjs-core';
import { binaryCrossEntropyWithLogits, crossEntropy, meanSquaredError } from '@malmoi/ops';

import type { BertConfig, ProblemType } from '../config/bert-config.ts';
import { BertInputError, describe } from '../modules/inputs.ts';

/** The configured type; else one output is a regression, and whole-number labels mean one class each. */
function inferProblemType(config: BertConfig, labels: tf.Tensor): ProblemType {
  if (config.problemType !== null) {
    return config.problemType;
  }
  if (config.numLabels === 1) {
    return 'regression';
  }
  return labels.dtype === 'int32' ? 'single_label_classification' : 'multi_label_classification';
}

/**
 * @param logits `[batch, numLabels]`.
 * @param labels int32 `[batch]` for one class each; float32 `[batch, numLabels]` (or `[batch]`, if
 *   there is one label) for a regression or for several classes at once.
 * @throws BertInputError for labels of another type or shape.
 */
export function sequenceLoss(
  logits: tf.Tensor2D,
  labels: tf.Tensor,
  config: BertConfig,
): tf.Scalar {
  const problemType = inferProblemType(config, labels);
  const [batch, numLabels] = logits.shape;
  if (problemType === 'single_label_classification') {
    checkLabels(labels, 'int32', [[batch]]);
    return crossEntropy(logits, labels);
  }
  const shapes = numLabels === 1 ? [[batch, 1], [batch]] : [[batch, numLabels]];
  checkLabels(labels, 'float32', shapes);
  const targets = tf.reshape(labels, logits.shape);
  return problemType === 'regression'
    ? meanSquaredError(logits, targets)
    : binaryCrossEntropyWithLogits(logits, targets);
}

function checkLabels(labels: tf.Tensor, dtype: tf.DataType, shapes: number[][]): void {
  const fits = shapes.some((shape) => tf.util.arraysEqual(labels.shape, shape));
  if (labels.dtype !== dtype || !fits) {
    const allowed = shapes.map((shape) => `[${shape.join(', ')}]`).join(' or ');
    throw new BertInputError('labels', describe(labels), `${dtype} ${allowed}`);
  }
}
