// One encoder layer: attention and feed-forward, each followed by dropout, the residual sum and
// LayerNorm (BertLayer; post-norm, as in the original Transformer).
import type * as tf from '@tensorflow/tfjs-core';
import { dense, layerNorm, type ActivationName } from '@malmoi/ops';

import type { BertConfig } from '../config/bert-config.ts';
import type {
  DenseWeights,
  LayerNormWeights,
  ParameterScope,
} from '../parameters/parameter-scope.ts';
import type { ForwardContext } from './inputs.ts';
import { BertSelfAttention } from './self-attention.ts';

/** What one layer gives. */
export interface EncoderLayerOutput {
  /** `[batch, length, hidden]`. */
  readonly hidden: tf.Tensor3D;
  /** `[batch, heads, length, length]`, if asked for. */
  readonly attention?: tf.Tensor4D;
}

export class BertLayer {
  readonly #attention: BertSelfAttention;
  readonly #attentionOutput: DenseWeights;
  readonly #attentionNorm: LayerNormWeights;
  readonly #intermediate: DenseWeights;
  readonly #output: DenseWeights;
  readonly #outputNorm: LayerNormWeights;
  readonly #activation: ActivationName;
  readonly #epsilon: number;
  readonly #dropoutRate: number;
  /** Names the layer's dropouts, whatever model it stands in. */
  readonly #site: string;

  constructor(scope: ParameterScope, config: BertConfig, index: number) {
    const { hiddenSize, intermediateSize } = config;
    this.#attention = new BertSelfAttention(scope.child('attention.self'), config);
    this.#attentionOutput = scope.child('attention.output.dense').dense(hiddenSize, hiddenSize);
    this.#attentionNorm = scope.child('attention.output.LayerNorm').layerNorm(hiddenSize);
    this.#intermediate = scope.child('intermediate.dense').dense(hiddenSize, intermediateSize);
    this.#output = scope.child('output.dense').dense(intermediateSize, hiddenSize);
    this.#outputNorm = scope.child('output.LayerNorm').layerNorm(hiddenSize);
    this.#activation = config.hiddenAct;
    this.#epsilon = config.layerNormEps;
    this.#dropoutRate = config.hiddenDropoutProb;
    this.#site = `encoder.layer.${index}`;
  }

  forward(
    hidden: tf.Tensor3D, // [batch, length, hidden]
    mask: tf.Tensor2D | undefined,
    context: ForwardContext,
  ): EncoderLayerOutput {
    const heads = this.#attention.forward(hidden, mask, this.#site, context);
    const attended = this.#addAndNorm(
      dense(heads.context, this.#attentionOutput.kernel, this.#attentionOutput.bias),
      hidden,
      this.#attentionNorm,
      context.dropoutAt(this.#dropoutRate, `${this.#site}.attention.output`),
    );
    const widened = dense(attended, this.#intermediate.kernel, this.#intermediate.bias, {
      activation: this.#activation,
    }); // [batch, length, intermediate]
    const transformed = this.#addAndNorm(
      dense(widened, this.#output.kernel, this.#output.bias), // [batch, length, hidden]
      attended,
      this.#outputNorm,
      context.dropoutAt(this.#dropoutRate, `${this.#site}.output`),
    );
    return {
      hidden: transformed as tf.Tensor3D,
      ...(heads.probabilities && { attention: heads.probabilities as tf.Tensor4D }),
    };
  }

  /** LayerNorm(dropout(x) + residual). */
  #addAndNorm(
    x: tf.Tensor,
    residual: tf.Tensor,
    { gamma, beta }: LayerNormWeights,
    dropout: ReturnType<ForwardContext['dropoutAt']>,
  ): tf.Tensor {
    return layerNorm(x, gamma, beta, {
      epsilon: this.#epsilon,
      residual,
      ...(dropout && { dropout }),
    });
  }
}
