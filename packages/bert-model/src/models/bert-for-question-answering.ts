// Where in the text an answer begins and ends (BertForQuestionAnswering).
import * as tf from '@tensorflow/tfjs-core';
import { crossEntropy, dense } from '@malmoi/ops';

import { BertConfigError } from '../config/bert-config-error.ts';
import type { BertConfig } from '../config/bert-config.ts';
import { BertBackbone } from '../modules/backbone.ts';
import type { EncoderOutput } from '../modules/encoder.ts';
import { BertInputError, type BertInputs, type ForwardOptions } from '../modules/inputs.ts';
import type { DenseWeights } from '../parameters/parameter-scope.ts';
import type { InitializationOptions } from '../parameters/parameter-store.ts';
import { backboneLayers, questionAnsweringLayer } from '../summary/model-layers.ts';
import type { SummaryLayer } from '../summary/format-summary.ts';
import {
  BertPreTrainedModel,
  type LossOutput,
  type TrainableBertModel,
} from './pretrained-model.ts';

/** A batch of questions with their texts. */
export interface QuestionAnsweringInputs extends BertInputs {
  /** int32 `[batch]`: the answer's first token; at or past the length, the example does not count. */
  readonly startPositions?: tf.Tensor1D;
  /** int32 `[batch]`: the answer's last token; with `startPositions`. */
  readonly endPositions?: tf.Tensor1D;
}

/** Logits of every position to be the first and the last of the answer. */
export interface QuestionAnsweringLogits {
  /** `[batch, length]`. */
  readonly startLogits: tf.Tensor2D;
  /** `[batch, length]`. */
  readonly endLogits: tf.Tensor2D;
}

/** What the forward pass gives. */
export type QuestionAnsweringOutput = QuestionAnsweringLogits &
  Partial<LossOutput> &
  Pick<EncoderOutput, 'hiddenStates' | 'attentions'>;

interface Modules {
  readonly bert: BertBackbone;
  readonly qaOutputs: DenseWeights;
}

export class BertForQuestionAnswering
  extends BertPreTrainedModel<Modules>
  implements TrainableBertModel<QuestionAnsweringInputs>
{
  override readonly architecture = 'BertForQuestionAnswering';

  /** @throws BertConfigError unless there are two labels, start and end. */
  constructor(config: BertConfig, options: InitializationOptions = {}) {
    if (config.numLabels !== 2) {
      throw new BertConfigError('numLabels', config.numLabels, '2 for question answering');
    }
    super(config, options, (scope) => ({
      bert: new BertBackbone(scope.child('bert'), config, false),
      qaOutputs: scope.child('qa_outputs').dense(config.hiddenSize, 2),
    }));
  }

  /** Logits, and the loss if there are positions. The caller disposes them. */
  forward(inputs: QuestionAnsweringInputs, options: ForwardOptions = {}): QuestionAnsweringOutput {
    return this.run(inputs, options, (prepared, context) => {
      const { bert, qaOutputs } = this.modules;
      const { lastHiddenState, ...encoded } = bert.encode(prepared, context);
      const logits = dense(lastHiddenState, qaOutputs.kernel, qaOutputs.bias); // [batch, length, 2]
      const [startLogits, endLogits] = tf.unstack(logits, 2) as [tf.Tensor2D, tf.Tensor2D];
      const loss = spanLoss({ startLogits, endLogits }, inputs);
      return { ...(loss && { loss }), startLogits, endLogits, ...encoded };
    });
  }

  /**
   * The mean of the losses of the two ends, with the logits. The caller disposes them.
   *
   * @throws BertInputError without positions.
   */
  computeLoss(
    inputs: QuestionAnsweringInputs,
    options: ForwardOptions = {},
  ): LossOutput & QuestionAnsweringLogits {
    const lean = { ...options, outputHiddenStates: false, outputAttentions: false };
    const { loss, startLogits, endLogits } = this.forward(inputs, lean);
    if (loss === undefined) {
      tf.dispose([startLogits, endLogits]);
      throw new BertInputError('startPositions', 'not given', 'startPositions and endPositions');
    }
    return { loss, startLogits, endLogits };
  }

  protected override summaryLayers(): readonly SummaryLayer[] {
    return [
      ...backboneLayers(this.config, { prefix: 'bert.', hasPooler: false }),
      questionAnsweringLayer,
    ];
  }
}

function spanLoss(
  { startLogits, endLogits }: QuestionAnsweringLogits,
  { startPositions, endPositions }: QuestionAnsweringInputs,
): tf.Scalar | undefined {
  if (startPositions === undefined && endPositions === undefined) {
    return undefined;
  }
  if (startPositions === undefined || endPositions === undefined) {
    const missing = startPositions === undefined ? 'startPositions' : 'endPositions';
    throw new BertInputError(missing, 'not given', 'both ends of the answer');
  }
  const startLoss = positionLoss(startLogits, startPositions);
  const endLoss = positionLoss(endLogits, endPositions);
  return tf.mul(tf.add(startLoss, endLoss), 0.5);
}

/** Positions are clamped to [0, length], and `length` itself is ignored, as transformers does. */
function positionLoss(logits: tf.Tensor2D, positions: tf.Tensor1D): tf.Scalar {
  const length = logits.shape[1];
  // As float32, since tfjs-backend-wasm 4.22 clips int32 bits as if they were float32.
  const clamped = tf.cast(tf.clipByValue(tf.cast(positions, 'float32'), 0, length), 'int32');
  return crossEntropy(logits, clamped, { ignoreIndex: length });
}
