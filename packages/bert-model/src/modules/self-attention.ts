// Multi-head self-attention up to the concatenated heads (BertSelfAttention).
import type * as tf from '@tensorflow/tfjs-core';
import { attention, attentionWithProbabilities, dense } from '@malmoi/ops';

import type { BertConfig } from '../config/bert-config.ts';
import type { DenseWeights, ParameterScope } from '../parameters/parameter-scope.ts';
import type { ForwardContext } from './inputs.ts';

/** What one layer's attention gives; probabilities only when they were asked for. */
export interface SelfAttentionOutput {
  /** `[batch, length, hidden]`. */
  readonly context: tf.Tensor;
  /** `[batch, heads, length, length]`, queries by keys. */
  readonly probabilities?: tf.Tensor;
}

export class BertSelfAttention {
  readonly #query: DenseWeights;
  readonly #key: DenseWeights;
  readonly #value: DenseWeights;
  readonly #numHeads: number;
  readonly #dropoutRate: number;

  constructor(scope: ParameterScope, config: BertConfig) {
    const { hiddenSize } = config;
    this.#query = scope.child('query').dense(hiddenSize, hiddenSize);
    this.#key = scope.child('key').dense(hiddenSize, hiddenSize);
    this.#value = scope.child('value').dense(hiddenSize, hiddenSize);
    this.#numHeads = config.numAttentionHeads;
    this.#dropoutRate = config.attentionProbsDropoutProb;
  }

  /** @param mask float32 `[batch, length]`, 0 where no position may look. */
  forward(
    hidden: tf.Tensor, // [batch, length, hidden]
    mask: tf.Tensor | undefined,
    site: string,
    context: ForwardContext,
  ): SelfAttentionOutput {
    const query = dense(hidden, this.#query.kernel, this.#query.bias);
    const key = dense(hidden, this.#key.kernel, this.#key.bias);
    const value = dense(hidden, this.#value.kernel, this.#value.bias);
    const dropout = context.dropoutAt(this.#dropoutRate, `${site}.attention.self`);
    const options = {
      numHeads: this.#numHeads,
      ...(mask && { mask }),
      ...(dropout && { dropout }),
    };
    return context.outputAttentions
      ? attentionWithProbabilities(query, key, value, options)
      : { context: attention(query, key, value, options) };
  }
}
