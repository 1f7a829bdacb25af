// Batches that grow: small ones while the loss falls fast, which cost little, and large ones later (Smith et al.,
// "Don't decay the learning rate, increase the batch size", 2018).
import type { TrainingArguments } from '../arguments/training-arguments.ts';
import { countBatchSizeWarmupSteps } from '../loop/intervals.ts';

/**
 * A batch size that grows in equal stages.
 *
 * @param overBatches batches until `to` is reached.
 */
export function batchSizeWarmup(
  from: number,
  to: number,
  overBatches: number,
): (batches: number) => number {
  return (batches) =>
    batches >= overBatches ? to : Math.floor(from + ((to - from) * batches) / overBatches);
}

/**
 * The batch size of the settings, as `PretrainingData` takes it: a number, or with `initialBatchSize` a function of
 * the batches that are behind.
 *
 * @param before batches of the run that come from another source first.
 */
export function trainBatchSize(
  args: TrainingArguments,
  before = 0,
): number | ((batches: number) => number) {
  const { initialBatchSize, perDeviceTrainBatchSize, gradientAccumulationSteps } = args;
  if (initialBatchSize === null) return perDeviceTrainBatchSize;
  const overBatches = countBatchSizeWarmupSteps(args) * gradientAccumulationSteps;
  const size = batchSizeWarmup(initialBatchSize, perDeviceTrainBatchSize, overBatches);
  return (batches) => size(before + batches);
}
