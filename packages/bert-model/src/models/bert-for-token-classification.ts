// A label for every token, as in named-entity recognition (BertForTokenClassification).
import type * as tf from '@tensorflow/tfjs-core';
import { crossEntropy } from '@malmoi/ops';

import type { BertConfig } from '../config/bert-config.ts';
import { ClassificationHead } from '../heads/classification-head.ts';
import { BertBackbone } from '../modules/backbone.ts';
import type { BertInputs, ForwardOptions } from '../modules/inputs.ts';
import type { InitializationOptions } from '../parameters/parameter-store.ts';
import { backboneLayers, classifierLayers } from '../summary/model-layers.ts';
import type { SummaryLayer } from '../summary/format-summary.ts';
import { ClassifierModel, type ClassifierOutput } from './classifier-model.ts';

/** A batch of sequences with a class for every token. */
export interface TokenClassificationInputs extends BertInputs {
  /** int32 `[batch, length]`: a class, or -100 where none counts. */
  readonly labels?: tf.Tensor2D;
}

interface Modules {
  readonly bert: BertBackbone;
  readonly classifier: ClassificationHead;
}

export class BertForTokenClassification extends ClassifierModel<
  TokenClassificationInputs,
  tf.Tensor3D,
  Modules
> {
  override readonly architecture = 'BertForTokenClassification';

  constructor(config: BertConfig, options: InitializationOptions = {}) {
    super(config, options, (scope) => ({
      bert: new BertBackbone(scope.child('bert'), config, false),
      classifier: new ClassificationHead(scope.child('classifier'), config, null),
    }));
  }

  /** Logits `[batch, length, numLabels]`, and the loss if there are labels. The caller disposes them. */
  override forward(
    inputs: TokenClassificationInputs,
    options: ForwardOptions = {},
  ): ClassifierOutput<tf.Tensor3D> {
    return this.run(inputs, options, (prepared, context) => {
      const { bert, classifier } = this.modules;
      const { lastHiddenState, ...encoded } = bert.encode(prepared, context);
      const logits = classifier.forward(lastHiddenState, context) as tf.Tensor3D;
      const loss = inputs.labels && crossEntropy(logits, inputs.labels);
      return { ...(loss && { loss }), logits, ...encoded };
    });
  }

  protected override summaryLayers(): readonly SummaryLayer[] {
    return [
      ...backboneLayers(this.config, { prefix: 'bert.', hasPooler: false }),
      ...classifierLayers(this.config, null, ['length']),
    ];
  }
}
