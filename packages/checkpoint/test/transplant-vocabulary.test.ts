// A model with another vocabulary: every row against values computed by hand, and the whole way through a folder.
import { join } from 'node:path';

import {
  type ArchitectureName,
  architectureNames,
  type BertConfigOptions,
  BertForMaskedLM,
  BertForPreTraining,
  BertModel,
  createBertConfig,
  createModel,
} from '@malmoi/bert-model';
import { WordPieceTokenizer } from '@malmoi/wordpiece';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from '@jest/globals';

import {
  loadCheckpoint,
  saveCheckpoint,
  transplantVocabulary,
  VocabularyMismatchError,
} from '../src/index.ts';
import './support/cpu-backend.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const tokenizerOf = (tokens: string): WordPieceTokenizer =>
  WordPieceTokenizer.fromVocab(tokens.split(' '), { lowercase: false });
const OLD = tokenizerOf('[PAD] [UNK] [CLS] [SEP] [MASK] 이 ##순 ##신');
const NEW = tokenizerOf('[UNK] [PAD] [CLS] [SEP] [MASK] ##신 이순신 ##순신 다');
const WORDS = 'bert.embeddings.word_embeddings.weight';
const BIAS = 'cls.predictions.bias';

/** Row r of the word embeddings is [r, 10 r]; the bias of piece r is r² . */
const oldRows = (rows: number): Float32Array =>
  Float32Array.from({ length: 2 * rows }, (_, i) => (i >> 1) * (i % 2 === 0 ? 1 : 10));
const oldBias = (rows: number): Float32Array =>
  Float32Array.from({ length: rows }, (_, i) => i * i);

/** Old ids of each new piece, by hand; the last one is unknown: all eight. */
const ORIGINS = [[1], [0], [2], [3], [4], [7], [5, 6, 7], [6, 7], [0, 1, 2, 3, 4, 5, 6, 7]];
const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
const NEW_ROWS = ORIGINS.flatMap((ids) => [mean(ids), 10 * mean(ids)]);
const NEW_BIAS = ORIGINS.map((ids) => mean(ids.map((id) => id * id)));

const config = (options: BertConfigOptions = {}) =>
  createBertConfig({
    ...{ vocabSize: 8, hiddenSize: 2, numHiddenLayers: 1, numAttentionHeads: 1 },
    ...{ intermediateSize: 4, maxPositionEmbeddings: 8, hiddenDropoutProb: 0 },
    ...options,
  });

const load = (model: BertModel | BertForMaskedLM, name: string, data: Float32Array): void => {
  const shape = model.namedTensors().get(name)?.shape ?? [];
  model.loadStateDict(new Map([[name, { shape, data }]]), { strict: false });
};
const valuesOf = (model: BertModel | BertForMaskedLM, name: string): number[] => [
  ...(model.namedTensors().get(name)?.dataSync() ?? []),
];

