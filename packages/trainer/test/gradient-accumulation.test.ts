// One update from micro-batches of different sizes is the update of all their examples in one batch.
import { useBackend } from '@malmoi/ops';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from '@jest/globals';

import { pretrainingTask } from '../src/index.ts';
import { accumulateGradients } from '../src/loop/accumulate-gradients.ts';
import { collateTiny, tinyExamples, tinyModel } from './support/tiny-pretraining.ts';
import { BertForPreTraining, withBertConfig } from '@malmoi/bert-model';

beforeAll(async () => {
  await useBackend('cpu');
});

describe('gradient accumulation', () => {
  test('is the mean over the tokens and examples of all micro-batches', async () => {
    const { config } = tinyModel();
    const dropless = { hiddenDropoutProb: 0, attentionProbsDropoutProb: 0 };
    const task = pretrainingTask(
      new BertForPreTraining(withBertConfig(config, dropless), { seed: 3 }),
    );
    const examples = tinyExamples(9);
    const whole = [collateTiny(examples, 0)];
    const parts = [examples.slice(0, 1), examples.slice(1, 3), examples.slice(3)].map((part) =>
      collateTiny(part, 0),
    );
    const counts = parts.map((part) => part.maskedPositions.length);
    expect(new Set(counts).size).toBeGreaterThan(1); // A mean of means would differ.

    const options = { dropoutSeed: 0, firstDropoutStep: 0 };
    const once = await accumulateGradients(task, whole, options);
    const split = await accumulateGradients(task, parts, options);
    expect(split?.figures.loss).toBeCloseTo(once?.figures.loss ?? NaN, 5);
    expect(split?.figures.terms['mlm']?.items).toBe(whole[0]?.maskedPositions.length);
    for (const [name, gradient] of once?.gradients ?? []) {
      const other = split?.gradients.get(name)?.dataSync() ?? [];
      gradient.dataSync().forEach((value, i) => {
        expect(Math.abs((other[i] ?? NaN) - value)).toBeLessThan(1e-5);
      });
    }
    tf.dispose([...(once?.gradients.values() ?? []), ...(split?.gradients.values() ?? [])]);
  });

  test('stops between micro-batches and leaves nothing behind', async () => {
    const task = pretrainingTask(tinyModel());
    const batches = [0, 1, 2].map((epoch) => collateTiny(tinyExamples(3), epoch));
    const before = tf.memory().numTensors;
    let asked = 0;
    const stopped = await accumulateGradients(task, batches, {
      dropoutSeed: 0,
      firstDropoutStep: 0,
      isStopped: () => ++asked > 2,
    });
    expect(stopped).toBeUndefined();
    expect(tf.memory().numTensors).toBe(before);
  });

  test.each([0, 1, 2])('a task that throws in micro-batch %i leaves no tensor', async (failing) => {
    const task = pretrainingTask(tinyModel());
    const batches = [0, 1, 2].map((epoch) => collateTiny(tinyExamples(3), epoch));
    const before = tf.memory().numTensors;
    let calls = 0;
    const broken = {
      ...task,
      computeLoss: (...args: Parameters<typeof task.computeLoss>) => {
        const terms = task.computeLoss(...args);
        if (calls++ === failing) throw new Error('broken');
        return terms;
      },
    };
    const options = { dropoutSeed: 0, firstDropoutStep: 0 };
    await expect(accumulateGradients(broken, batches, options)).rejects.toThrow('broken');
    expect(tf.memory().numTensors).toBe(before);
  });
});
