// The bare encoder with BERT's pooler (BertModel). Its weights have no prefix.
import type * as tf from '@tensorflow/tfjs-core';

import type { BertConfig } from '../config/bert-config.ts';
import { BertBackbone } from '../modules/backbone.ts';
import type { EncoderOutput } from '../modules/encoder.ts';
import type { BertInputs, ForwardOptions } from '../modules/inputs.ts';
import type { InitializationOptions } from '../parameters/parameter-store.ts';
import { backboneLayers } from '../summary/model-layers.ts';
import type { SummaryLayer } from '../summary/format-summary.ts';
import { BertPreTrainedModel } from './pretrained-model.ts';

/** What BertModel gives. */
export interface BertModelOutput extends EncoderOutput {
  /** `[batch, hidden]`: the first token through dense and tanh, or the maximum over the positions. */
  readonly poolerOutput: tf.Tensor2D;
}

export class BertModel extends BertPreTrainedModel<{ readonly bert: BertBackbone }> {
  override readonly architecture = 'BertModel';

  constructor(config: BertConfig, options: InitializationOptions = {}) {
    super(config, options, (scope) => ({ bert: new BertBackbone(scope, config, true) }));
  }

  /** The caller disposes what it returns. */
  forward(inputs: BertInputs, options: ForwardOptions = {}): BertModelOutput {
    return this.run(inputs, options, (prepared, context) => {
      const { bert } = this.modules;
      const encoded = bert.encode(prepared, context);
      return { ...encoded, poolerOutput: bert.pool(encoded.lastHiddenState, prepared) };
    });
  }

  protected override summaryLayers(): readonly SummaryLayer[] {
    return backboneLayers(this.config, { prefix: '', hasPooler: true });
  }
}
