// Classifiers and taggers learn a rule, and are evaluated with figures that can be counted by hand.
import {
  BertForSequenceClassification,
  BertForTokenClassification,
  createBertConfig,
} from '@malmoi/bert-model';
import { useBackend } from '@malmoi/ops';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from '@jest/globals';

import {
  ArgumentError,
  ArrayData,
  createTrainingArguments,
  sequenceClassificationTask,
  tokenClassificationTask,
  Trainer,
  type DataSource,
  type TrainingTask,
} from '../src/index.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

beforeAll(async () => {
  await useBackend('cpu');
});

const sizes = {
  vocabSize: 12,
  hiddenSize: 8,
  numHiddenLayers: 1,
  numAttentionHeads: 2,
  intermediateSize: 16,
  maxPositionEmbeddings: 8,
  hiddenDropoutProb: 0,
  attentionProbsDropoutProb: 0,
  initializerRange: 0.2,
};
const length = 4;
/** Texts of a word said twice, which decides. */
const texts = Array.from({ length: 24 }, (_, i) => [2, 5 + (i % 6), 5 + (i % 6), 3]);
const inputsOf = (rows: readonly (readonly number[])[]) => ({
  batchSize: rows.length,
  length,
  inputIds: Int32Array.from(rows.flat()),
  attentionMask: new Int32Array(rows.length * length).fill(1),
});

async function trainAndEvaluate<Batch>(
  task: TrainingTask<Batch>,
  create: () => DataSource<Batch>,
): Promise<Record<string, number>> {
  const before = tf.memory().numTensors;
  const trainer = new Trainer({
    task,
    trainData: create(),
    evalData: create(),
    args: createTrainingArguments({
      outputDir: temporaryFolder(),
      learningRate: 0.02,
      warmupSteps: 10,
      maxSteps: 90,
      saveStrategy: 'no',
    }),
  });
  await trainer.train();
  const metrics = await trainer.evaluate();
  expect(tf.memory().numTensors).toBe(before);
  return metrics;
}

describe('fine-tuning', () => {
  test.each([2, 3])('a classifier of %i classes', async (numLabels) => {
    const model = new BertForSequenceClassification(createBertConfig({ ...sizes, numLabels }), {
      seed: 1,
    });
    const create = () =>
      new ArrayData(
        texts,
        (rows) => ({
          ...inputsOf(rows),
          labels: Int32Array.from(rows, (row) => (row[1] ?? 0) % numLabels),
        }),
        { batchSize: 5 },
      );
    const metrics = await trainAndEvaluate(sequenceClassificationTask(model), create);
    expect(metrics['eval_accuracy']).toBe(1);
    expect(metrics['eval_f1']).toBe(1);
    expect(metrics['eval_loss']).toBeLessThan(0.3);
    model.dispose();
  });

  test('a regression is evaluated by its loss alone', async () => {
    const config = createBertConfig({ ...sizes, numLabels: 1, problemType: 'regression' });
    const model = new BertForSequenceClassification(config, { seed: 1 });
    const create = () =>
      new ArrayData(texts, (rows) => ({
        ...inputsOf(rows),
        labels: Float32Array.from(rows, (row) => (row[1] ?? 0) / 10),
      }));
    const metrics = await trainAndEvaluate(sequenceClassificationTask(model), create);
    expect(metrics['eval_loss']).toBeLessThan(0.02);
    expect(metrics).not.toHaveProperty('eval_accuracy');
    model.dispose();
  });

  test('a tagger', async () => {
    const labelNames = ['O', 'B-NUM', 'I-NUM'];
    const config = createBertConfig({ ...sizes, numLabels: 3 });
    const model = new BertForTokenClassification(config, { seed: 1 });
    // Odd tokens are entities; those after another are its continuation. Specials do not count.
    const labelsOf = ([, first = 0, second = 0]: readonly number[]): number[] => [
      -100,
      first % 2,
      second % 2 === 0 ? 0 : first % 2 === 1 ? 2 : 1,
      -100,
    ];
    const create = () =>
      new ArrayData(
        texts,
        (rows) => ({ ...inputsOf(rows), labels: Int32Array.from(rows.flatMap(labelsOf)) }),
        { batchSize: 5 },
      );
    const metrics = await trainAndEvaluate(tokenClassificationTask(model, labelNames), create);
    expect(metrics['eval_f1']).toBe(1);
    expect(metrics['eval_accuracy']).toBe(1);
    model.dispose();
  });

  test('names must fit the classes', () => {
    const model = new BertForTokenClassification(createBertConfig({ ...sizes, numLabels: 3 }));
    expect(() => tokenClassificationTask(model, ['O'])).toThrow(ArgumentError);
    model.dispose();
  });
});
