// What a finished run leaves to read, and what a run is told before it begins.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { createBertConfig, BertForMaskedLM } from '@malmoi/bert-model';
import { useBackend } from '@malmoi/ops';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from '@jest/globals';

import {
  ArrayData,
  createTrainingArguments,
  estimateMemory,
  htmlReport,
  InsufficientMemoryError,
  planTraining,
  pretrainingTask,
  requireMemory,
  StagedData,
  writeHtmlReport,
  writeResults,
} from '../src/index.ts';
import { lossAndGradientsOf } from './support/loss-and-gradients.ts';
import { oneWeight, oneWeightTask } from './support/one-weight.ts';
import { temporaryFolder } from './support/temporary-folder.ts';
import { tinyData, tinyModel } from './support/tiny-pretraining.ts';
import { tinyRun } from './support/tiny-run.ts';

beforeAll(async () => {
  await useBackend('cpu');
});

describe('results', () => {
  test('have the names and figures of transformers', async () => {
    const outputDir = temporaryFolder();
    const { state, metrics } = await tinyRun(outputDir, { args: { saveStrategy: 'no' } });
    const args = createTrainingArguments({ outputDir });
    await writeResults({ args, state, trainMetrics: metrics, evalMetrics: { eval_loss: 1.5 } });
    const read = (name: string): object =>
      JSON.parse(readFileSync(join(outputDir, name), 'utf8')) as object;
    expect(Object.keys(read('train_results.json'))).toEqual([
      'epoch',
      'total_flos',
      'train_loss',
      'train_runtime',
      'train_samples_per_second',
      'train_steps_per_second',
    ]);
    expect(read('eval_results.json')).toEqual({ eval_loss: 1.5 });
    expect(read('all_results.json')).toMatchObject({
      eval_loss: 1.5,
      train_loss: state.lossSum / 7,
    });
    expect(read('trainer_state.json')).toMatchObject({ global_step: 7 });
  });
});

