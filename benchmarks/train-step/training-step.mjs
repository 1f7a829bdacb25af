// Our side of the benchmark: the steps of a `Trainer`, as a user has them. A step is everything from the typed
// arrays of a batch to updated weights: forward and backward with dropout, the global norm, clipping, AdamW, the
// checks for NaN and the counts of the log.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';

import { BertForPreTraining, createBertConfig } from '@malmoi/bert-model';
import { createTrainingArguments, pretrainingTask, Trainer } from '@malmoi/trainer';

import { bertBatch } from '../bert-models.mjs';

/**
 * Trains on one batch, over and over.
 *
 * @param {object} settings `sizes` of the model, `batchSize` and `length`.
 * @param {(milliseconds: number, cpuMilliseconds: number) => boolean} onStep gets the time of each step, and the
 *   time of all processor cores; false ends the run.
 * @returns the loss of the first step.
 */
export async function trainSteps({ sizes, batchSize, length }, onStep) {
  const batch = bertBatch({ vocabSize: sizes.vocabSize, batchSize, length });
  const model = new BertForPreTraining(createBertConfig(sizes), { seed: 1 });
  const folder = mkdtempSync(join(tmpdir(), 'malmoi-step-'));
  let firstLoss;
  let start;
  let cpu;
  const begin = () => {
    cpu = process.cpuUsage();
    start = performance.now();
  };
  const callback = {
    onTrainBegin: begin,
    onStepEnd: ({ control, state }) => {
      const milliseconds = performance.now() - start;
      const { user, system } = process.cpuUsage(cpu);
      firstLoss ??= state.lossSum;
      control.shouldTrainingStop = !onStep(milliseconds, (user + system) / 1000);
      begin();
    },
  };
  const trainer = new Trainer({
    task: pretrainingTask(model),
    args: createTrainingArguments({
      outputDir: folder,
      maxSteps: 1_000_000,
      learningRate: 1e-4,
      lrSchedulerType: 'constant',
      weightDecay: 0.01,
      maxGradNorm: 1,
      saveStrategy: 'no',
      loggingSteps: 1_000_000,
    }),
    trainData: { next: async () => batch, cursor: 0, seek: () => undefined, fingerprint: 'one' },
    callbacks: [callback],
  });
  try {
    await trainer.train();
  } finally {
    model.dispose();
    rmSync(folder, { recursive: true });
  }
  return firstLoss;
}
