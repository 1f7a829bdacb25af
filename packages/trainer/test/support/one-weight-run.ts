// Trains one weight in a folder, in this process.
import {
  createTrainingArguments,
  Trainer,
  type TrainerOptions,
  type TrainingArguments,
  type TrainOutput,
} from '../../src/index.ts';
import { unsyncedFileSystem } from './file-systems.ts';
import { numbersData, oneWeight, oneWeightTask } from './one-weight.ts';

/** What a test changes. */
export interface OneWeightRunOptions extends Partial<
  Omit<TrainerOptions<readonly number[]>, 'args' | 'task'>
> {
  readonly args?: Partial<TrainingArguments>;
  readonly numbers?: readonly number[];
}

/** How such a run ended, and the weight it came to. */
export interface OneWeightOutput extends TrainOutput {
  readonly weight: number;
}

/** Trains for 5 updates unless told otherwise, and saves after each. */
export async function oneWeightRun(
  outputDir: string,
  { args, numbers = [1, 2, 3, 4, 5], ...options }: OneWeightRunOptions = {},
): Promise<OneWeightOutput> {
  const weight = oneWeight();
  try {
    const output = await new Trainer({
      task: oneWeightTask(weight),
      trainData: numbersData(numbers),
      fileSystem: unsyncedFileSystem,
      args: createTrainingArguments({
        outputDir,
        maxSteps: 5,
        saveSteps: 1,
        learningRate: 0.1,
        ...args,
      }),
      ...options,
    }).train();
    return { ...output, weight: weight.dataSync()[0] ?? NaN };
  } finally {
    weight.dispose();
  }
}