describe('the report', () => {
  test('is one page with curves, fillings and settings, and loads nothing', async () => {
    const outputDir = temporaryFolder();
    const { state } = await tinyRun(outputDir, { args: { saveStrategy: 'no', loggingSteps: 1 } });
    const args = createTrainingArguments({ outputDir, runName: '말모이 <1>' });
    const fillings = [
      {
        step: 3,
        epoch: 1,
        text: '이순신은 [MASK] 중기의 무신이다.',
        fillings: [{ token: '조선', score: 0.91 }],
      },
    ];
    const evalMetrics = { eval_mlm_accuracy: 0.625, eval_runtime: 1.5, step: 7 };
    const files = await writeHtmlReport({ args, state, evalMetrics, fillings });
    expect(files).toEqual([
      'report.html',
      'loss.svg',
      'accuracy.svg',
      'learning-rate.svg',
      'throughput.svg',
    ]);
    expect(readdirSync(outputDir)).toEqual(expect.arrayContaining(files));
    const page = readFileSync(join(outputDir, 'report.html'), 'utf8');
    expect(page.match(/<svg /gu)).toHaveLength(4);
    expect(page).toContain('말모이 &lt;1&gt;');
    expect(page).toContain('조선 <small>0.91</small>');
    expect(page).toContain('<td>learning_rate</td>');
    expect(page).toContain('<dt>mlm accuracy</dt><dd>62.5 %</dd>');
    expect(page).not.toContain('<dt>runtime</dt>');
    // The last evaluation is dashed, in the colour of its figure.
    expect(page).toMatch(/stroke-dasharray[^>]*class="stroke-0"[^]*>eval_loss</u);
    // The one address is the name of SVG's namespace.
    expect(page.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(
      /https?:|src=|<script|<link/u,
    );
  });

  test('of a run without a row is still a page', async () => {
    const { state } = await tinyRun(temporaryFolder(), {
      args: { saveStrategy: 'no', maxSteps: 1 },
    });
    const args = createTrainingArguments({ outputDir: 'out' });
    const page = htmlReport({ args, state: { ...state, logHistory: [] } });
    expect(page).not.toContain('<svg');
    expect(page).toContain('</html>');
  });
});

describe('the plan', () => {
  test('counts steps and tokens, and changes nothing', async () => {
    const model = tinyModel();
    const trainData = tinyData(18);
    const { cursor } = trainData;
    const before = model.stateDict();
    const tensors = tf.memory().numTensors;
    let clock = 0;
    const plan = await planTraining({
      task: pretrainingTask(model),
      trainData,
      args: createTrainingArguments({
        outputDir: 'out',
        numTrainEpochs: 4,
        gradientAccumulationSteps: 2,
        warmupSteps: 0.25,
      }),
      now: () => (clock += 500),
    });
    expect(plan).toMatchObject({
      trainableParameters: model.numParameters(),
      steps: 12,
      warmupSteps: 3,
      epochs: 4,
      secondsPerStep: 0.5,
      seconds: 6,
    });
    // The probe was one epoch: 18 examples in 5 batches.
    const tokens = tinyData(18, { shuffle: false });
    let expected = 0;
    for (let batch = await tokens.next(); batch; batch = await tokens.next()) {
      expected += batch.attentionMask?.reduce((sum, value) => sum + value, 0) ?? 0;
    }
    expect(plan.tokens).toBe(expected * 4);
    expect(model.stateDict()).toEqual(before);
    expect(trainData.cursor).toEqual(cursor);
    expect(tf.memory().numTensors).toBe(tensors);
    model.dispose();
  });

  test('measures each stage, and counts it for the updates that it has', async () => {
    const weight = oneWeight();
    const task = oneWeightTask(weight);
    const data = (batchSize: number): ArrayData<number, readonly number[]> =>
      new ArrayData(
        Array.from({ length: 60 }, (_, i) => i),
        (batch) => batch,
        { batchSize, shuffle: false },
      );
    const trainData = new StagedData([
      { data: data(2), batches: 14 },
      { data: data(5), batches: Infinity },
    ]);
    const { cursor } = trainData;
    let clock = 0;
    const plan = await planTraining({
      // A number is a token here, and takes a second.
      task: {
        ...task,
        computeLoss: (batch, pass) => {
          clock += 1000 * batch.length;
          return task.computeLoss(batch, pass);
        },
      },
      trainData,
      args: createTrainingArguments({
        outputDir: 'out',
        maxSteps: 10,
        gradientAccumulationSteps: 2,
      }),
      now: () => clock,
    });
    expect(plan).toMatchObject({
      steps: 10,
      epochs: undefined,
      stages: [
        { steps: 7, tokensPerStep: 4, secondsPerStep: 4 },
        { steps: 3, tokensPerStep: 10, secondsPerStep: 10 },
      ],
      tokens: 58,
      tokensPerStep: 5.8,
      seconds: 58,
      tokensPerSecond: 1,
    });
    expect(trainData.cursor).toEqual(cursor);
    weight.dispose();
  });

  test('ends between two updates when it is aborted, and leaves no tensor', async () => {
    const model = tinyModel();
    const trainData = tinyData(18);
    const { cursor } = trainData;
    const tensors = tf.memory().numTensors;
    const controller = new AbortController();
    let looks = 0;
    const plan = planTraining({
      task: pretrainingTask(model),
      trainData,
      args: createTrainingArguments({ outputDir: 'out' }),
      signal: controller.signal,
      now: () => {
        if (++looks === 4) controller.abort(new Error('enough'));
        return looks;
      },
    });
    await expect(plan).rejects.toThrow('enough');
    expect(looks).toBe(4);
    expect(trainData.cursor).toEqual(cursor);
    expect(tf.memory().numTensors).toBe(tensors);
    model.dispose();
  });

  test.each([
    { hiddenSize: 32, numHiddenLayers: 2, intermediateSize: 64, vocabSize: 500, length: 16 },
    { hiddenSize: 16, numHiddenLayers: 3, intermediateSize: 32, vocabSize: 2000, length: 32 },
    { hiddenSize: 64, numHiddenLayers: 1, intermediateSize: 256, vocabSize: 100, length: 32 },
  ])('the memory estimate is near what training takes: %j', async ({ length, ...sizes }) => {
    const batchSize = 4;
    const config = createBertConfig({ ...sizes, numAttentionHeads: 2, maxPositionEmbeddings: 64 });
    const model = new BertForMaskedLM(config, { seed: 1 });
    const parameters = model.numParameters();
    const estimate = estimateMemory({ config, parameters, batchSize, length });
    const { peakBytes } = await tf.profile(() => lossAndGradientsOf(model, batchSize, length));
    const ratio = (estimate.total - estimate.optimizer) / peakBytes; // There is no optimizer here.
    expect(ratio).toBeGreaterThan(0.8);
    expect(ratio).toBeLessThan(1.25);
    model.dispose();
  });

  test('a run that does not fit is told by what, and what to do', () => {
    const config = createBertConfig();
    const estimate = estimateMemory({ config, parameters: 110e6, batchSize: 32, length: 512 });
    expect(estimate.optimizer).toBe(880e6);
    requireMemory(estimate, 128e9);
    expect(() => {
      requireMemory(estimate, 1e9);
    }).toThrow(InsufficientMemoryError);
    expect(() => {
      requireMemory(estimate, 1e9);
    }).toThrow('gradientAccumulationSteps');
  });
});
