// Masked LM and next-sentence prediction together (BertForPreTraining).
import * as tf from '@tensorflow/tfjs-core';

import type { BertConfig } from '../config/bert-config.ts';
import { BertLmPredictionHead, type MaskedLmLossOutput } from '../heads/masked-lm-head.ts';
import {
  maskedTargets,
  type MaskedLmLabels,
  type MaskedTargets,
} from '../heads/masked-positions.ts';
import { NextSentenceHead, type NextSentenceLossOutput } from '../heads/next-sentence-head.ts';
import { BertBackbone } from '../modules/backbone.ts';
import type { EncoderOutput } from '../modules/encoder.ts';
import {
  BertInputError,
  type BertInputs,
  type ForwardOptions,
  type LossOptions,
  type PreparedInputs,
} from '../modules/inputs.ts';
import type { InitializationOptions } from '../parameters/parameter-store.ts';
import { backboneLayers, maskedLmLayer, nextSentenceLayer } from '../summary/model-layers.ts';
import type { SummaryLayer } from '../summary/format-summary.ts';
import {
  BertPreTrainedModel,
  type LossOutput,
  type TrainableBertModel,
} from './pretrained-model.ts';

/** A batch for pretraining. Either target may be left out; the loss is then the other's alone. */
export interface PreTrainingInputs extends BertInputs, MaskedLmLabels {
  /** int32 `[batch]`: 0 where the second segment follows the first, 1 where it is a random one. */
  readonly nextSentenceLabel?: tf.Tensor1D;
}

/** The sum of the two losses, and each by itself where it was computed. */
export type PreTrainingLoss = LossOutput &
  Partial<MaskedLmLossOutput> &
  Partial<NextSentenceLossOutput>;

/** What the forward pass gives. */
export interface PreTrainingOutput
  extends Partial<PreTrainingLoss>, Pick<EncoderOutput, 'hiddenStates' | 'attentions'> {
  /** `[batch, length, vocab]`. */
  readonly predictionLogits: tf.Tensor3D;
  /** `[batch, 2]`. */
  readonly seqRelationshipLogits: tf.Tensor2D;
}

interface Modules {
  readonly bert: BertBackbone;
  readonly predictions: BertLmPredictionHead;
  readonly seqRelationship: NextSentenceHead;
}

export class BertForPreTraining
  extends BertPreTrainedModel<Modules>
  implements TrainableBertModel<PreTrainingInputs>
{
  override readonly architecture = 'BertForPreTraining';

  constructor(config: BertConfig, options: InitializationOptions = {}) {
    super(config, options, (scope) => {
      const bert = new BertBackbone(scope.child('bert'), config, true);
      const cls = scope.child('cls');
      return {
        bert,
        predictions: new BertLmPredictionHead(
          cls.child('predictions'),
          config,
          bert.embeddings.word,
        ),
        seqRelationship: new NextSentenceHead(cls.child('seq_relationship'), config),
      };
    });
  }

  /** Logits of every position, and the loss if there are targets. The caller disposes them. */
  forward(inputs: PreTrainingInputs, options: LossOptions = {}): PreTrainingOutput {
    return this.run(inputs, options, (prepared, context) => {
      const { bert, predictions, seqRelationship } = this.modules;
      const { lastHiddenState, ...encoded } = bert.encode(prepared, context);
      const targets = maskedTargets(inputs, prepared.inputIds);
      const losses = this.#loss(inputs, targets, prepared, lastHiddenState, options);
      const seqRelationshipLogits =
        losses?.seqRelationshipLogits ??
        seqRelationship.logits(bert.pool(lastHiddenState, prepared));
      const predictionLogits = predictions.logits(lastHiddenState);
      return { ...losses, predictionLogits, seqRelationshipLogits, ...encoded };
    });
  }

  /**
   * The loss alone: only masked positions reach the vocabulary, the last layer computes these and what the pooler
   * reads, and the pooler runs only for a next-sentence label.
   *
   * @throws BertInputError without any target.
   */
  computeLoss(inputs: PreTrainingInputs, options: LossOptions = {}): PreTrainingLoss {
    return this.run(inputs, options, (prepared, context) => {
      const targets = maskedTargets(inputs, prepared.inputIds);
      const { hidden, places } = this.modules.bert.encodeAt(
        prepared,
        context,
        targets?.positions ?? tf.tensor1d([], 'int32'),
        inputs.nextSentenceLabel !== undefined,
      );
      const placed = targets && { ...targets, positions: places };
      const losses = this.#loss(inputs, placed, prepared, hidden, options);
      if (losses === undefined) {
        throw new BertInputError('labels', 'not given', 'labels, nextSentenceLabel, or both');
      }
      return losses;
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
      ...backboneLayers(this.config, { prefix: 'bert.', hasPooler: true }),
      maskedLmLayer(this.config),
      nextSentenceLayer,
    ];
  }

  #loss(
    { nextSentenceLabel }: PreTrainingInputs,
    targets: MaskedTargets | undefined,
    prepared: PreparedInputs,
    hidden: tf.Tensor3D, // [batch, length or count, hidden]
    { outputAccuracy = false }: LossOptions,
  ): PreTrainingLoss | undefined {
    const { bert, predictions, seqRelationship } = this.modules;
    const masked = targets && predictions.loss(hidden, targets, outputAccuracy);
    const sentence =
      nextSentenceLabel && seqRelationship.loss(bert.pool(hidden, prepared), nextSentenceLabel);
    if (masked && sentence) {
      const loss = tf.add<tf.Scalar>(masked.maskedLmLoss, sentence.nextSentenceLoss);
      return { loss, ...masked, ...sentence };
    }
    if (masked) {
      return { loss: masked.maskedLmLoss, ...masked };
    }
    return sentence && { loss: sentence.nextSentenceLoss, ...sentence };
  }
}
