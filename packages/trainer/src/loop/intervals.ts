// When something is due, and how many updates a run has.
import { ArgumentError } from '../arguments/argument-error.ts';
import type { IntervalStrategy, TrainingArguments } from '../arguments/training-arguments.ts';
import type { DataSource } from '../data/data-source.ts';

/** Whether a strategy asks for something after this update. */
export function isDue(
  strategy: IntervalStrategy,
  globalStep: number,
  steps: number,
  endsEpoch: boolean,
): boolean {
  if (strategy === 'epoch') return endsEpoch;
  return strategy === 'steps' && globalStep % steps === 0;
}

/**
 * Updates of the whole run: `maxSteps`, or as many as `numTrainEpochs` have.
 *
 * @throws ArgumentError when the epochs are to decide and the data does not know how long one is.
 */
export function countSteps(
  args: TrainingArguments,
  { batchesPerEpoch }: Pick<DataSource<unknown>, 'batchesPerEpoch'>,
): number {
  if (args.maxSteps > 0) return args.maxSteps;
  if (batchesPerEpoch === undefined) {
    throw new ArgumentError(
      'maxSteps',
      args.maxSteps,
      'a number of updates, since this data does not know how many batches an epoch has',
    );
  }
  const updates = Math.ceil(batchesPerEpoch / args.gradientAccumulationSteps);
  return Math.max(1, Math.ceil(args.numTrainEpochs * updates));
}

/** Epochs of the whole run; unknown, and given as `numTrainEpochs`, where the data does not know. */
export function countEpochs(
  args: TrainingArguments,
  { batchesPerEpoch }: Pick<DataSource<unknown>, 'batchesPerEpoch'>,
): number {
  if (args.maxSteps <= 0 || batchesPerEpoch === undefined) return args.numTrainEpochs;
  return Math.ceil((args.maxSteps * args.gradientAccumulationSteps) / batchesPerEpoch);
}

/** Updates of the warm-up: `warmupSteps`, or that part of the run when it is below 1. */
export function countWarmupSteps(args: TrainingArguments, maxSteps: number): number {
  const { warmupSteps } = args;
  return warmupSteps < 1 ? Math.ceil(warmupSteps * maxSteps) : warmupSteps;
}

/** Updates over which the batch grows: `batchSizeWarmupSteps`, or that part of `maxSteps` when it is below 1. */
export function countBatchSizeWarmupSteps({
  batchSizeWarmupSteps: steps,
  maxSteps,
}: Pick<TrainingArguments, 'batchSizeWarmupSteps' | 'maxSteps'>): number {
  return steps < 1 ? Math.ceil(steps * maxSteps) : steps;
}
