// One encoder layer: attention and feed-forward, each followed by dropout, the residual sum and
// LayerNorm (BertLayer; post-norm, as in the original Transformer).
import type * as tf from '@tensorflow/tfjs-core';
import {
  encoderLayer,
  encoderLayerWithProbabilities,
  type ActivationName,
  type EncoderLayerWeights,
} from '@malmoi/ops';

import type { BertConfig } from '../config/bert-config.ts';
import type { ParameterScope } from '../parameters/parameter-scope.ts';
import type { ForwardContext } from './inputs.ts';

/** What one layer gives. */
export interface EncoderLayerOutput {
  /** `[batch, length, hidden]`, or `[batch, count, hidden]`. */
  readonly hidden: tf.Tensor3D;
  /** `[batch, heads, length, length]`, if asked for; of some positions, `[batch, heads, count, length]`. */
  readonly attention?: tf.Tensor4D;
}

export class BertLayer {
  readonly #weights: EncoderLayerWeights;
  readonly #numHeads: number;
  readonly #activation: ActivationName;
  readonly #epsilon: number;
  readonly #hiddenDropoutRate: number;
  readonly #attentionDropoutRate: number;
  /** Names the layer's dropouts, whatever model it stands in. */
  readonly #site: string;

  constructor(scope: ParameterScope, config: BertConfig, index: number) {
    const { hiddenSize, intermediateSize } = config;
    this.#weights = {
      query: scope.child('attention.self.query').dense(hiddenSize, hiddenSize),
      key: scope.child('attention.self.key').dense(hiddenSize, hiddenSize),
      value: scope.child('attention.self.value').dense(hiddenSize, hiddenSize),
      attentionOutput: scope.child('attention.output.dense').dense(hiddenSize, hiddenSize),
      attentionNorm: scope.child('attention.output.LayerNorm').layerNorm(hiddenSize),
      intermediate: scope.child('intermediate.dense').dense(hiddenSize, intermediateSize),
      output: scope.child('output.dense').dense(intermediateSize, hiddenSize),
      outputNorm: scope.child('output.LayerNorm').layerNorm(hiddenSize),
    };
    this.#numHeads = config.numAttentionHeads;
    this.#activation = config.hiddenAct;
    this.#epsilon = config.layerNormEps;
    this.#hiddenDropoutRate = config.hiddenDropoutProb;
    this.#attentionDropoutRate = config.attentionProbsDropoutProb;
    this.#site = `encoder.layer.${index}`;
  }

  /**
   * @param mask float32 `[batch, length]`, 0 where no position may look.
   * @param positions int32 `[batch, count]`: what is wanted of each sequence; default all.
   */
  forward(
    hidden: tf.Tensor3D, // [batch, length, hidden]
    mask: tf.Tensor2D | undefined,
    { dropoutAt, outputAttentions }: ForwardContext,
    positions?: tf.Tensor2D,
  ): EncoderLayerOutput {
    const probabilitiesDropout = dropoutAt(
      this.#attentionDropoutRate,
      `${this.#site}.attention.self`,
    );
    const attentionDropout = dropoutAt(this.#hiddenDropoutRate, `${this.#site}.attention.output`);
    const outputDropout = dropoutAt(this.#hiddenDropoutRate, `${this.#site}.output`);
    const options = {
      numHeads: this.#numHeads,
      activation: this.#activation,
      epsilon: this.#epsilon,
      ...(mask && { mask }),
      ...(positions && { positions }),
      ...(probabilitiesDropout && { probabilitiesDropout }),
      ...(attentionDropout && { attentionDropout }),
      ...(outputDropout && { outputDropout }),
    };
    if (!outputAttentions) {
      return { hidden: encoderLayer(hidden, this.#weights, options) as tf.Tensor3D };
    }
    const { y, probabilities } = encoderLayerWithProbabilities(hidden, this.#weights, options);
    return { hidden: y as tf.Tensor3D, attention: probabilities as tf.Tensor4D };
  }
}
