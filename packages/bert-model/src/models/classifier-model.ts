// What the fine-tuning architectures share: their logits are small, so the loss is the forward pass.
import type * as tf from '@tensorflow/tfjs-core';

import type { EncoderOutput } from '../modules/encoder.ts';
import { BertInputError, type BertInputs, type ForwardOptions } from '../modules/inputs.ts';
import {
  BertPreTrainedModel,
  type LossOutput,
  type TrainableBertModel,
} from './pretrained-model.ts';

/** Logits, the loss if there were labels, and what else was asked for. */
export interface ClassifierOutput<Logits extends tf.Tensor>
  extends Partial<LossOutput>, Pick<EncoderOutput, 'hiddenStates' | 'attentions'> {
  readonly logits: Logits;
}

/** A loss with the logits it came from. */
export interface ClassifierLoss<Logits extends tf.Tensor> extends LossOutput {
  readonly logits: Logits;
}

export abstract class ClassifierModel<
  Inputs extends BertInputs,
  Logits extends tf.Tensor,
  Modules extends object,
>
  extends BertPreTrainedModel<Modules>
  implements TrainableBertModel<Inputs>
{
  abstract forward(inputs: Inputs, options?: ForwardOptions): ClassifierOutput<Logits>;

  /**
   * The loss and the logits of a labelled batch. The caller disposes them.
   *
   * @throws BertInputError without labels.
   */
  computeLoss(inputs: Inputs, options: ForwardOptions = {}): ClassifierLoss<Logits> {
    const lean = { ...options, outputHiddenStates: false, outputAttentions: false };
    const { loss, logits } = this.forward(inputs, lean);
    if (loss === undefined) {
      logits.dispose();
      throw new BertInputError('labels', 'not given', 'labels to compute a loss from');
    }
    return { loss, logits };
  }
}
