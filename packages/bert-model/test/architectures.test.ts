// Every architecture as a whole: parameter counts that others have published, names, freezing, the
// summary, seeds.
import * as tf from '@tensorflow/tfjs-core';
import { useBackend } from '@malmoi/ops';
import { beforeAll, describe, expect, test } from '@jest/globals';

import {
  architectureNames,
  bertBaseConfig,
  BertConfigError,
  BertForMaskedLM,
  BertForSequenceClassification,
  bertLargeConfig,
  BertModel,
  createBertConfig,
  createModel,
  jointEmbeddingConfig,
  kerasImdbClassifierConfig,
  kerasImdbConfig,
  ParameterPatternError,
  UnknownArchitectureError,
  type ArchitectureName,
  type BertConfig,
} from '../src/index.ts';

import { readWeights } from './read-fixture.ts';
import { tinyConfig } from './tiny-models.ts';

/** Zeros are not touched, so that even BERT-large takes no memory worth the name. */
const unset = { initialWeights: 'zeros' } as const;

beforeAll(async () => {
  await useBackend('cpu');
});

function countParameters(architecture: ArchitectureName, config: BertConfig): number {
  const model = createModel(architecture, config, unset);
  const count = model.numParameters();
  model.dispose();
  return count;
}

describe('parameter counts', () => {
  test('BERT-base with 30,522 words has 109,482,240 with its pooler', () => {
    const words = (30_522 + 512 + 2) * 768 + 2 * 768;
    const attention = 4 * (768 * 768 + 768) + 2 * 768;
    const feedForward = 2 * 768 * 3072 + 3072 + 768 + 2 * 768;
    const pooler = 768 * 768 + 768;
    expect(words + 12 * (attention + feedForward) + pooler).toBe(109_482_240);
    expect(countParameters('BertModel', bertBaseConfig())).toBe(109_482_240);
  });

  test('BERT-large has 335,141,888 with its pooler', () => {
    expect(countParameters('BertModel', bertLargeConfig())).toBe(335_141_888);
  });

  test('the Keras encoder has 3,939,584: words, attention, feed-forward, two LayerNorms', () => {
    const words = 30_000 * 128;
    const attention = 4 * (128 * 128 + 128);
    const feedForward = 2 * (128 * 128 + 128);
    const layerNorms = 2 * (128 + 128);
    expect(words + attention + feedForward + layerNorms).toBe(3_939_584);
    expect(countParameters('BertModel', kerasImdbConfig())).toBe(3_939_584);
  });

  test('its MLM model adds a dense layer onto 30,000 words', () => {
    const total = 3_939_584 + 128 * 30_000 + 30_000;
    expect(countParameters('BertForMaskedLM', kerasImdbConfig())).toBe(total);
  });

  test('its classifier has 3,947,905, of which 8,321 train while the encoder is frozen', () => {
    const model = new BertForSequenceClassification(kerasImdbClassifierConfig(), unset);
    expect(model.numParameters()).toBe(3_947_905);
    expect(model.freeze('bert.*')).toBe(17);
    expect(model.numParameters({ onlyTrainable: true })).toBe(8_321);
    model.unfreeze('bert.*');
    expect(model.numParameters({ onlyTrainable: true })).toBe(3_947_905);
    model.dispose();
  });

  test('the joint-embedding architecture counts no positions and no transform', () => {
    const config = jointEmbeddingConfig();
    const words = (30_522 + 2) * 768 + 2 * 768;
    const attention = 4 * (768 * 768 + 768) + 2 * 768;
    const feedForward = 2 * 768 * 2048 + 2048 + 768 + 2 * 768;
    const decoder = 768 * 30_522 + 30_522;
    const encoder = words + 12 * (attention + feedForward);
    expect(countParameters('BertForMaskedLM', config)).toBe(encoder + decoder);
    const pooler = 768 * 768 + 768;
    expect(encoder + pooler).toBe(90_202_368);
    expect(countParameters('BertModel', config)).toBe(90_202_368);
  });
});

