// The callbacks that come with the trainer, in runs.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { useBackend } from '@malmoi/ops';
import { beforeAll, describe, expect, test } from '@jest/globals';

import {
  AccuracySummaryCallback,
  ArgumentError,
  EarlyStoppingCallback,
  EventFileWriter,
  JsonLogCallback,
  MaskedTextGenerator,
  ProgressCallback,
  TensorBoardCallback,
  type CallbackContext,
  type FillingTokenizer,
  type LogRow,
  type TextOutput,
} from '../src/index.ts';
import { numbersData } from './support/one-weight.ts';
import { oneWeightRun } from './support/one-weight-run.ts';
import { bytesOf, fields, readEvents, summaryOf, type Fields } from './support/read-events.ts';
import { temporaryFolder } from './support/temporary-folder.ts';
import { tinyModel } from './support/tiny-pretraining.ts';
import { tinyRun } from './support/tiny-run.ts';

beforeAll(async () => {
  await useBackend('cpu');
});

/** Keeps what is written. */
function recorder(isTTY: boolean): TextOutput & { readonly texts: string[] } {
  const texts: string[] = [];
  return { texts, isTTY, columns: 100, write: (text) => texts.push(text) };
}

/** A clock that goes on by a second at each look. */
function secondsClock(): () => number {
  let seconds = 0;
  return () => 1000 * seconds++;
}

describe('progress', () => {
  const memory = (): number => 123e6;

  test('is one line for each log row where the output is no terminal', async () => {
    const output = recorder(false);
    await oneWeightRun(temporaryFolder(), {
      args: { loggingSteps: 2, maxSteps: 4 },
      callbacks: [new ProgressCallback({ output, now: secondsClock(), memory })],
    });
    expect(output.texts).toHaveLength(3);
    expect(output.texts[0]).toMatch(
      /^step 2\/4 {2}epoch 0\.67 {2}loss \d[\d.]* {2}grad_norm .*\n$/u,
    );
    // One second and four numbers after the start, two of four updates left.
    expect(output.texts[0]).toContain('4 tokens/s  ETA 0:01  123 MB');
    expect(output.texts.join('')).not.toContain('\u001b');
  });

  test('is a bar drawn over itself on a terminal', async () => {
    const output = recorder(true);
    await oneWeightRun(temporaryFolder(), {
      args: { maxSteps: 4 },
      callbacks: [new ProgressCallback({ output, now: secondsClock(), memory })],
    });
    expect(output.texts[1]).toContain(
      `\r\u001b[K${'█'.repeat(10)}${'░'.repeat(10)} 2/4  epoch 0.67/2  loss `,
    );
    expect(output.texts[3]).toContain('█'.repeat(20));
    expect(output.texts.at(-1)).toContain('train_loss');
    for (const text of output.texts) expect(text.length).toBeLessThan(200);
  });
});

describe('the JSON log', () => {
  test('has every row once, also after a resume', async () => {
    const outputDir = temporaryFolder();
    const run = (args: object): ReturnType<typeof oneWeightRun> =>
      oneWeightRun(outputDir, {
        args: { loggingSteps: 1, ...args },
        callbacks: [new JsonLogCallback()],
        onWarning: () => undefined,
      });
    await run({ maxSteps: 3 });
    const { state } = await run({ maxSteps: 5, resumeFromCheckpoint: true });
    const lines = readFileSync(join(outputDir, 'log.jsonl'), 'utf8').trimEnd().split('\n');
    const rows = lines.map((line) => JSON.parse(line) as LogRow);
    expect(rows).toEqual(state.logHistory);
    expect(rows.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 5]);
  });
});

describe('TensorBoard', () => {
  const tag = (event: Fields): string => bytesOf(summaryOf(event), 1).toString();
  const wholeFile = (folder: string): Fields[] =>
    readdirSync(folder).flatMap((name) => readEvents(join(folder, name)));

  test('event files hold scalars with the tags of transformers', async () => {
    const outputDir = temporaryFolder();
    await oneWeightRun(outputDir, {
      args: { loggingSteps: 2, maxSteps: 2, evalStrategy: 'steps' },
      evalData: numbersData([1]),
      callbacks: [new TensorBoardCallback({ histogramSteps: 2 })],
    });
    const folder = join(outputDir, 'runs');
    expect(readdirSync(folder)[0]).toMatch(/^events\.out\.tfevents\.\d{10}\.[^/]+\.\d+\.\d+$/u);
    const [version, ...events] = wholeFile(folder);
    expect(version && bytesOf(version, 3).toString()).toBe('brain.Event:2');
    expect(events.map(tag)).toEqual(
      expect.arrayContaining(['args', 'train/loss', 'train/learning_rate', 'eval/loss']),
    );
    expect(events.map(tag)).toContain('weights/weight');
    const rate = events.find((event) => tag(event) === 'train/learning_rate');
    expect(rate && bytesOf(summaryOf(rate), 2).readFloatLE()).toBeCloseTo(0.05, 6);
    expect(rate?.get(2)).toEqual([2]);
  });

  test('a resumed run says where it goes on', async () => {
    const outputDir = temporaryFolder();
    const run = (args: object): ReturnType<typeof oneWeightRun> =>
      oneWeightRun(outputDir, {
        args,
        callbacks: [new TensorBoardCallback()],
        onWarning: () => undefined,
      });
    await run({ maxSteps: 3 });
    await run({ maxSteps: 5, resumeFromCheckpoint: true });
    const restarts = wholeFile(join(outputDir, 'runs')).filter((event) => event.has(7));
    expect(restarts.map((event) => event.get(2))).toEqual([[4]]);
    expect(restarts.map((event) => fields(bytesOf(event, 7)).get(1))).toEqual([[1]]);
  });

  test('histograms and texts have the fields of their messages', async () => {
    const writer = await EventFileWriter.create(temporaryFolder());
    await writer.histogram('weights', [0.5, 0.5, -2], 2 ** 33);
    await writer.text('notes', '한국어', 1);
    await writer.close();
    const [, first, second] = readEvents(writer.path);
    expect(first?.get(2)).toEqual([2 ** 33]);
    const values = first && fields(bytesOf(summaryOf(first), 5));
    const double = (number: number): number | undefined =>
      values && bytesOf(values, number).readDoubleLE();
    expect([1, 2, 3, 4, 5].map(double)).toEqual([-2, 0.5, 3, -1, 4.5]);
    expect(values && bytesOf(values, 6).length).toBe(values && bytesOf(values, 7).length);
    const text = second && fields(bytesOf(summaryOf(second), 8));
    expect(text && bytesOf(text, 8).toString()).toBe('한국어');
    expect(text?.get(1)).toEqual([7]);
  });
});

