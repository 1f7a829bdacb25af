// What the loop does besides saving: it learns, stops at a loss that is no number, leaks nothing, and calls its
// callbacks in order.
import { useBackend } from '@malmoi/ops';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from '@jest/globals';

import {
  ArgumentError,
  createTrainingArguments,
  NonFiniteLossError,
  Trainer,
  type LogRow,
  type TrainerCallback,
} from '../src/index.ts';
import { numbersData, oneWeight, oneWeightTask } from './support/one-weight.ts';
import { oneWeightRun } from './support/one-weight-run.ts';
import { temporaryFolder } from './support/temporary-folder.ts';
import { tinyRun } from './support/tiny-run.ts';

beforeAll(async () => {
  await useBackend('cpu');
});

/** Runs with the loss of one micro-batch, counted from 1, replaced. */
async function runWithLoss(value: number, microBatch: number): Promise<unknown> {
  const weight = oneWeight();
  const task = oneWeightTask(weight);
  let calls = 0;
  const trainer = new Trainer({
    task: {
      ...task,
      computeLoss: (batch, pass) => {
        const { distance } = task.computeLoss(batch, pass);
        if (++calls !== microBatch || distance === undefined)
          return { distance: distance ?? { loss: tf.scalar(0) } };
        return { distance: { loss: tf.mul<tf.Scalar>(distance.loss, value) } };
      },
    },
    trainData: numbersData([1, 2, 3, 4, 5]),
    args: createTrainingArguments({
      outputDir: temporaryFolder(),
      maxSteps: 5,
      saveSteps: 2,
      learningRate: 0.1,
    }),
  });
  const before = tf.memory().numTensors;
  const error: unknown = await trainer.train().catch((e: unknown) => e);
  expect(tf.memory().numTensors).toBe(before);
  weight.dispose();
  return error;
}

describe('a loss that is no number', () => {
  test.each([NaN, Infinity, -Infinity])('%d stops at its step', async (value) => {
    const error = await runWithLoss(value, 4);
    expect(error).toBeInstanceOf(NonFiniteLossError);
    expect(error).toMatchObject({ update: { step: 4, loss: value } });
    expect(String(error)).toContain('checkpoint-2');
    expect(String(error)).toContain('{"epoch":1,"position":0}');
    expect(String(error)).toContain('lower learningRate');
  });

  test('before any checkpoint the message says so', async () => {
    expect(String(await runWithLoss(NaN, 1))).toContain('No checkpoint was saved yet');
  });
});

