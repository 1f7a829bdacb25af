// The figures of a finished run as files: train_results.json, eval_results.json and all_results.json with the names
// of transformers, and trainer_state.json beside them.
import { join } from 'node:path';

import { nodeFileSystem, writeFileDurably, type DurableFileSystem } from '@malmoi/safetensors/node';

import type { TrainingArguments } from '../arguments/training-arguments.ts';
import { formatTrainerState, TRAINER_STATE_FILE } from '../checkpoint/state-files.ts';
import type { LogRow, TrainerState } from '../loop/trainer-state.ts';
import { metricsJson } from './metrics-json.ts';

/** What is known at the end of a run. */
export interface RunResults {
  readonly args: TrainingArguments;
  readonly state: TrainerState;
  /** `train_…`, when the run came to its end. */
  readonly trainMetrics?: LogRow | undefined;
  /** `eval_…`, when there was a last evaluation. */
  readonly evalMetrics?: LogRow | undefined;
}

/**
 * Writes the files into the output folder.
 *
 * @throws DurableWriteError with path and errno.
 */
export async function writeResults(
  { args, state, trainMetrics, evalMetrics }: RunResults,
  fileSystem: DurableFileSystem = nodeFileSystem,
): Promise<void> {
  const files = {
    ...(trainMetrics && { 'train_results.json': metricsJson(trainMetrics) }),
    ...(evalMetrics && { 'eval_results.json': metricsJson(evalMetrics) }),
    'all_results.json': metricsJson({ ...trainMetrics, ...evalMetrics }),
    [TRAINER_STATE_FILE]: formatTrainerState(state, args, {}),
  };
  for (const [name, text] of Object.entries(files)) {
    await writeFileDurably(join(args.outputDir, name), text, { fileSystem });
  }
}