describe('createModel', () => {
  test.each(architectureNames)('%s: every parameter stands in one line of the summary', (name) => {
    const model = createModel(name, tinyConfig({ numLabels: 2 }), unset);
    expect(model.architecture).toBe(name);
    const rows = model.summary().split('\n').slice(4);
    const layers = rows.slice(
      0,
      rows.findIndex((row) => row.startsWith('=')),
    );
    const counts = layers.map((row) =>
      Number((row.split(/\s+/u).at(-1) ?? '').replaceAll(',', '')),
    );
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(model.numParameters());
    model.dispose();
  });

  test.each(['BertLMHeadModel', 'constructor', ''])('refuses %p', (name) => {
    const create = (): unknown => createModel(name as ArchitectureName, tinyConfig());
    expect(create).toThrow(UnknownArchitectureError);
    expect(create).toThrow('BertForPreTraining');
  });

  test('question answering needs two labels', () => {
    const config = tinyConfig({ numLabels: 3 });
    expect(() => createModel('BertForQuestionAnswering', config)).toThrow(BertConfigError);
  });

  test('a seed decides the weights, and the head does not change the encoder', () => {
    const config = tinyConfig();
    const [bare, head, other] = [
      new BertModel(config, { seed: 1 }),
      new BertForMaskedLM(config, { seed: 1 }),
      new BertForMaskedLM(config, { seed: 2 }),
    ];
    const name = 'cls.predictions.transform.dense.weight';
    expect(head.stateDict().get(name)).not.toEqual(other.stateDict().get(name));
    const again = new BertForMaskedLM(config, { seed: 1 });
    expect(again.stateDict()).toEqual(head.stateDict());
    for (const model of [bare, head, other, again]) {
      model.dispose();
    }
  });

  test('a seed that is no seed leaves no tensor behind', () => {
    const before = tf.memory().numTensors;
    expect(() => createModel('BertModel', tinyConfig(), { seed: -1 })).toThrow(RangeError);
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('weights of transformers', () => {
  test('a tied decoder is accepted present or absent', () => {
    const config = createBertConfig({
      vocabSize: 120,
      hiddenSize: 32,
      numHiddenLayers: 2,
      numAttentionHeads: 4,
      intermediateSize: 64,
      maxPositionEmbeddings: 40,
    });
    const model = new BertForMaskedLM(config, unset);
    const weights = readWeights('masked-lm');
    expect([...model.stateDict().keys()].sort()).toEqual([...weights.keys()].sort());
    const words = weights.get('bert.embeddings.word_embeddings.weight');
    const bias = weights.get('cls.predictions.bias');
    const repeated = new Map(weights);
    if (words && bias) {
      repeated.set('cls.predictions.decoder.weight', words);
      repeated.set('cls.predictions.decoder.bias', { ...bias, data: bias.data.map(() => 3) });
    }
    expect(model.loadStateDict(repeated).unexpected).toEqual([]);
    repeated.delete('cls.predictions.bias');
    model.loadStateDict(repeated);
    expect(model.stateDict().get('cls.predictions.bias')?.data[0]).toBe(3);
    model.dispose();
  });

  test('an untied decoder takes its bias from where transformers 4 kept it', () => {
    const config = tinyConfig({ tieWordEmbeddings: false });
    const model = new BertForMaskedLM(config, { seed: 4 });
    const state = model.stateDict();
    expect(state.get('cls.predictions.bias')?.data).toEqual(new Float32Array(30));
    state.delete('cls.predictions.decoder.bias');
    state.set('cls.predictions.bias', { shape: [30], data: new Float32Array(30).fill(2) });
    model.loadStateDict(state);
    expect(model.stateDict().get('cls.predictions.decoder.bias')?.data[29]).toBe(2);
    model.dispose();
  });

  test('fixed positions are saved, not counted, and may be absent from a file', () => {
    const model = new BertModel(tinyConfig({ positionEmbeddings: 'sinusoidal' }), { seed: 4 });
    const name = 'embeddings.position_embeddings.weight';
    expect(model.namedParameters().has(name)).toBe(false);
    const state = model.stateDict();
    expect(state.get(name)?.shape).toEqual([12, 8]);
    state.delete(name);
    expect(model.loadStateDict(state).missing).toEqual([]);
    expect(model.stateDict().get(name)?.data[8]).toBeCloseTo(Math.sin(1), 6);
    model.dispose();
  });
});

describe('freezing and the summary', () => {
  test('a pattern that names nothing changes nothing', () => {
    const model = new BertModel(tinyConfig(), unset);
    expect(() => model.freeze('embeddings.*', 'bert.*')).toThrow(ParameterPatternError);
    expect(model.trainableParameters().size).toBe(model.namedParameters().size);
    model.dispose();
  });

  test('prints layers, shapes and counts as Keras does', () => {
    const model = new BertForSequenceClassification(kerasImdbClassifierConfig(), unset);
    model.freeze('bert.*');
    expect(model.summary()).toBe(
      `Model: "BertForSequenceClassification"
______________________________________________________________________________________
Layer (type)                                  Output Shape                     Param #
======================================================================================
bert.embeddings (BertEmbeddings)              [batch, length, 128]           3,840,000
bert.encoder.layer.0 (BertLayer)              [batch, length, 128]              99,584
bert.pooler (GlobalMaxPooling1D)              [batch, 128]                           0
classifier.dense (Dense)                      [batch, 64]                        8,256
classifier.out_proj (Dense)                   [batch, 1]                            65
======================================================================================
Total params: 3,947,905
Trainable params: 8,321
Non-trainable params: 3,939,584
______________________________________________________________________________________`,
    );
    model.dispose();
  });
});
