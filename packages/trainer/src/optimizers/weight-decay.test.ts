import { expect, test } from '@jest/globals';

import { decays } from './weight-decay.ts';

test('weights decay, biases and LayerNorms do not', () => {
  expect(decays('bert.encoder.layer.0.attention.self.query.weight')).toBe(true);
  expect(decays('bert.embeddings.word_embeddings.weight')).toBe(true);
  expect(decays('bert.encoder.layer.0.attention.self.query.bias')).toBe(false);
  expect(decays('cls.predictions.bias')).toBe(false);
  expect(decays('bias')).toBe(false);
  expect(decays('bert.embeddings.LayerNorm.weight')).toBe(false);
  expect(decays('cls.predictions.transform.LayerNorm.gamma')).toBe(false);
});
