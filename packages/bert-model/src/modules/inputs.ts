// What every model takes: token ids and their companions, and how the forward pass is to run.
import * as tf from '@tensorflow/tfjs-core';
import type { DropoutSpec } from '@malmoi/ops';

import type { BertConfig } from '../config/bert-config.ts';

/** A batch. All tensors are int32 `[batch, length]` and stay the caller's. */
export interface BertInputs {
  readonly inputIds: tf.Tensor2D;
  /** 1 for tokens, 0 for padding. Default: no padding. */
  readonly attentionMask?: tf.Tensor2D;
  /** Segment of each token. Default 0. A model without segments (`typeVocabSize` 0) ignores it. */
  readonly tokenTypeIds?: tf.Tensor2D;
  /** Default 0, 1, 2, … in every row. */
  readonly positionIds?: tf.Tensor2D;
}

/** How a forward pass runs. */
export interface ForwardOptions {
  /** Whether dropout is on. Default false. */
  readonly training?: boolean;
  /** Seeds the dropout masks; needed where `training` drops anything. */
  readonly dropoutSeed?: number;
  /** Numbers the forward passes: every micro-batch its own, so that no two share their masks. */
  readonly dropoutStep?: number;
  /** Return the embeddings and every layer's output. Default false. */
  readonly outputHiddenStates?: boolean;
  /** Return every layer's attention probabilities; these cost the fused kernel. Default false. */
  readonly outputAttentions?: boolean;
}

/** How a loss is computed. */
export interface LossOptions extends ForwardOptions {
  /** Also count the masked positions predicted right, at the cost of an argmax. Default false. */
  readonly outputAccuracy?: boolean;
}

/** Inputs a model cannot take. */
export class BertInputError extends Error {
  override readonly name = 'BertInputError';
  /** The input or option at fault. */
  readonly input: string;

  constructor(input: string, found: string, expectation: string) {
    super(`BERT input ${input} is ${found}; expected ${expectation}.`);
    this.input = input;
  }
}

/** Inputs after checking: the mask is float32, as attention wants it in every layer. */
export interface PreparedInputs {
  readonly inputIds: tf.Tensor2D;
  readonly attentionMask: tf.Tensor2D | undefined;
  readonly tokenTypeIds: tf.Tensor2D | undefined;
  readonly positionIds: tf.Tensor2D | undefined;
}

/** The dropout of one place in the model, or undefined where nothing is dropped. */
type DropoutAt = (rate: number, site: string) => DropoutSpec | undefined;

/** What a forward pass hands down to every module. */
export interface ForwardContext {
  readonly dropoutAt: DropoutAt;
  readonly outputHiddenStates: boolean;
  readonly outputAttentions: boolean;
}

/**
 * Checks shapes and types. Ids outside their tables are refused by the lookup itself.
 *
 * @throws BertInputError
 */
export function prepareInputs(inputs: BertInputs, config: BertConfig): PreparedInputs {
  const { inputIds, attentionMask, tokenTypeIds, positionIds } = inputs;
  const { shape } = inputIds;
  const shapeText = `int32 [${shape.join(', ')}]`;
  if (inputIds.rank !== 2 || inputIds.dtype !== 'int32' || inputIds.size === 0) {
    throw new BertInputError('inputIds', describe(inputIds), 'int32 [batch, length], not empty');
  }
  for (const [name, tensor] of Object.entries({ attentionMask, tokenTypeIds, positionIds })) {
    if (tensor === undefined) {
      continue;
    }
    if (tensor.dtype !== 'int32' || !tf.util.arraysEqual(tensor.shape, shape)) {
      throw new BertInputError(name, describe(tensor), `${shapeText} as inputIds`);
    }
  }
  if (positionIds === undefined && shape[1] > config.maxPositionEmbeddings) {
    throw new BertInputError(
      'inputIds',
      `${shape[1]} tokens long`,
      `at most maxPositionEmbeddings, ${config.maxPositionEmbeddings}; truncate the sequences`,
    );
  }
  return {
    inputIds,
    attentionMask: attentionMask && tf.cast(attentionMask, 'float32'),
    tokenTypeIds: config.typeVocabSize > 0 ? tokenTypeIds : undefined,
    positionIds,
  };
}

/** @throws BertInputError if dropout is wanted without the two numbers that determine it. */
export function createForwardContext(options: ForwardOptions): ForwardContext {
  const { training = false, dropoutSeed, dropoutStep } = options;
  const dropoutAt: DropoutAt = (rate, site) => {
    if (!training || rate === 0) {
      return undefined;
    }
    if (dropoutSeed === undefined || dropoutStep === undefined) {
      throw new BertInputError(
        dropoutSeed === undefined ? 'dropoutSeed' : 'dropoutStep',
        'not given',
        'a whole number, since training drops with masks drawn from the seed and the step',
      );
    }
    return { rate, seed: dropoutSeed, step: dropoutStep, site };
  };
  return {
    dropoutAt,
    outputHiddenStates: options.outputHiddenStates ?? false,
    outputAttentions: options.outputAttentions ?? false,
  };
}

/** `int32 [3, 16]`, for messages. */
export function describe(tensor: tf.Tensor): string {
  return `${tensor.dtype} [${tensor.shape.join(', ')}]`;
}
