// What a run will come to, from a probe of a few updates whose results are thrown away.
import { setImmediate } from 'node:timers/promises';

import * as tf from '@tensorflow/tfjs-core';

import type { TrainingArguments } from '../arguments/training-arguments.ts';
import { BatchReader } from '../data/batch-reader.ts';
import type { DataSource } from '../data/data-source.ts';
import { accumulateGradients } from '../loop/accumulate-gradients.ts';
import { countEpochs, countSteps, countWarmupSteps } from '../loop/intervals.ts';
import type { TrainingTask } from '../loop/training-task.ts';
import { createOptimizer } from '../optimizers/create-optimizer.ts';

/** What is planned. */
export interface PlanOptions<Batch> {
  readonly task: TrainingTask<Batch>;
  readonly args: TrainingArguments;
  readonly trainData: DataSource<Batch>;
  /** Updates of the probe. Default 3. */
  readonly probeSteps?: number;
  /** Ends the probe between two updates. */
  readonly signal?: AbortSignal;
  /** Milliseconds now. Default `performance.now`. For tests. */
  readonly now?: () => number;
}

/** What a run will come to. */
export interface TrainingPlan {
  /** Weights that train. */
  readonly trainableParameters: number;
  /** Updates, those of the warm-up, and passes over the data. */
  readonly steps: number;
  readonly warmupSteps: number;
  readonly epochs: number;
  /** Of an update and of the run, padding left out, by the probe's mean. */
  readonly tokensPerStep: number;
  readonly tokens: number;
  /** The probe's median. */
  readonly secondsPerStep: number;
  readonly tokensPerSecond: number;
  /** Of the run, evaluations and checkpoints left out. */
  readonly seconds: number;
}

/**
 * Measures a few updates. The weights keep every bit, since the probe's learning rate is 0, its optimizer is its
 * own, and the data goes back to where it stood.
 *
 * @throws ArgumentError when the number of steps cannot be known; what the task or the data throws; the
 *   signal's reason when it is aborted.
 */
export async function planTraining<Batch>(options: PlanOptions<Batch>): Promise<TrainingPlan> {
  const { task, args, trainData } = options;
  const steps = countSteps(args, trainData);
  const parameters = task.model.trainableParameters();
  const { seconds, tokens } = await probe(options);
  const sorted = seconds.toSorted((a, b) => a - b);
  const secondsPerStep = sorted[Math.floor(sorted.length / 2)] ?? NaN;
  const tokensPerStep = tokens / seconds.length;
  return {
    trainableParameters: [...parameters.values()].reduce((sum, { size }) => sum + size, 0),
    steps,
    warmupSteps: countWarmupSteps(args, steps),
    epochs: countEpochs(args, trainData),
    tokensPerStep,
    tokens: tokensPerStep * steps,
    secondsPerStep,
    tokensPerSecond: tokensPerStep / secondsPerStep,
    seconds: secondsPerStep * steps,
  };
}

/** Seconds of each update, and the tokens of all. */
async function probe<Batch>({
  task,
  args,
  trainData,
  probeSteps = 3,
  signal,
  now = () => performance.now(),
}: PlanOptions<Batch>): Promise<{ seconds: number[]; tokens: number }> {
  const { cursor } = trainData;
  const reader = new BatchReader(trainData);
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
