// One vector for a whole sequence: BERT's pooler (dense and tanh on the first token, BertPooler), or
// the maximum over its positions (Keras' GlobalMaxPooling1D, here leaving padding out).
import * as tf from '@tensorflow/tfjs-core';
import { dense } from '@malmoi/ops';

import type { BertConfig } from '../config/bert-config.ts';
import type { DenseWeights, ParameterScope } from '../parameters/parameter-scope.ts';

export class BertPooler {
  /** Absent for max pooling, which has no parameters. */
  readonly #dense: DenseWeights | undefined;

  constructor(scope: ParameterScope, config: BertConfig) {
    const { hiddenSize, pooling } = config;
    this.#dense =
      pooling === 'cls' ? scope.child('dense').dense(hiddenSize, hiddenSize) : undefined;
  }

  /** False where the first token is all that is read. */
  get readsAllPositions(): boolean {
    return this.#dense === undefined;
  }

  /** `[batch, length, hidden]` → `[batch, hidden]`. */
  forward(hidden: tf.Tensor3D, mask: tf.Tensor2D | undefined): tf.Tensor2D {
    if (this.#dense === undefined) {
      return maxOverPositions(hidden, mask);
    }
    const [batch, , width] = hidden.shape;
    const firstToken = tf.reshape(tf.slice(hidden, [0, 0, 0], [batch, 1, width]), [batch, width]);
    const pooled = dense(firstToken, this.#dense.kernel, this.#dense.bias, { activation: 'tanh' });
    return pooled as tf.Tensor2D;
  }
}

/** Far below any hidden state, and far from overflowing when added to one. */
const belowAllStates = -1e9;

/** A row that is padding throughout pools to zeros. */
function maxOverPositions(hidden: tf.Tensor3D, mask: tf.Tensor2D | undefined): tf.Tensor2D {
  if (mask === undefined) {
    return tf.max(hidden, 1);
  }
  const [batch, length] = mask.shape;
  const columns = tf.reshape(mask, [batch, length, 1]);
  const lowered = tf.add(tf.mul(hidden, columns), tf.mul(tf.sub(1, columns), belowAllStates));
  const hasTokens = tf.max(columns, 1); // [batch, 1]
  return tf.mul(tf.max(lowered, 1), hasTokens);
}
