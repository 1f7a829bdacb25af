// Next-sentence prediction on the pooled output (BertOnlyNSPHead).
import type * as tf from '@tensorflow/tfjs-core';
import { crossEntropy, dense } from '@malmoi/ops';

import type { BertConfig } from '../config/bert-config.ts';
import type { DenseWeights, ParameterScope } from '../parameters/parameter-scope.ts';

/** The next-sentence part of a loss. */
export interface NextSentenceLossOutput {
  /** Mean cross-entropy over the batch. */
  readonly nextSentenceLoss: tf.Scalar;
  /** `[batch, 2]`: is the next sentence, is a random one. */
  readonly seqRelationshipLogits: tf.Tensor2D;
}

export class NextSentenceHead {
  readonly #dense: DenseWeights;

  constructor(scope: ParameterScope, config: BertConfig) {
    this.#dense = scope.dense(config.hiddenSize, 2);
  }

  /** `[batch, hidden]` → `[batch, 2]`. */
  logits(pooled: tf.Tensor2D): tf.Tensor2D {
    return dense(pooled, this.#dense.kernel, this.#dense.bias) as tf.Tensor2D;
  }

  /** @param labels int32 `[batch]`: 0 is the next sentence, 1 a random one. */
  loss(pooled: tf.Tensor2D, labels: tf.Tensor1D): NextSentenceLossOutput {
    const seqRelationshipLogits = this.logits(pooled);
    return { seqRelationshipLogits, nextSentenceLoss: crossEntropy(seqRelationshipLogits, labels) };
  }
}