describe('transplantVocabulary', () => {
  test('every row by hand: shared, from pieces, from the mean of all', async () => {
    const model = new BertForMaskedLM(config(), { seed: 1 });
    load(model, WORDS, oldRows(8));
    load(model, BIAS, oldBias(8));
    const before = tf.memory().numTensors;
    const { model: made, counts } = await transplantVocabulary(model, OLD, NEW);
    expect(counts).toEqual({ shared: 6, fromPieces: 2, fromMean: 1 });
    expect(valuesOf(made, WORDS)).toEqual(NEW_ROWS.map(Math.fround));
    expect(valuesOf(made, BIAS)).toEqual(NEW_BIAS.map(Math.fround));
    expect(made).toBeInstanceOf(BertForMaskedLM);
    expect(made.config).toMatchObject({ vocabSize: 9, padTokenId: 1 });
    const others = [...made.stateDict()].filter(([name]) => ![WORDS, BIAS].includes(name));
    const old = model.stateDict();
    for (const [name, tensor] of others) expect(tensor).toEqual(old.get(name));
    expect(others).toHaveLength(old.size - 2);
    made.dispose();
    expect(tf.memory().numTensors).toBe(before);
    model.dispose();
  });

  test('a decoder of its own follows, and rows past the old tokenizer are no one’s', async () => {
    const model = new BertForMaskedLM(config({ tieWordEmbeddings: false, vocabSize: 10 }));
    const decoder = 'cls.predictions.decoder';
    load(
      model,
      WORDS,
      oldRows(10).map((value) => 2 * value),
    );
    load(model, `${decoder}.weight`, oldRows(10));
    load(model, `${decoder}.bias`, oldBias(10));
    const { model: made } = await transplantVocabulary(model, OLD, NEW);
    expect(valuesOf(made, WORDS)).toEqual(NEW_ROWS.map((value) => Math.fround(2 * value)));
    expect(valuesOf(made, `${decoder}.weight`)).toEqual(NEW_ROWS.map(Math.fround));
    expect(valuesOf(made, `${decoder}.bias`)).toEqual(NEW_BIAS.map(Math.fround));
    made.dispose();
    model.dispose();
  });

  test('the encoder alone, whose names have no prefix; no padding token stays none', async () => {
    const model = new BertModel(config({ padTokenId: null }));
    load(model, WORDS.slice('bert.'.length), oldRows(8));
    const { model: made } = await transplantVocabulary(model, OLD, NEW);
    expect(valuesOf(made, WORDS.slice('bert.'.length))).toEqual(NEW_ROWS.map(Math.fround));
    expect(made.config.padTokenId).toBeNull();
    made.dispose();
    model.dispose();
  });

  test.each(architectureNames)(
    '%s keeps its class and all it has',
    async (name: ArchitectureName) => {
      const model = createModel(name, config(), { seed: 3 });
      const { model: made } = await transplantVocabulary(model, OLD, OLD);
      expect(made.architecture).toBe(name);
      expect(made.stateDict()).toEqual(model.stateDict());
      made.dispose();
      model.dispose();
    },
  );

  test('saved and loaded again, a text of shared pieces gives the same as before', async () => {
    const model = new BertForPreTraining(config({ initializerRange: 0.5 }), { seed: 5 });
    const { model: made } = await transplantVocabulary(model, OLD, NEW);
    const folder = join(temporaryFolder(), 'new');
    await saveCheckpoint(folder, made, NEW);
    made.dispose();
    const { model: loaded, tokenizer } = await loadCheckpoint(folder, {
      architecture: 'BertForPreTraining',
    });
    expect(tokenizer?.tokenize('이순신')).toEqual(['이순신']);
    expect(loaded.config.vocabSize).toBe(9);
    const pieces = ['[CLS]', '##신', '[MASK]', '[SEP]'];
    const hidden = [
      { model, tokenizer: OLD },
      { model: loaded, tokenizer: NEW },
    ].map((each) => {
      const ids = pieces.map((piece) => each.tokenizer.tokenToId(piece) ?? -1);
      const inputIds = tf.tensor2d([ids], [1, ids.length], 'int32');
      const { predictionLogits } = each.model.forward({ inputIds });
      const logits = predictionLogits.arraySync()[0] ?? [];
      tf.dispose([inputIds, predictionLogits]);
      return logits.map((row) => pieces.map((piece) => row[each.tokenizer.tokenToId(piece) ?? -1]));
    });
    for (const [position, row] of (hidden[0] ?? []).entries()) {
      for (const [i, value] of row.entries()) {
        expect(hidden[1]?.[position]?.[i]).toBeCloseTo(value ?? NaN, 5);
      }
    }
    loaded.dispose();
    model.dispose();
  });

  test('a tokenizer that is not the model’s is refused', async () => {
    const model = new BertForMaskedLM(config({ vocabSize: 7 }));
    const before = tf.memory().numTensors;
    await expect(transplantVocabulary(model, OLD, NEW)).rejects.toThrow(VocabularyMismatchError);
    expect(tf.memory().numTensors).toBe(before);
    model.dispose();
  });
});
