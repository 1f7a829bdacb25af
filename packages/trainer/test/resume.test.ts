// Resuming equals never having stopped, bit by bit: weights, moments, data, dropout, log.
import { useBackend } from '@malmoi/ops';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { join } from 'node:path';

import type { OptimizerName } from '../src/index.ts';
import { temporaryFolder } from './support/temporary-folder.ts';
import { finalCheckpoint, tinyRun, tinyRunMicroBatches, tinyRunSteps } from './support/tiny-run.ts';

const whole = { adamw: '', lamb: '' };

beforeAll(async () => {
  await useBackend('cpu');
  for (const optim of ['adamw', 'lamb'] as const) {
    whole[optim] = temporaryFolder();
    await tinyRun(whole[optim], { args: { optim } });
  }
});

const everyStep = Array.from({ length: tinyRunSteps - 1 }, (_, i) => i + 1);
const cases: [OptimizerName, number][] = [
  ...everyStep.map((step): [OptimizerName, number] => ['adamw', step]),
  ['lamb', 3],
];

describe('resume', () => {
  test.each(cases)('%s, from the checkpoint of step %i', async (optim, step) => {
    const outputDir = temporaryFolder();
    const from = join(whole[optim], `checkpoint-${step}`);
    await tinyRun(outputDir, { args: { optim, resumeFromCheckpoint: from }, modelSeed: 99 });
    expect(finalCheckpoint(outputDir)).toEqual(finalCheckpoint(whole[optim]));
  });

  const everyMicroBatch = Array.from({ length: tinyRunMicroBatches }, (_, i) => i);
  test.each(everyMicroBatch)('after a stop during micro-batch %i', async (number) => {
    const outputDir = temporaryFolder();
    const stopped = await tinyRun(outputDir, {
      args: { saveSteps: 100 },
      onMicroBatch: (at, trainer) => {
        if (at === number) trainer.stop('test');
      },
    });
    expect(stopped.stoppedBy).toBe('test');
    const { globalStep } = stopped.state;
    expect(globalStep).toBe([0, 1, 1, 2, 3, 3, 4, 4, 5, 6, 6, 7][number]);
    // Before the first update there is nothing to go on from.
    const args = globalStep === 0 ? {} : { resumeFromCheckpoint: true };
    const seed = globalStep === 0 ? 1 : 99;
    const ended = await tinyRun(outputDir, {
      args: { ...args, saveSteps: 100 },
      modelSeed: seed,
    });
    expect(ended.stoppedBy).toBeUndefined();
    expect(finalCheckpoint(outputDir)).toEqual(finalCheckpoint(whole.adamw));
  });

  test('a run that had ended ends again, with the same weights', async () => {
    const outputDir = temporaryFolder();
    await tinyRun(outputDir);
    const before = finalCheckpoint(outputDir);
    const { state } = await tinyRun(outputDir, { args: { resumeFromCheckpoint: true } });
    expect(state.globalStep).toBe(tinyRunSteps);
    expect(finalCheckpoint(outputDir)).toEqual(before);
  });

  test('another seed drops other units: the runs above had dropout on', async () => {
    const outputDir = temporaryFolder();
    await tinyRun(outputDir, { args: { seed: 43 } });
    expect(finalCheckpoint(outputDir)['weights']).not.toBe(finalCheckpoint(whole.adamw)['weights']);
  });

  test('a longer run goes on', async () => {
    const warnings: string[] = [];
    const { state } = await tinyRun(temporaryFolder(), {
      args: {
        resumeFromCheckpoint: join(whole.adamw, `checkpoint-${tinyRunSteps}`),
        maxSteps: 9,
        learningRate: 0.02,
      },
      onWarning: (message) => warnings.push(message),
    });
    expect(state.globalStep).toBe(9);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain('max_steps: 9, was 7');
    expect(warnings[0]).toContain('learning_rate: 0.02, was 0.01');
  });
});
