// Embeddings, encoder and pooler: what transformers calls BertModel, as a part of every model here.
import * as tf from '@tensorflow/tfjs-core';

import type { BertConfig } from '../config/bert-config.ts';
import type { ParameterScope } from '../parameters/parameter-scope.ts';
import { BertEmbeddings } from './embeddings.ts';
import { BertEncoder, type EncoderOutput } from './encoder.ts';
import type { ForwardContext, PreparedInputs } from './inputs.ts';
import { BertPooler } from './pooler.ts';
import { readPositions } from './read-positions.ts';

/** Hidden states of some positions. */
export interface ChosenStates {
  /** `[batch, count, hidden]`; the first of each sequence is that of its first token. */
  readonly hidden: tf.Tensor3D;
  /** int32 `[n]`: where those that were asked for stand in `hidden`, as `row * count + column`. */
  readonly places: tf.Tensor1D;
}

/** The pooled output, and what else of the encoder was asked for. */
export interface PooledOutput extends Omit<EncoderOutput, 'lastHiddenState'> {
  /** `[batch, hidden]`. */
  readonly pooled: tf.Tensor2D;
}

export class BertBackbone {
  readonly embeddings: BertEmbeddings;
  readonly #encoder: BertEncoder;
  readonly #pooler: BertPooler | undefined;
  readonly #hasLayers: boolean;

  /** @param addPoolingLayer false for heads that read every position, as in transformers. */
  constructor(scope: ParameterScope, config: BertConfig, addPoolingLayer: boolean) {
    this.embeddings = new BertEmbeddings(scope.child('embeddings'), config);
    this.#encoder = new BertEncoder(scope.child('encoder'), config);
    this.#hasLayers = config.numHiddenLayers > 0;
    this.#pooler = addPoolingLayer ? new BertPooler(scope.child('pooler'), config) : undefined;
  }

  /** Hidden states `[batch, length, hidden]` of every position. */
  encode(inputs: PreparedInputs, context: ForwardContext): EncoderOutput {
    const embeddings = this.embeddings.forward(inputs, context);
    return this.#encoder.forward(embeddings, inputs.attentionMask, context);
  }

  /**
   * Hidden states of some positions and, if `pooled`, of what the pooler reads. The last layer computes no others,
   * unless these are most of them.
   *
   * @param positions int32 `[n]`, as `row * length + column`.
   * @throws BertInputError for a position outside the batch.
   */
  encodeAt(
    inputs: PreparedInputs,
    context: ForwardContext,
    positions: tf.Tensor1D,
    pooled: boolean,
  ): ChosenStates {
    const read = this.#mayLeaveOut(pooled)
      ? readPositions(positions, inputs.inputIds.shape)
      : undefined;
    const embeddings = this.embeddings.forward(inputs, context);
    const { lastHiddenState: hidden } = this.#encoder.forward(
      embeddings,
      inputs.attentionMask,
      context,
      read?.positions,
    );
    return { hidden, places: read?.places ?? positions };
  }

  /** The pooled output; the last layer computes only what it is made of, unless all of it is asked for. */
  encodePooled(inputs: PreparedInputs, context: ForwardContext): PooledOutput {
    if (context.outputHiddenStates || context.outputAttentions) {
      const { lastHiddenState, ...encoded } = this.encode(inputs, context);
      return { pooled: this.pool(lastHiddenState, inputs), ...encoded };
    }
    const { hidden } = this.encodeAt(inputs, context, tf.tensor1d([], 'int32'), true);
    return { pooled: this.pool(hidden, inputs) };
  }

  /** `[batch, length, hidden]` → `[batch, hidden]`. */
  pool(hidden: tf.Tensor3D, inputs: PreparedInputs): tf.Tensor2D {
    if (this.#pooler === undefined) {
      throw new TypeError('This architecture was built without a pooling layer.');
    }
    return this.#pooler.forward(hidden, inputs.attentionMask);
  }

  #mayLeaveOut(pooled: boolean): boolean {
    return this.#hasLayers && !(pooled && this.#pooler?.readsAllPositions);
  }
}
