// Embeddings, encoder and pooler: what transformers calls BertModel, as a part of every model here.
import type * as tf from '@tensorflow/tfjs-core';

import type { BertConfig } from '../config/bert-config.ts';
import type { ParameterScope } from '../parameters/parameter-scope.ts';
import { BertEmbeddings } from './embeddings.ts';
import { BertEncoder, type EncoderOutput } from './encoder.ts';
import type { ForwardContext, PreparedInputs } from './inputs.ts';
import { BertPooler } from './pooler.ts';

export class BertBackbone {
  readonly embeddings: BertEmbeddings;
  readonly #encoder: BertEncoder;
  readonly #pooler: BertPooler | undefined;

  /** @param addPoolingLayer false for heads that read every position, as in transformers. */
  constructor(scope: ParameterScope, config: BertConfig, addPoolingLayer: boolean) {
    this.embeddings = new BertEmbeddings(scope.child('embeddings'), config);
    this.#encoder = new BertEncoder(scope.child('encoder'), config);
    this.#pooler = addPoolingLayer ? new BertPooler(scope.child('pooler'), config) : undefined;
  }

  /** Hidden states `[batch, length, hidden]` of every position. */
  encode(inputs: PreparedInputs, context: ForwardContext): EncoderOutput {
    const embeddings = this.embeddings.forward(inputs, context);
    return this.#encoder.forward(embeddings, inputs.attentionMask, context);
  }

  /** `[batch, length, hidden]` → `[batch, hidden]`. */
  pool(hidden: tf.Tensor3D, inputs: PreparedInputs): tf.Tensor2D {
    if (this.#pooler === undefined) {
      throw new TypeError('This architecture was built without a pooling layer.');
    }
    return this.#pooler.forward(hidden, inputs.attentionMask);
  }
}
