// Gives a model another vocabulary and keeps what it has learned: pieces that both vocabularies have keep their
// embeddings, a new piece begins at the mean of the pieces that the old tokenizer cuts it into (as in Hewitt,
// "Initializing New Word Embeddings for Pretrained Language Models", 2021, and Gee et al., "Fast Vocabulary
// Transfer for Language Model Compression", 2022).
import {
  type BertPreTrainedModel,
  createModel,
  type StateTensor,
  withBertConfig,
} from '@malmoi/bert-model';
import type { WordPieceTokenizer } from '@malmoi/wordpiece';

import { VocabularyMismatchError } from './errors.ts';
import { DECODER_BIAS, DECODER_WEIGHT, HEAD_BIAS, WORD_EMBEDDINGS } from './tensor-names.ts';
import { type TransplantCounts, vocabularyOrigins } from './vocabulary-origins.ts';

/** A model with another vocabulary. */
export interface TransplantedVocabulary<Model extends BertPreTrainedModel> {
  /** A new model; the caller disposes it. */
  readonly model: Model;
  readonly counts: TransplantCounts;
}

/** What has a row for each piece: word embeddings, with or without the prefix; the decoder, tied or not. */
const VOCABULARY_TENSORS: ReadonlySet<string> = new Set([
  WORD_EMBEDDINGS,
  WORD_EMBEDDINGS.replace(/^bert\./, ''),
  DECODER_WEIGHT,
  DECODER_BIAS,
  HEAD_BIAS,
]);

/**
 * A copy of a model for another vocabulary. Word embeddings, the decoder and its bias get a row for each piece of the
 * new vocabulary: its own where the old one has it, else the mean of the rows of its old pieces, and where the old
 * tokenizer knows no part of it the mean of all rows. All other weights are copied; `vocab_size` and
 * `pad_token_id` become those of the new tokenizer. The new model trains in all its parts, whatever was frozen.
 *
 * @param model stays as it is, and the caller's.
 * @param oldTokenizer what the model was trained with.
 * @throws {VocabularyMismatchError} when the old tokenizer has more tokens than the model has embeddings.
 * @throws {VocabularyError} when the new vocabulary lacks [PAD] or [UNK].
 */
export async function transplantVocabulary<Model extends BertPreTrainedModel>(
  model: Model,
  oldTokenizer: WordPieceTokenizer,
  newTokenizer: WordPieceTokenizer,
): Promise<TransplantedVocabulary<Model>> {
  const { config, architecture } = model;
  if (oldTokenizer.vocabSize > config.vocabSize) {
    const { file } = oldTokenizer.definition;
    throw new VocabularyMismatchError(file, oldTokenizer.vocabSize, config.vocabSize);
  }
  const { oldIds, counts } = vocabularyOrigins(oldTokenizer, newTokenizer);
  const changed = withBertConfig(config, {
    vocabSize: newTokenizer.vocabSize,
    padTokenId: config.padTokenId === null ? null : newTokenizer.padTokenId,
  });
  const transplanted: BertPreTrainedModel = createModel(architecture, changed, {
    initialWeights: 'zeros',
  });
  try {
    const state = new Map<string, StateTensor>();
    for (const [name, variable] of model.namedTensors()) {
      const data = (await variable.data()) as Float32Array;
      const { shape } = variable;
      state.set(
        name,
        VOCABULARY_TENSORS.has(name)
          ? transplantRows({ shape, data }, oldTokenizer.vocabSize, oldIds)
          : { shape, data },
      );
    }
    transplanted.loadStateDict(state);
  } catch (error) {
    transplanted.dispose();
    throw error;
  }
  // createModel built the class of this name; TypeScript cannot follow the name.
  return { model: transplanted as Model, counts };
}

/**
 * A matrix or vector with a row for each new piece.
 *
 * @param oldVocabSize rows past it belong to no piece and are not used.
 * @param oldIds old ids of every new row; their mean is taken, that of all where there are none.
 */
function transplantRows(
  { shape: [, ...rowShape], data }: StateTensor,
  oldVocabSize: number,
  oldIds: readonly (readonly number[])[],
): StateTensor {
  const width = rowShape[0] ?? 1;
  const rows = new Float32Array(oldIds.length * width);
  const all = Array.from({ length: oldVocabSize }, (_, id) => id);
  let meanOfAll: Float64Array | undefined;
  for (const [newId, ids] of oldIds.entries()) {
    const row =
      ids.length === 0 ? (meanOfAll ??= meanRow(data, width, all)) : meanRow(data, width, ids);
    rows.set(row, newId * width);
  }
  return { shape: [oldIds.length, ...rowShape], data: rows };
}

function meanRow(rows: Float32Array, width: number, ids: readonly number[]): Float64Array {
  const mean = new Float64Array(width);
  for (const id of ids) {
    for (let i = 0; i < width; i++) mean[i] = (mean[i] ?? 0) + (rows[id * width + i] ?? 0);
  }
  return mean.map((sum) => sum / ids.length);
}
