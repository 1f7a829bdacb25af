import { createBertConfig, kerasImdbConfig } from '@malmoi/bert-model';
import { describe, expect, test } from '@jest/globals';

import { readOptions } from '../options/read-options.ts';
import { modelConfig } from './create-model.ts';
import { pretrainOptions, type PretrainSettings, pretrainSettings } from './options.ts';

const settingsOf = (raw: Record<string, string>): PretrainSettings =>
  pretrainSettings(readOptions(pretrainOptions, raw));

describe('presets', () => {
  test('keras-imdb is the model of the Keras example, trained with plain Adam', () => {
    const settings = settingsOf({ preset: 'keras-imdb' });
    expect(modelConfig(settings, 30_000)).toEqual(kerasImdbConfig());
    expect(settings).toMatchObject({
      learningRate: 1e-3,
      lrSchedulerType: 'constant',
      weightDecay: 0,
      warmupSteps: 0,
      maxGradNorm: 0,
      maxSeqLength: 256,
      perDeviceTrainBatchSize: 32,
      nextSentencePrediction: false,
    });
  });

  test('lecture is BERT-base with 20,000 tokens and 128 positions', () => {
    const settings = settingsOf({ preset: 'lecture' });
    expect(modelConfig(settings, settings.vocabSize)).toEqual(
      createBertConfig({ vocabSize: 20_000, maxPositionEmbeddings: 128 }),
    );
  });

  test('flags of dropout go before the preset', () => {
    const settings = settingsOf({ preset: 'mini', hidden_dropout_prob: '0' });
    expect(modelConfig(settings, 20_000)).toMatchObject({
      hiddenDropoutProb: 0,
      attentionProbsDropoutProb: 0.1,
    });
  });

  test('sample has two stages, unless epochs or a length are asked for', () => {
    const stages = { maxSteps: 2600, shortStageSeqLength: 24, shortStageSteps: 0.35 };
    expect(settingsOf({})).toMatchObject({ ...stages, mlmProbability: 0.3, adamBeta1: 0.7 });
    expect(settingsOf({ max_steps: '10' })).toMatchObject({ ...stages, maxSteps: 10 });
    for (const asked of [{ num_train_epochs: '1' }, { max_seq_length: '16' }]) {
      const settings = settingsOf(asked);
      expect(settings.shortStageSeqLength).toBeUndefined();
      expect(settings.maxSteps).toBeUndefined();
      expect(settings.shortStageSteps).toBe(0.9);
    }
    expect(settingsOf({ preset: 'mini' })).toMatchObject({ mlmProbability: 0.15, adamBeta1: 0.9 });
  });

  test('a flag goes before the preset, and the preset before the usual values', () => {
    const sizes = { hidden_size: '64', per_device_train_batch_size: '8' };
    const settings = settingsOf({ preset: 'keras-imdb', weight_decay: '0.5', ...sizes });
    expect(settings).toMatchObject({
      weightDecay: 0.5,
      hiddenSize: 64,
      maxGradNorm: 0,
      perDeviceTrainBatchSize: 8,
      perDeviceEvalBatchSize: 8,
    });
    expect(settingsOf({})).toMatchObject({ weightDecay: 0.01, warmupSteps: 0.1 });
  });

  test('an example longer than the preset knows positions for gets them', () => {
    const settings = settingsOf({ max_seq_length: '300', output_dir: 'a/b/' });
    expect(settings).toMatchObject({ maxPositionEmbeddings: 300, cacheDir: 'a/b.cache' });
  });
});