describe('tensors', () => {
  test('10,000 updates leave no tensor', async () => {
    const counts = new Set<number>();
    const callbacks: TrainerCallback[] = [
      { onStepEnd: () => void counts.add(tf.memory().numTensors) },
    ];
    const before = tf.memory().numTensors;
    const { state } = await oneWeightRun(temporaryFolder(), {
      args: { maxSteps: 10_000, saveStrategy: 'no' },
      callbacks,
    });
    expect(state.globalStep).toBe(10_000);
    expect(counts.size).toBe(1);
    expect(tf.memory().numTensors).toBe(before);
  });

  test('neither does training a BERT, nor a step that throws', async () => {
    const before = tf.memory().numTensors;
    await tinyRun(temporaryFolder());
    expect(tf.memory().numTensors).toBe(before);
    const broken = tinyRun(temporaryFolder(), {
      onMicroBatch: (number) => {
        if (number === 5) throw new Error('broken');
      },
    });
    await expect(broken).rejects.toThrow('broken');
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('the log', () => {
  test('pretraining tells both losses and accuracies, and evaluations too', async () => {
    const { state, metrics } = await tinyRun(temporaryFolder());
    const [train, evaluated] = state.logHistory;
    expect(Object.keys(train ?? {})).toEqual([
      'loss',
      'grad_norm',
      'learning_rate',
      'mlm_loss',
      'mlm_accuracy',
      'nsp_loss',
      'nsp_accuracy',
      'tokens_per_second',
      'epoch',
      'step',
    ]);
    expect(train?.['loss']).toBeCloseTo((train?.['mlm_loss'] ?? 0) + (train?.['nsp_loss'] ?? 0), 5);
    const { eval_perplexity: perplexity, eval_mlm_loss: mlmLoss } = evaluated ?? {};
    expect(perplexity).toBeCloseTo(Math.exp(mlmLoss ?? 0), 6);
    expect(evaluated?.['eval_nsp_accuracy']).toBeGreaterThanOrEqual(0);
    expect(metrics).toMatchObject({ step: 7, train_loss: state.lossSum / 7 });
  });

  test('a row has the mean of the updates since the last one', async () => {
    const every = await oneWeightRun(temporaryFolder(), { args: { loggingSteps: 1 } });
    const second = await oneWeightRun(temporaryFolder(), {
      args: { loggingSteps: 2, loggingFirstStep: true },
    });
    const losses = (rows: readonly LogRow[]): number[] =>
      rows.flatMap(({ loss }) => (loss === undefined ? [] : [loss]));
    const [a = 0, b = 0, c = 0, d = 0] = losses(every.state.logHistory);
    expect(losses(second.state.logHistory)).toEqual([a, b, (c + d) / 2]);
  });

  test.each([
    ['epoch', [3, 6]],
    ['no', []],
  ] as const)('rows come by the strategy %s', async (loggingStrategy, expected) => {
    const args = { loggingStrategy, loggingSteps: 1, maxSteps: 7 };
    const { state } = await oneWeightRun(temporaryFolder(), { args });
    const rows = state.logHistory.filter(({ loss }) => loss !== undefined);
    expect(rows.map(({ step }) => step)).toEqual(expected);
  });

  test('the loss falls', async () => {
    const { weight } = await oneWeightRun(temporaryFolder(), {
      args: { maxSteps: 300, saveStrategy: 'no', learningRate: 0.05 },
      numbers: [3, 3, 3],
    });
    expect(weight).toBeCloseTo(3, 1);
  });
});

describe('callbacks', () => {
  test('are called in order, epoch ends included', async () => {
    const events: string[] = [];
    const note = (event: string) => () => void events.push(event);
    const callbacks: TrainerCallback[] = [
      {
        onTrainBegin: note('train'),
        onEpochBegin: note('epoch'),
        onStepEnd: note('step'),
        onEpochEnd: note('/epoch'),
        onLog: (_context, row) => void events.push(`log ${Object.keys(row)[0] ?? ''}`),
        onEvaluate: note('evaluate'),
        onSave: note('save'),
        onTrainEnd: note('/train'),
        close: note('close'),
      },
    ];
    await oneWeightRun(temporaryFolder(), {
      callbacks,
      evalData: numbersData([1]),
      args: {
        maxSteps: -1,
        numTrainEpochs: 2,
        gradientAccumulationSteps: 2,
        evalStrategy: 'epoch',
        saveStrategy: 'epoch',
        loggingSteps: 2,
      },
    });
    const epoch = 'epoch step step /epoch log loss log eval_loss evaluate';
    // A checkpoint is whole some time after it was begun: the first one while the second epoch runs.
    const others = events.filter((event) => event !== 'save');
    expect(others.join(' ')).toBe(`train ${epoch} ${epoch} log train_loss /train close`);
    expect(events.indexOf('save')).toBeGreaterThan(events.indexOf('evaluate'));
    expect(events.join(' ')).toMatch(/ evaluate (?:save )?save log train_loss/u);
    expect(events.filter((event) => event === 'save')).toHaveLength(2);
  });

  test('may ask for a row, an evaluation, a checkpoint and the end', async () => {
    const saved: string[] = [];
    const callbacks: TrainerCallback[] = [
      {
        onStepEnd: ({ control, state }) => {
          if (state.globalStep !== 2) return;
          control.shouldLog = true;
          control.shouldSave = true;
          control.shouldEvaluate = true;
          control.shouldTrainingStop = true;
        },
        onSave: (_context, folder) => void saved.push(folder),
      },
    ];
    const outputDir = temporaryFolder();
    const { state, stoppedBy } = await oneWeightRun(outputDir, {
      callbacks,
      evalData: numbersData([1]),
      args: { saveSteps: 100 },
    });
    expect(state.globalStep).toBe(2);
    expect(stoppedBy).toBeUndefined();
    expect(state.logHistory.map((row) => Object.keys(row)[0])).toEqual([
      'loss',
      'eval_loss',
      'train_loss',
    ]);
    expect(saved).toEqual([`${outputDir}/checkpoint-2`]);
  });

  test('their state is saved and given back', async () => {
    const outputDir = temporaryFolder();
    const counter = (): TrainerCallback & { count: number } => ({
      name: 'counter',
      count: 0,
      onStepEnd() {
        this.count++;
      },
      saveState() {
        return this.count;
      },
      loadState(state) {
        this.count = Number(state);
      },
    });
    await oneWeightRun(outputDir, { callbacks: [counter()], args: { maxSteps: 3 } });
    const resumed = counter();
    await oneWeightRun(outputDir, {
      callbacks: [resumed],
      args: { maxSteps: 5, resumeFromCheckpoint: true },
      onWarning: () => undefined,
    });
    expect(resumed.count).toBe(5);
  });

  test('a state needs a name of its own', async () => {
    const callbacks = [{ saveState: () => 1 }];
    const run = oneWeightRun(temporaryFolder(), { callbacks });
    await expect(run).rejects.toThrow(ArgumentError);
  });
});

describe('settings', () => {
  test('an evaluation without data is refused', async () => {
    const run = oneWeightRun(temporaryFolder(), { args: { evalStrategy: 'steps' } });
    await expect(run).rejects.toThrow('evalStrategy');
  });

  test('a metric that the evaluation does not have is refused with those it has', async () => {
    const run = oneWeightRun(temporaryFolder(), {
      args: { evalStrategy: 'steps', evalSteps: 1, metricForBestModel: 'f1' },
      evalData: numbersData([1]),
    });
    await expect(run).rejects.toThrow('eval_loss');
  });

  test('epochs need data that knows its size', async () => {
    const { fingerprint, cursor } = numbersData([1]);
    const endless = {
      next: () => Promise.resolve([1]),
      cursor,
      seek: () => undefined,
      fingerprint,
    };
    const run = oneWeightRun(temporaryFolder(), { args: { maxSteps: -1 }, trainData: endless });
    await expect(run).rejects.toThrow('maxSteps');
  });
});
