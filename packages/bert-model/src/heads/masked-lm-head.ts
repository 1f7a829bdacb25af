// The masked-LM head (BertLMPredictionHead): a transform, then a projection onto the vocabulary by
// the word embeddings themselves, or by a matrix of its own.
import * as tf from '@tensorflow/tfjs-core';
import {
  dense,
  gatherPositions,
  layerNorm,
  maskedLmLoss,
  maskedLmLossWithAccuracy,
  type ActivationName,
} from '@malmoi/ops';

import type { BertConfig } from '../config/bert-config.ts';
import type {
  DenseWeights,
  LayerNormWeights,
  ParameterScope,
} from '../parameters/parameter-scope.ts';
import { ignoredLabel, type MaskedTargets } from './masked-positions.ts';

/** The masked-LM part of a loss; the counts only if accuracy was asked for. */
export interface MaskedLmLossOutput {
  /** Mean over the predicted positions; 0 if there are none. */
  readonly maskedLmLoss: tf.Scalar;
  /** How many positions were predicted. */
  readonly maskedLmCount?: tf.Scalar;
  /** At how many of them the true id had the largest logit. */
  readonly maskedLmCorrect?: tf.Scalar;
}

interface Transform {
  readonly dense: DenseWeights;
  readonly norm: LayerNormWeights;
}

export class BertLmPredictionHead {
  readonly #transform: Transform | undefined;
  /** `[vocab, hidden]` and `[vocab]`. */
  readonly #decoder: DenseWeights;
  readonly #activation: ActivationName;
  readonly #epsilon: number;

  constructor(scope: ParameterScope, config: BertConfig, wordEmbeddings: tf.Tensor2D) {
    const { hiddenSize } = config;
    this.#transform = config.mlmTransform
      ? {
          dense: scope.child('transform.dense').dense(hiddenSize, hiddenSize),
          norm: scope.child('transform.LayerNorm').layerNorm(hiddenSize),
        }
      : undefined;
    this.#decoder = config.tieWordEmbeddings
      ? tiedDecoder(scope, config, wordEmbeddings)
      : untiedDecoder(scope, config);
    this.#activation = config.hiddenAct;
    this.#epsilon = config.layerNormEps;
  }

  /** `[batch, length, hidden]` → `[batch, length, vocab]`. */
  logits(hidden: tf.Tensor): tf.Tensor3D {
    const transformed = this.#applyTransform(hidden);
    return dense(transformed, this.#decoder.kernel, this.#decoder.bias) as tf.Tensor3D;
  }

  /** `[batch, length, hidden]` and int32 `[n]` positions (`row * length + column`) → `[n, vocab]`. */
  logitsAt(hidden: tf.Tensor3D, positions: tf.Tensor1D): tf.Tensor2D {
    const transformed = this.#applyTransform(gatherPositions(hidden, positions));
    return dense(transformed, this.#decoder.kernel, this.#decoder.bias) as tf.Tensor2D;
  }

  /**
   * Mean cross-entropy at the targets; the vocabulary projection runs on these alone. The tidy of the caller
   * disposes what this makes.
   */
  loss(hidden: tf.Tensor3D, targets: MaskedTargets, outputAccuracy: boolean): MaskedLmLossOutput {
    const { kernel, bias } = this.#decoder;
    const { positions, labels } = withoutNoRows(targets);
    const chosen = gatherPositions(hidden, positions); // [n, hidden]
    const transformed = this.#applyTransform(chosen);
    if (!outputAccuracy) {
      return { maskedLmLoss: maskedLmLoss(transformed, kernel, bias, labels) };
    }
    const counted = maskedLmLossWithAccuracy(transformed, kernel, bias, labels);
    return {
      maskedLmLoss: counted.loss,
      maskedLmCount: counted.weight,
      maskedLmCorrect: counted.correct,
    };
  }

  #applyTransform(hidden: tf.Tensor): tf.Tensor {
    if (this.#transform === undefined) {
      return hidden;
    }
    const { dense: weights, norm } = this.#transform;
    const transformed = dense(hidden, weights.kernel, weights.bias, {
      activation: this.#activation,
    });
    return layerNorm(transformed, norm.gamma, norm.beta, { epsilon: this.#epsilon });
  }
}

/**
 * The targets; where nothing is predicted, one position that the loss ignores. Matrices without a row are beyond
 * some backends: the gradients of tfjs's wasm (4.22: _FusedMatMul, Sum) are then whatever was in memory.
 */
function withoutNoRows(targets: MaskedTargets): MaskedTargets {
  if (targets.positions.size > 0) return targets;
  return { positions: tf.tensor1d([0], 'int32'), labels: tf.tensor1d([ignoredLabel], 'int32') };
}

/** Only the bias is the head's own; files may repeat it, and the embeddings, as the decoder's. */
function tiedDecoder(
  scope: ParameterScope,
  config: BertConfig,
  wordEmbeddings: tf.Tensor2D,
): DenseWeights {
  const bias = scope.vector('bias', config.vocabSize);
  scope.acceptAlias('decoder.bias', 'bias');
  scope.acceptAlias('decoder.weight');
  return { kernel: wordEmbeddings, bias };
}

/** transformers 5 also keeps an unused `bias` beside an untied decoder's; 4 gave both one value. */
function untiedDecoder(scope: ParameterScope, config: BertConfig): DenseWeights {
  const decoder = scope.child('decoder').dense(config.hiddenSize, config.vocabSize);
  scope.fixedVector('bias', new Float32Array(config.vocabSize));
  scope.acceptAlias('bias', 'decoder.bias');
  return decoder;
}
