// Word, position and segment embeddings, summed, normalised, dropped (BertEmbeddings of
// transformers' modeling_bert.py).
import type * as tf from '@tensorflow/tfjs-core';
import { dropout, embeddingLookup, layerNorm } from '@malmoi/ops';

import type { BertConfig } from '../config/bert-config.ts';
import type { LayerNormWeights, ParameterScope } from '../parameters/parameter-scope.ts';
import type { ForwardContext, PreparedInputs } from './inputs.ts';
import { sinusoidalPositions } from './sinusoidal-positions.ts';

export class BertEmbeddings {
  /** `[vocab, hidden]`; also the decoder of a tied MLM head. */
  readonly word: tf.Tensor2D;
  readonly #position: tf.Tensor2D;
  readonly #tokenType: tf.Tensor2D | undefined;
  readonly #layerNorm: LayerNormWeights | undefined;
  readonly #epsilon: number;
  readonly #dropoutRate: number;
  readonly #paddingId: number | null;

  constructor(scope: ParameterScope, config: BertConfig) {
    const { hiddenSize, maxPositionEmbeddings, typeVocabSize } = config;
    this.word = scope.child('word_embeddings').embedding(config.vocabSize, hiddenSize);
    const positions = scope.child('position_embeddings');
    this.#position =
      config.positionEmbeddings === 'learned'
        ? positions.embedding(maxPositionEmbeddings, hiddenSize)
        : positions.fixedTable(
            sinusoidalPositions(maxPositionEmbeddings, hiddenSize),
            maxPositionEmbeddings,
            hiddenSize,
          );
    this.#tokenType =
      typeVocabSize === 0
        ? undefined
        : scope.child('token_type_embeddings').embedding(typeVocabSize, hiddenSize);
    this.#layerNorm = config.embeddingLayerNorm
      ? scope.child('LayerNorm').layerNorm(hiddenSize)
      : undefined;
    this.#epsilon = config.layerNormEps;
    this.#dropoutRate = config.embeddingDropoutProb ?? config.hiddenDropoutProb;
    this.#paddingId = config.padTokenId;
  }

  /** `[batch, length]` ids → `[batch, length, hidden]`. */
  forward(inputs: PreparedInputs, context: ForwardContext): tf.Tensor3D {
    const { inputIds, tokenTypeIds, positionIds } = inputs;
    const summed = embeddingLookup(
      {
        word: this.word,
        position: this.#position,
        ...(this.#tokenType && { tokenType: this.#tokenType }),
      },
      inputIds,
      {
        ...(tokenTypeIds && { tokenTypeIds }),
        ...(positionIds && { positionIds }),
        ...(this.#paddingId !== null && { paddingId: this.#paddingId }),
      },
    ); // [batch, length, hidden]
    const normalized = this.#layerNorm
      ? layerNorm(summed, this.#layerNorm.gamma, this.#layerNorm.beta, { epsilon: this.#epsilon })
      : summed;
    const spec = context.dropoutAt(this.#dropoutRate, 'embeddings');
    return (spec ? dropout(normalized, spec) : normalized) as tf.Tensor3D;
  }
}
