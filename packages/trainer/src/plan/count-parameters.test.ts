import {
  BertForMaskedLM,
  BertForPreTraining,
  createBertConfig,
  jointEmbeddingConfig,
  kerasImdbConfig,
} from '@malmoi/bert-model';
import { useBackend } from '@malmoi/ops';
import { beforeAll, expect, test } from '@jest/globals';

import { countParameters } from './count-parameters.ts';

beforeAll(async () => {
  await useBackend('cpu');
});

const small = {
  vocabSize: 50,
  hiddenSize: 8,
  numHiddenLayers: 3,
  numAttentionHeads: 2,
  intermediateSize: 20,
  maxPositionEmbeddings: 12,
};

test.each([
  ['BERT', createBertConfig(small)],
  ['an untied decoder', createBertConfig({ ...small, tieWordEmbeddings: false })],
  ['pooling without weights', createBertConfig({ ...small, pooling: 'max' })],
  ['the joint embedding', jointEmbeddingConfig(small)],
  ['the Keras example', kerasImdbConfig(small)],
])('weights of %s are counted as the model has them', (_, config) => {
  const pretraining = new BertForPreTraining(config, { initialWeights: 'zeros' });
  const masked = new BertForMaskedLM(config, { initialWeights: 'zeros' });
  expect(countParameters(config, 'BertForPreTraining')).toBe(pretraining.numParameters());
  expect(countParameters(config, 'BertForMaskedLM')).toBe(masked.numParameters());
  pretraining.dispose();
  masked.dispose();
});

test('BERT-base for pretraining has 110,106,428 weights', () => {
  expect(countParameters(createBertConfig(), 'BertForPreTraining')).toBe(110_106_428);
});
