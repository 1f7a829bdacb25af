// Each dropout rate acts where its name says, with the mask that its place, seed and step determine.
import * as tf from '@tensorflow/tfjs-core';
import { dropoutMask, useBackend } from '@malmoi/ops';
import { beforeAll, expect, test } from '@jest/globals';

import { BertForSequenceClassification, type BertConfigOptions } from '../src/index.ts';
import { tinyBatch, tinyConfig } from './tiny-models.ts';

const training = { training: true, dropoutSeed: 3, dropoutStep: 4 };
const noDropout = {
  hiddenDropoutProb: 0,
  embeddingDropoutProb: 0,
  attentionProbsDropoutProb: 0,
  classifierDropout: 0,
};

beforeAll(async () => {
  await useBackend('cpu');
});

/** Which outputs training with these rates changes. */
function changedBy(options: BertConfigOptions): string[] {
  return tf.tidy(() => {
    const config = tinyConfig({ ...noDropout, numHiddenLayers: 1, ...options });
    const model = new BertForSequenceClassification(config, { seed: 1 });
    const wanted = { outputHiddenStates: true, outputAttentions: true };
    const runs = [
      model.forward(tinyBatch(), wanted),
      model.forward(tinyBatch(), { ...training, ...wanted }),
    ];
    const [dry, dropped] = runs.map(({ hiddenStates, attentions, logits }) => ({
      embeddings: hiddenStates?.[0],
      attention: attentions?.[0],
      layer: hiddenStates?.[1],
      logits,
    }));
    model.dispose();
    return Object.entries(dry ?? {}).flatMap(([name, tensor]) => {
      const other = dropped?.[name as keyof typeof dropped];
      return tensor?.dataSync().join() === other?.dataSync().join() ? [] : [name];
    });
  });
}

test.each<[BertConfigOptions, string[]]>([
  [{}, []],
  [{ embeddingDropoutProb: 0.5 }, ['embeddings', 'attention', 'layer', 'logits']],
  [{ attentionProbsDropoutProb: 0.5 }, ['attention', 'layer', 'logits']],
  [{ hiddenDropoutProb: 0.5 }, ['layer', 'logits']],
  [{ classifierDropout: 0.5 }, ['logits']],
  [{ classifierDropout: 0.5, classifierHiddenSize: 4 }, ['logits']],
  [
    { embeddingDropoutProb: null, hiddenDropoutProb: 0.5 },
    ['embeddings', 'attention', 'layer', 'logits'],
  ],
])('%p changes %p', (options, changed) => {
  expect(changedBy(options)).toEqual(changed);
});

test('a classifier without a rate of its own takes that of the hidden states', () => {
  const rates = { ...noDropout, hiddenDropoutProb: 0.5, classifierDropout: null };
  const config = tinyConfig({ ...rates, numHiddenLayers: 0 });
  tf.tidy(() => {
    const model = new BertForSequenceClassification(config, { seed: 1 });
    const dry = model.forward(tinyBatch()).logits.arraySync();
    expect(model.forward(tinyBatch(), training).logits.arraySync()).not.toEqual(dry);
    model.dispose();
  });
});

test('the embeddings are dropped by the mask of their site, without LayerNorm exactly', () => {
  tf.tidy(() => {
    const rate = 0.4;
    const options = { ...noDropout, embeddingLayerNorm: false, embeddingDropoutProb: rate };
    const model = new BertForSequenceClassification(tinyConfig(options), { seed: 1 });
    const wanted = { outputHiddenStates: true };
    const dry = model.forward(tinyBatch(), wanted).hiddenStates?.[0]?.dataSync() ?? [];
    const wet = model.forward(tinyBatch(), { ...training, ...wanted }).hiddenStates?.[0];
    const mask = dropoutMask({ rate, seed: 3, step: 4, site: 'embeddings' }, dry.length);
    expect(wet?.dataSync()).toEqual(Float32Array.from(dry, (x, i) => x * (mask[i] ?? NaN)));
    model.dispose();
  });
});

test('no two layers share a mask', () => {
  tf.tidy(() => {
    // Two layers with equal weights, on embeddings that are all zero, see the same input but for dropout.
    const options = { ...noDropout, attentionProbsDropoutProb: 0.5, numHiddenLayers: 2 };
    const model = new BertForSequenceClassification(tinyConfig(options), { seed: 1 });
    const weights = model.stateDict();
    for (const [name, tensor] of weights) {
      tensor.data.fill(name.endsWith('LayerNorm.weight') ? 1 : 0);
    }
    model.loadStateDict(weights);
    const { attentions } = model.forward(tinyBatch(), { ...training, outputAttentions: true });
    const [first, second] = attentions ?? [];
    expect(first?.dataSync()).not.toEqual(second?.dataSync());
    model.dispose();
  });
});
