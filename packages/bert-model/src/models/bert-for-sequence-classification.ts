// One label, several labels or a number for a whole sequence (BertForSequenceClassification).
import type * as tf from '@tensorflow/tfjs-core';

import type { BertConfig } from '../config/bert-config.ts';
import { ClassificationHead } from '../heads/classification-head.ts';
import { sequenceLoss } from '../heads/sequence-loss.ts';
import { BertBackbone } from '../modules/backbone.ts';
import type { BertInputs, ForwardOptions } from '../modules/inputs.ts';
import type { InitializationOptions } from '../parameters/parameter-store.ts';
import { backboneLayers, classifierLayers } from '../summary/model-layers.ts';
import type { SummaryLayer } from '../summary/format-summary.ts';
import { ClassifierModel, type ClassifierOutput } from './classifier-model.ts';

/** A batch of sequences with what they are. */
export interface SequenceClassificationInputs extends BertInputs {
  /**
   * One class each: int32 `[batch]`. A regression or several classes at once: float32
   * `[batch, numLabels]`, or `[batch]` if there is one. `config.problemType` decides; if it is null,
   * one label means a regression, and otherwise the type of the labels tells.
   */
  readonly labels?: tf.Tensor;
}

interface Modules {
  readonly bert: BertBackbone;
  readonly classifier: ClassificationHead;
}

export class BertForSequenceClassification extends ClassifierModel<
  SequenceClassificationInputs,
  tf.Tensor2D,
  Modules
> {
  override readonly architecture = 'BertForSequenceClassification';

  constructor(config: BertConfig, options: InitializationOptions = {}) {
    super(config, options, (scope) => ({
      bert: new BertBackbone(scope.child('bert'), config, true),
      classifier: new ClassificationHead(
        scope.child('classifier'),
        config,
        config.classifierHiddenSize,
      ),
    }));
  }

  /** Logits `[batch, numLabels]`, and the loss if there are labels. The caller disposes them. */
  override forward(
    inputs: SequenceClassificationInputs,
    options: ForwardOptions = {},
  ): ClassifierOutput<tf.Tensor2D> {
    return this.run(inputs, options, (prepared, context) => {
      const { bert, classifier } = this.modules;
      const { pooled, ...encoded } = bert.encodePooled(prepared, context);
      const logits = classifier.forward(pooled, context) as tf.Tensor2D;
      const loss = inputs.labels && sequenceLoss(logits, inputs.labels, this.config);
      return { ...(loss && { loss }), logits, ...encoded };
    });
  }

  protected override summaryLayers(): readonly SummaryLayer[] {
    return [
      ...backboneLayers(this.config, { prefix: 'bert.', hasPooler: true }),
      ...classifierLayers(this.config, this.config.classifierHiddenSize, []),
    ];
  }
}
