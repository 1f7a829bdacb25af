// A short run with everything on that resuming could get wrong: dropout, accumulation, epochs that end within the
// run, an evaluation in between, a log window longer than a step.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import {
  bertModelFiles,
  createTrainingArguments,
  pretrainingTask,
  Trainer,
  type PretrainingBatch,
  type TrainerOptions,
  type TrainingArguments,
  type TrainOutput,
} from '../../src/index.ts';
import { unsyncedFileSystem } from './file-systems.ts';
import { tinyData, tinyModel } from './tiny-pretraining.ts';

/** Updates of a {@link tinyRun}, and micro-batches: 5, 5 and 2 in its three epochs. */
export const tinyRunSteps = 7;
export const tinyRunMicroBatches = 12;

/** What a test changes. */
export interface TinyRunOptions extends Partial<
  Omit<TrainerOptions<PretrainingBatch>, 'args' | 'task'>
> {
  readonly args?: Partial<TrainingArguments>;
  /** Called before every micro-batch of training, with its number from 0 in this process. */
  readonly onMicroBatch?: (number: number, trainer: Trainer<PretrainingBatch>) => void;
  /** Seed of the model's first weights: a resumed run must not depend on it. Default 1. */
  readonly modelSeed?: number;
}

/** Trains a tiny model in a folder. */
export async function tinyRun(
  outputDir: string,
  { args, onMicroBatch, modelSeed = 1, ...options }: TinyRunOptions = {},
): Promise<TrainOutput> {
  const model = tinyModel(modelSeed);
  const task = pretrainingTask(model);
  let microBatches = 0;
  const trainer = new Trainer<PretrainingBatch>({
    task: {
      ...task,
      computeLoss: (batch, pass) => {
        onMicroBatch?.(microBatches++, trainer);
        return task.computeLoss(batch, pass);
      },
    },
    trainData: tinyData(18),
    evalData: tinyData(6, { shuffle: false }),
    modelFiles: bertModelFiles(model),
    fileSystem: unsyncedFileSystem,
    args: createTrainingArguments({
      outputDir,
      learningRate: 0.01,
      weightDecay: 0.01,
      gradientAccumulationSteps: 2,
      maxSteps: tinyRunSteps,
      warmupSteps: 2,
      loggingSteps: 3,
      evalStrategy: 'steps',
      evalSteps: 4,
      saveSteps: 1,
      ...args,
    }),
    ...options,
  });
  try {
    return await trainer.train();
  } finally {
    model.dispose();
  }
}

/** The last checkpoint of a {@link tinyRun}, file by file, without its clock, its folder and `save_steps`. */
export function finalCheckpoint(outputDir: string): Record<string, string> {
  const folder = join(outputDir, `checkpoint-${tinyRunSteps}`);
  const read = (name: string): Buffer => readFileSync(join(folder, name));
  const state = read('trainer_state.json').toString();
  return {
    weights: read('model.safetensors').toString('base64'),
    moments: read('optimizer.safetensors').toString('base64'),
    rng: read('rng_state.json').toString(),
    state: state
      .replaceAll(/"(?:eval_runtime|\w+_per_second)": [^,\n]+/gu, '')
      .replace(/"save_steps": \d+/u, '')
      .replaceAll(outputDir, ''),
  };
}
