// The stack of layers (BertEncoder).
import type * as tf from '@tensorflow/tfjs-core';

import type { BertConfig } from '../config/bert-config.ts';
import type { ParameterScope } from '../parameters/parameter-scope.ts';
import { BertLayer } from './encoder-layer.ts';
import type { ForwardContext } from './inputs.ts';
import { tidyOutput } from './tidy-output.ts';

/** What the encoder gives. */
export interface EncoderOutput {
  /** `[batch, length, hidden]`, or `[batch, count, hidden]` where only some positions are wanted. */
  readonly lastHiddenState: tf.Tensor3D;
  /** If asked for: the embeddings, then every layer's output; the last is `lastHiddenState`. */
  readonly hiddenStates?: readonly tf.Tensor3D[];
  /** If asked for: `[batch, heads, length, length]` of every layer. */
  readonly attentions?: readonly tf.Tensor4D[];
}

export class BertEncoder {
  readonly #layers: readonly BertLayer[];

  constructor(scope: ParameterScope, config: BertConfig) {
    this.#layers = Array.from(
      { length: config.numHiddenLayers },
      (_, index) => new BertLayer(scope.child(`layer.${index}`), config, index),
    );
  }

  /**
   * Each layer is its own tidy, so that without a gradient only one layer's tensors are alive.
   *
   * @param positions int32 `[batch, count]`: the last layer's result is wanted for these alone; default all. A model
   *   without layers gives all.
   */
  forward(
    embeddings: tf.Tensor3D, // [batch, length, hidden]
    mask: tf.Tensor2D | undefined,
    context: ForwardContext,
    positions?: tf.Tensor2D,
  ): EncoderOutput {
    const hiddenStates = [embeddings];
    const attentions: tf.Tensor4D[] = [];
    let hidden = embeddings;
    for (const layer of this.#layers) {
      const input = hidden;
      const wanted = layer === this.#layers.at(-1) ? positions : undefined;
      const output = tidyOutput(() => layer.forward(input, mask, context, wanted));
      hidden = output.hidden;
      if (context.outputHiddenStates) {
        hiddenStates.push(hidden);
      }
      if (output.attention) {
        attentions.push(output.attention);
      }
    }
    return {
      lastHiddenState: hidden,
      ...(context.outputHiddenStates && { hiddenStates }),
      ...(context.outputAttentions && { attentions }),
    };
  }
}
