// Masked LM alone, without a pooler (BertForMaskedLM).
import type * as tf from '@tensorflow/tfjs-core';

import type { BertConfig } from '../config/bert-config.ts';
import { BertLmPredictionHead, type MaskedLmLossOutput } from '../heads/masked-lm-head.ts';
import {
  maskedTargets,
  type MaskedLmLabels,
  type MaskedTargets,
} from '../heads/masked-positions.ts';
import { BertBackbone } from '../modules/backbone.ts';
import type { EncoderOutput } from '../modules/encoder.ts';
import {
  BertInputError,
  type BertInputs,
  type ForwardOptions,
  type LossOptions,
} from '../modules/inputs.ts';
import type { InitializationOptions } from '../parameters/parameter-store.ts';
import { backboneLayers, maskedLmLayer } from '../summary/model-layers.ts';
import type { SummaryLayer } from '../summary/format-summary.ts';
import {
  BertPreTrainedModel,
  type LossOutput,
  type TrainableBertModel,
} from './pretrained-model.ts';

/** A batch for masked LM. */
export interface MaskedLmInputs extends BertInputs, MaskedLmLabels {}

/** `loss` and `maskedLmLoss` are the same tensor. */
export type MaskedLmLoss = LossOutput & MaskedLmLossOutput;

/** What the forward pass gives. */
export interface MaskedLmOutput
  extends Partial<MaskedLmLoss>, Pick<EncoderOutput, 'hiddenStates' | 'attentions'> {
  /** `[batch, length, vocab]`. */
  readonly logits: tf.Tensor3D;
}

interface Modules {
  readonly bert: BertBackbone;
  readonly predictions: BertLmPredictionHead;
}

export class BertForMaskedLM
  extends BertPreTrainedModel<Modules>
  implements TrainableBertModel<MaskedLmInputs>
{
  override readonly architecture = 'BertForMaskedLM';

  constructor(config: BertConfig, options: InitializationOptions = {}) {
    super(config, options, (scope) => {
      const bert = new BertBackbone(scope.child('bert'), config, false);
      const { word } = bert.embeddings;
      return {
        bert,
        predictions: new BertLmPredictionHead(scope.child('cls.predictions'), config, word),
      };
    });
  }

  /** Logits of every position, and the loss if there are labels. The caller disposes them. */
  forward(inputs: MaskedLmInputs, options: LossOptions = {}): MaskedLmOutput {
    return this.run(inputs, options, (prepared, context) => {
      const { bert, predictions } = this.modules;
      const { lastHiddenState, ...encoded } = bert.encode(prepared, context);
      const targets = maskedTargets(inputs, inputs.inputIds);
      const losses = targets && this.#loss(targets, lastHiddenState, options);
      return { ...losses, logits: predictions.logits(lastHiddenState), ...encoded };
    });
  }

  /**
   * The loss alone: only masked positions reach the vocabulary, and the last layer computes no others.
   *
   * @throws BertInputError without labels.
   */
  computeLoss(inputs: MaskedLmInputs, options: LossOptions = {}): MaskedLmLoss {
    return this.run(inputs, options, (prepared, context) => {
      const targets = maskedTargets(inputs, inputs.inputIds);
      if (targets === undefined) {
        throw new BertInputError('labels', 'not given', 'labels, or maskedPositions and labels');
      }
      const { bert } = this.modules;
      const { hidden, places } = bert.encodeAt(prepared, context, targets.positions, false);
      return this.#loss({ ...targets, positions: places }, hidden, options);
    });
  }

  /**
   * Logits of some positions: only these reach the vocabulary, and the last layer computes little else. The caller
   * disposes them.
   *
   * @param positions int32 `[n]`, as `row * length + column`
   * @returns `[n, vocab]`
   */
  logitsAt(inputs: BertInputs, positions: tf.Tensor1D, options: ForwardOptions = {}): tf.Tensor2D {
    const { logits } = this.run(inputs, options, (prepared, context) => {
      const { bert, predictions } = this.modules;
      const { hidden, places } = bert.encodeAt(prepared, context, positions, false);
      return { logits: predictions.logitsAt(hidden, places) };
    });
    return logits;
  }

  protected override summaryLayers(): readonly SummaryLayer[] {
    return [
      ...backboneLayers(this.config, { prefix: 'bert.', hasPooler: false }),
      maskedLmLayer(this.config),
    ];
  }

  #loss(
    targets: MaskedTargets,
    hidden: tf.Tensor3D, // [batch, length or count, hidden]
    { outputAccuracy = false }: LossOptions,
  ): MaskedLmLoss {
    const masked = this.modules.predictions.loss(hidden, targets, outputAccuracy);
    return { loss: masked.maskedLmLoss, ...masked };
  }
}
