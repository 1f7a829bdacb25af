import { describe, expect, test } from '@jest/globals';

import { ArgumentError } from './argument-error.ts';
import { createTrainingArguments } from './create-training-arguments.ts';
import type { TrainingArgumentsOptions } from './training-arguments.ts';

describe('training arguments', () => {
  test('the defaults are those of transformers', () => {
    expect(createTrainingArguments({ outputDir: 'out' })).toMatchObject({
      learningRate: 5e-5,
      perDeviceTrainBatchSize: 8,
      numTrainEpochs: 3,
      lrSchedulerType: 'linear',
      maxGradNorm: 1,
      saveSteps: 500,
      seed: 42,
    });
  });

  const impossible: [string, object][] = [
    ['outputDir', { outputDir: '' }],
    ['learningRate', { learningRate: NaN }],
    ['learningRate', { learningRate: -1 }],
    ['adamBeta1', { adamBeta1: 1 }],
    ['maxSteps', { maxSteps: 0 }],
    ['maxSteps', { maxSteps: 2.5 }],
    ['warmupSteps', { warmupSteps: 1.5 }],
    ['gradientAccumulationSteps', { gradientAccumulationSteps: 0 }],
    ['lrSchedulerType', { lrSchedulerType: 'linea' }],
    ['optim', { optim: 'sgd' }],
    ['saveTotalLimit', { saveTotalLimit: 0 }],
    ['seed', { seed: 1.5 }],
    ['evalStrategy', { evalStrategy: 'always' }],
    ['numTrainEpochs', { numTrainEpochs: '3' }],
    ['learning_rate', { learning_rate: 1 }],
    ['LearningRate', { LearningRate: 1 }],
    ['overwriteOutputDir', { overwriteOutputDir: true, resumeFromCheckpoint: true }],
    ['initialBatchSize', { initialBatchSize: 8, perDeviceTrainBatchSize: 8, maxSteps: 10 }],
    ['initialBatchSize', { initialBatchSize: 2 }],
    ['batchSizeWarmupSteps', { initialBatchSize: 2, batchSizeWarmupSteps: 10, maxSteps: 10 }],
    ['batchSizeWarmupSteps', { batchSizeWarmupSteps: 1.5 }],
    ['loadBestModelAtEnd', { loadBestModelAtEnd: true }],
    [
      'saveSteps',
      {
        loadBestModelAtEnd: true,
        evalStrategy: 'steps',
        saveStrategy: 'steps',
        evalSteps: 20,
        saveSteps: 30,
      },
    ],
  ];

  test.each(impossible)('%s of %j is refused by name', (argument, options) => {
    const all = { outputDir: 'out', ...options } as TrainingArgumentsOptions;
    expect(() => createTrainingArguments(all)).toThrow(ArgumentError);
    expect(() => createTrainingArguments(all)).toThrow(argument);
  });

  test('a name in the wrong case is told its right one', () => {
    const options = { outputDir: 'out', LearningRate: 1 };
    expect(() => createTrainingArguments(options)).toThrow('the argument is written learningRate');
  });
});