describe('early stopping', () => {
  const improving = { evalStrategy: 'steps', evalSteps: 1, lrSchedulerType: 'constant' } as const;

  test('ends a run that no longer improves', async () => {
    // The weight passes 0.2 after the second update, and goes on to 3.
    const { state } = await oneWeightRun(temporaryFolder(), {
      args: { ...improving, maxSteps: 20 },
      evalData: numbersData([0.2]),
      callbacks: [new EarlyStoppingCallback({ patience: 3 })],
    });
    expect(state.globalStep).toBe(5);
    expect(state.bestStep).toBe(2);
  });

  test('remembers over a resume how long it has waited', async () => {
    const outputDir = temporaryFolder();
    const run = (args: object): ReturnType<typeof oneWeightRun> =>
      oneWeightRun(outputDir, {
        args: { ...improving, ...args },
        evalData: numbersData([0.2]),
        callbacks: [new EarlyStoppingCallback({ patience: 3 })],
        onWarning: () => undefined,
      });
    await run({ maxSteps: 4 });
    const { state } = await run({ maxSteps: 20, resumeFromCheckpoint: true });
    expect(state.globalStep).toBe(5);
  });

  test('counts only what exceeds the threshold', () => {
    const callback = new EarlyStoppingCallback({ patience: 1, threshold: 0.1 });
    const control = { shouldTrainingStop: false };
    const context = {
      args: { metricForBestModel: 'accuracy', greaterIsBetter: null },
      control,
    } as unknown as CallbackContext;
    callback.onEvaluate(context, { eval_accuracy: 0.5 });
    callback.onEvaluate(context, { eval_accuracy: 0.7 });
    expect(control.shouldTrainingStop).toBe(false);
    callback.onEvaluate(context, { eval_accuracy: 0.75 });
    expect(control.shouldTrainingStop).toBe(true);
  });

  test.each([{ patience: 0 }, { threshold: -1 }])('%j is refused', (options) => {
    expect(() => new EarlyStoppingCallback(options)).toThrow(ArgumentError);
  });
});

describe('accuracy summary', () => {
  test('counts lately and over the whole run, also when log rows come in between', async () => {
    const output = recorder(false);
    const outputDir = temporaryFolder();
    const { state } = await tinyRun(outputDir, {
      args: { loggingSteps: 3, saveStrategy: 'no' },
      callbacks: [new AccuracySummaryCallback({ steps: 3, output })],
    });
    expect(output.texts).toHaveLength(2);
    const shown =
      /^step 3: mlm accuracy ([\d.]+) % \(whole run \1 %\), loss ([\d.]+); nsp accuracy/u;
    const [, accuracy, loss] = shown.exec(output.texts[0] ?? '') ?? [];
    expect(Number(accuracy)).toBeCloseTo(100 * (state.logHistory[0]?.['mlm_accuracy'] ?? NaN), 1);
    expect(Number(loss)).toBeCloseTo(state.logHistory[0]?.['mlm_loss'] ?? NaN, 2);
  });
});

describe('masked text', () => {
  const words = Array.from({ length: 17 }, (_, id) => `w${id}`);
  const tokenizer: FillingTokenizer = {
    maskTokenId: 4,
    encode: (text) => ({
      inputIds: text.split(' ').map((word) => (word === '[MASK]' ? 4 : words.indexOf(word))),
    }),
    idToToken: (id) => words[id],
  };

  test('is filled after every epoch and at the end; a resumed run has what came before', async () => {
    const model = tinyModel();
    const outputDir = temporaryFolder();
    const run = async (args: object): Promise<MaskedTextGenerator> => {
      const generator = new MaskedTextGenerator(model, tokenizer, ['w2 w7 [MASK] w3'], {
        topK: 3,
        output: recorder(false),
      });
      await tinyRun(outputDir, { args, callbacks: [generator], onWarning: () => undefined });
      return generator;
    };
    await run({ maxSteps: 4 });
    const { history } = await run({ maxSteps: 7, resumeFromCheckpoint: true });
    // Epochs end with updates 3 and 6; a run fills at its end, which no checkpoint has.
    expect(history.map(({ step }) => step)).toEqual([3, 6, 7]);
    for (const { fillings } of history) {
      expect(fillings).toHaveLength(3);
      const scores = fillings.map(({ score }) => score);
      expect(scores).toEqual(scores.toSorted((a, b) => b - a));
      expect(words).toContain(fillings[0]?.token);
    }
    model.dispose();
  });

  test('a sentence without a blank is refused', () => {
    const model = tinyModel();
    expect(() => new MaskedTextGenerator(model, tokenizer, ['w5 w6'])).toThrow(ArgumentError);
    model.dispose();
  });
});
