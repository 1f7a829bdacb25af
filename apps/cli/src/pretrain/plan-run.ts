// What a run needs, before it begins: memory by an estimate, steps and tokens by the data, time by three updates.
import { availableMemory } from 'node:process';

import type { BackendChoice } from '@malmoi/ops';
import {
  countParameters,
  estimateMemory,
  InsufficientMemoryError,
  type MemoryEstimate,
  planTraining,
  pretrainingTask,
  requireMemory,
  type TrainingPlan,
} from '@malmoi/trainer';

import type { CommandContext } from '../command.ts';
import { formatBytes, formatCount, formatPlural, formatSeconds } from '../output/format-number.ts';
import { formatTable } from '../output/format-table.ts';
import type { Output } from '../output/output.ts';
import { modelConfig } from './create-model.ts';
import type { PretrainSettings } from './options.ts';
import type { TrainingParts } from './train-model.ts';

/** WebAssembly addresses 32 bits. */
const WASM_MEMORY = 2 ** 32;

/** What a run is estimated to take, and what there is. */
export interface MemoryPlan {
  /** Weights of the model. */
  readonly numParameters: number;
  readonly estimate: MemoryEstimate;
  /** Bytes that the backend can have. */
  readonly available: number;
}

/**
 * Estimates the memory of a run, before its model is made.
 *
 * The estimate is of TensorFlow.js' plain operations. Where those compute, a run that cannot fit is refused;
 * other backends need less or have memory of their own, and it is a warning.
 *
 * @param vocabSize tokens of the vocabulary
 * @throws InsufficientMemoryError
 */
export function planMemory(
  settings: PretrainSettings,
  vocabSize: number,
  backend: BackendChoice['name'],
  output: Output,
): MemoryPlan {
  const config = modelConfig(settings, vocabSize);
  const numParameters = countParameters(
    config,
    settings.nextSentencePrediction ? 'BertForPreTraining' : 'BertForMaskedLM',
  );
  const estimate = estimateMemory({
    config,
    parameters: numParameters,
    batchSize: settings.perDeviceTrainBatchSize,
    length: settings.maxSeqLength,
    mlmProbability: settings.mlmProbability,
  });
  const system = availableMemory();
  const available = backend === 'wasm' ? Math.min(system, WASM_MEMORY) : system;
  try {
    requireMemory(estimate, available);
  } catch (error) {
    const isMeasured = backend === 'wasm' || backend === 'cpu';
    if (isMeasured || !(error instanceof InsufficientMemoryError)) throw error;
    output.warn(`${error.message} (Estimated for plain operations: ${backend} may need less.)`);
  }
  return { numParameters, estimate, available };
}

/**
 * Measures three updates and prints what the run will come to. The model stays as it is.
 *
 * @throws the signal's reason when it is aborted
 */
export async function printPlan(
  memory: MemoryPlan,
  { model, data, args }: TrainingParts,
  { output, signal }: CommandContext,
): Promise<void> {
  output.info('plan: measuring three updates of each stage');
  const task = pretrainingTask(model);
  const plan = await planTraining({ task, args, trainData: data.train, signal });
  output.result(planJson(memory, plan), () => planLines(memory, plan));
}

/** The plan under the names of the files on disk. */
function planJson({ numParameters, estimate, available }: MemoryPlan, plan: TrainingPlan): unknown {
  return {
    num_parameters: numParameters,
    memory_bytes: estimate,
    available_bytes: available,
    max_steps: plan.steps,
    warmup_steps: plan.warmupSteps,
    num_train_epochs: plan.epochs ?? null,
    stages: plan.stages.map(({ steps, tokensPerStep, secondsPerStep }) => ({
      steps,
      tokens_per_step: tokensPerStep,
      seconds_per_step: secondsPerStep,
    })),
    checkpoint_bytes: checkpointBytes(estimate),
    tokens: Math.round(plan.tokens),
    tokens_per_second: plan.tokensPerSecond,
    seconds_per_step: plan.secondsPerStep,
    seconds: plan.seconds,
  };
}

function planLines(
  { numParameters, estimate, available }: MemoryPlan,
  plan: TrainingPlan,
): string[] {
  const { parameters, gradients, optimizer, activations, total } = estimate;
  return formatTable([
    ['weights', formatCount(numParameters)],
    ['memory', `about ${formatBytes(total)} of ${formatBytes(available)} available`],
    [
      '',
      `weights ${formatBytes(parameters)}, gradients ${formatBytes(gradients)}, ` +
        `optimizer ${formatBytes(optimizer)}, activations ${formatBytes(activations)}`,
    ],
    [
      'steps',
      `${formatCount(plan.steps)}, ${formatCount(plan.warmupSteps)} of them warm-up` +
        (plan.epochs === undefined ? '' : `; ${formatPlural(plan.epochs, 'epoch')}`),
    ],
    ...stageRows(plan),
    ['tokens', `${formatCount(plan.tokens)}, ${formatCount(plan.tokensPerStep)} in a step`],
    [
      'speed',
      `${formatCount(plan.tokensPerSecond)} tokens/s, ${plan.secondsPerStep.toFixed(3)} s for a step`,
    ],
    ['disk', `${formatBytes(checkpointBytes(estimate))} for a checkpoint`],
    ['time', `about ${formatSeconds(plan.seconds)}, without evaluations and checkpoints`],
  ]);
}

/** A row for each stage, where there is more than one. */
function stageRows({ stages }: TrainingPlan): string[][] {
  if (stages.length < 2) return [];
  return stages.map(({ steps, tokensPerStep, secondsPerStep }, i) => [
    '',
    `stage ${i + 1}: ${formatPlural(Math.round(steps), 'step')} of ${formatCount(tokensPerStep)} tokens, ` +
      `${secondsPerStep.toFixed(3)} s each`,
  ]);
}

/** Weights and moments. They wait for the disk in the system's memory for files, not in that of the process. */
function checkpointBytes({ parameters, optimizer }: MemoryEstimate): number {
  return parameters + optimizer;
}
