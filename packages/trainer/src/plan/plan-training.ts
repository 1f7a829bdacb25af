// What a run will come to, from a probe of a few updates whose results are thrown away.
import { setImmediate } from 'node:timers/promises';

import * as tf from '@tensorflow/tfjs-core';

import type { TrainingArguments } from '../arguments/training-arguments.ts';
import type { Json } from '../json.ts';
import { BatchReader } from '../data/batch-reader.ts';
import type { DataSource, PlannedPart } from '../data/data-source.ts';
import { accumulateGradients } from '../loop/accumulate-gradients.ts';
import { countEpochs, countSteps, countWarmupSteps } from '../loop/intervals.ts';
import type { TrainingTask } from '../loop/training-task.ts';
import { createOptimizer } from '../optimizers/create-optimizer.ts';

/** What is planned. */
export interface PlanOptions<Batch> {
  readonly task: TrainingTask<Batch>;
  readonly args: TrainingArguments;
  readonly trainData: DataSource<Batch>;
  /** Updates that are measured in each stage. Default 3. */
  readonly probeSteps?: number;
  /** Ends the probe between two updates. */
  readonly signal?: AbortSignal;
  /** Milliseconds now. Default `performance.now`. For tests. */
  readonly now?: () => number;
}

/** Updates of a run that are alike. */
export interface PlannedStage {
  readonly steps: number;
  /** Means of an update: tokens, padding left out, and seconds. */
  readonly tokensPerStep: number;
  readonly secondsPerStep: number;
}

/** What a run will come to. */
export interface TrainingPlan {
  /** Weights that train. */
  readonly trainableParameters: number;
  /** Updates, and those of the warm-up. */
  readonly steps: number;
  readonly warmupSteps: number;
  /** Passes over the data; undefined where the data does not know how long one is. */
  readonly epochs: number | undefined;
  /** One for each stage of the data, in their order; a batch warm-up belongs to the stage that it is in. */
  readonly stages: readonly PlannedStage[];
  /** Of an update, by the mean of the run, and of the run; padding left out. */
  readonly tokensPerStep: number;
  readonly tokens: number;
  /** Of an update, by the mean of the run. */
  readonly secondsPerStep: number;
  readonly tokensPerSecond: number;
  /** Of the run, evaluations and checkpoints left out. */
  readonly seconds: number;
}

/**
 * Measures a few updates of each stage of the data. The weights keep every bit, since the probe's learning rate is
 * 0, its optimizer is its own, and the data goes back to where it stood.
 *
 * @throws ArgumentError when the number of steps cannot be known; what the task or the data throws; the
 *   signal's reason when it is aborted.
 */
export async function planTraining<Batch>(options: PlanOptions<Batch>): Promise<TrainingPlan> {
  const { task, args, trainData } = options;
  const steps = countSteps(args, trainData);
  const parameters = task.model.trainableParameters();
  const stages: PlannedStage[] = [];
  for (const part of partsOf(options, steps)) stages.push(await planStage(options, part));
  const total = (figure: 'tokensPerStep' | 'secondsPerStep'): number =>
    stages.reduce((sum, stage) => sum + stage.steps * stage[figure], 0);
  const [tokens, seconds] = [total('tokensPerStep'), total('secondsPerStep')];
  const isCounted = args.maxSteps <= 0 || trainData.batchesPerEpoch !== undefined;
  return {
    trainableParameters: [...parameters.values()].reduce((sum, { size }) => sum + size, 0),
    steps,
    warmupSteps: countWarmupSteps(args, steps),
    epochs: isCounted ? countEpochs(args, trainData) : undefined,
    stages,
    tokensPerStep: tokens / steps,
    tokens,
    secondsPerStep: seconds / steps,
    tokensPerSecond: tokens / seconds,
    seconds,
  };
}

/** The parts of the run; its data as one where all batches are alike. */
function partsOf<Batch>(
  { args, trainData }: PlanOptions<Batch>,
  steps: number,
): readonly PlannedPart[] {
  const batches = steps * args.gradientAccumulationSteps;
  const { cursor } = trainData;
  return trainData.planParts?.(batches) ?? [{ cursor, batches, fullBatches: batches }];
}

async function planStage<Batch>(
  options: PlanOptions<Batch>,
  { cursor, batches, fullBatches }: PlannedPart,
): Promise<PlannedStage> {
  const { seconds, tokens } = await probe(options, cursor);
  const sorted = seconds.toSorted((a, b) => a - b);
  // Smaller batches than those of the probe have as much less to compute.
  const share = fullBatches / batches;
  return {
    steps: batches / options.args.gradientAccumulationSteps,
    tokensPerStep: (share * tokens) / seconds.length,
    secondsPerStep: share * (sorted[Math.floor(sorted.length / 2)] ?? NaN),
  };
}

/** Seconds of each update, and the tokens of all. */
async function probe<Batch>(
  {
    task,
    args,
    trainData,
    probeSteps = 3,
    signal,
    now = () => performance.now(),
  }: PlanOptions<Batch>,
  from: Json,
): Promise<{ seconds: number[]; tokens: number }> {
  const { cursor } = trainData;
  const reader = new BatchReader(trainData);
  reader.seek(from);
  const optimizer = createOptimizer(args.optim, task.model.trainableParameters());
  const seconds: number[] = [];
  let tokens = 0;
  try {
    for (let step = 0; step < probeSteps; step++) {
      // Computing holds up the event loop: between two updates signals are heard.
      await setImmediate();
      signal?.throwIfAborted();
      const began = now();
      const { batches } = await reader.read(args.gradientAccumulationSteps);
      const firstDropoutStep = step * args.gradientAccumulationSteps;
      const accumulated = await accumulateGradients(task, batches, {
        dropoutSeed: args.seed,
        firstDropoutStep,
      });
      const gradients = accumulated?.gradients ?? new Map<string, tf.Tensor>();
      try {
        optimizer.update(gradients, { learningRate: 0 });
      } finally {
        tf.dispose([...gradients.values()]);
      }
      seconds.push((now() - began) / 1000);
      tokens += batches.reduce((sum, batch) => sum + task.countTokens(batch), 0);
    }
    return { seconds, tokens };
  } finally {
    optimizer.dispose();
    trainData.seek(cursor);
  }
}
