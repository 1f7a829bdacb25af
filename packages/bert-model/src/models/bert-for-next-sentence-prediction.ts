// Next-sentence prediction alone (BertForNextSentencePrediction).
import type * as tf from '@tensorflow/tfjs-core';

import type { BertConfig } from '../config/bert-config.ts';
import { NextSentenceHead } from '../heads/next-sentence-head.ts';
import { BertBackbone } from '../modules/backbone.ts';
import type { BertInputs, ForwardOptions } from '../modules/inputs.ts';
import type { InitializationOptions } from '../parameters/parameter-store.ts';
import { backboneLayers, nextSentenceLayer } from '../summary/model-layers.ts';
import type { SummaryLayer } from '../summary/format-summary.ts';
import { ClassifierModel, type ClassifierOutput } from './classifier-model.ts';

/** A batch of sentence pairs. */
export interface NextSentenceInputs extends BertInputs {
  /** int32 `[batch]`: 0 where the second segment follows the first, 1 where it is a random one. */
  readonly labels?: tf.Tensor1D;
}

interface Modules {
  readonly bert: BertBackbone;
  readonly seqRelationship: NextSentenceHead;
}

export class BertForNextSentencePrediction extends ClassifierModel<
  NextSentenceInputs,
  tf.Tensor2D,
  Modules
> {
  override readonly architecture = 'BertForNextSentencePrediction';

  constructor(config: BertConfig, options: InitializationOptions = {}) {
    super(config, options, (scope) => ({
      bert: new BertBackbone(scope.child('bert'), config, true),
      seqRelationship: new NextSentenceHead(scope.child('cls.seq_relationship'), config),
    }));
  }

  /** Logits `[batch, 2]`, and the loss if there are labels. The caller disposes them. */
  override forward(
    inputs: NextSentenceInputs,
    options: ForwardOptions = {},
  ): ClassifierOutput<tf.Tensor2D> {
    return this.run(inputs, options, (prepared, context) => {
      const { bert, seqRelationship } = this.modules;
      const { pooled, ...encoded } = bert.encodePooled(prepared, context);
      if (inputs.labels === undefined) {
        return { logits: seqRelationship.logits(pooled), ...encoded };
      }
      const { nextSentenceLoss, seqRelationshipLogits } = seqRelationship.loss(
        pooled,
        inputs.labels,
      );
      return { loss: nextSentenceLoss, logits: seqRelationshipLogits, ...encoded };
    });
  }

  protected override summaryLayers(): readonly SummaryLayer[] {
    return [
      ...backboneLayers(this.config, { prefix: 'bert.', hasPooler: true }),
      nextSentenceLayer,
    ];
  }
}
