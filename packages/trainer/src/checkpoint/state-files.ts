// trainer_state.json, training_args.json and rng_state.json: a run's state as files. The first has the fields of
// transformers' TrainerState and no others, so that transformers reads it too; what else resuming needs
// is in `stateful_callbacks.MalmoiTrainer` and in rng_state.json. JSON keeps every number exactly.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { TrainingArguments } from '../arguments/training-arguments.ts';
import type { Json } from '../json.ts';
import type { TrainerState } from '../loop/trainer-state.ts';
import { CheckpointFileError } from './checkpoint-errors.ts';
import { checkpointName } from './find-checkpoints.ts';
import { withSnakeCaseKeys } from './snake-case.ts';

export const TRAINER_STATE_FILE = 'trainer_state.json';
export const TRAINING_ARGS_FILE = 'training_args.json';
export const RNG_STATE_FILE = 'rng_state.json';

/** Where our own part of the state is kept among the callbacks'. */
const OWN_STATE = 'MalmoiTrainer';

/** What decides everything random that is to come, and what it is drawn for. */
export interface RngState {
  /** Seed of the dropout masks, and of the data where that has none of its own. */
  readonly seed: number;
  readonly data_seed: number | null;
  /** Number of the next forward pass: with the seed and the place, it decides the dropout masks. */
  readonly dropout_step: number;
  /** Where the data goes on. */
  readonly data_cursor: Json;
  /** Of the data, and of the model's parameters and configuration. */
  readonly data_fingerprint: string;
  readonly model_fingerprint: string;
}

/** The parts of the state that transformers has no name for. */
type OwnState = Pick<
  TrainerState,
  'batchesInEpoch' | 'bestStep' | 'epochsDone' | 'lossSum' | 'numExamplesSeen' | 'window'
>;

/** The text of trainer_state.json. */
export function formatTrainerState(
  state: TrainerState,
  args: TrainingArguments,
  callbackStates: Readonly<Record<string, Json>>,
): string {
  const { batchesInEpoch, bestStep, epochsDone, lossSum, numExamplesSeen, window } = state;
  const own: OwnState = { batchesInEpoch, bestStep, epochsDone, lossSum, numExamplesSeen, window };
  const bestName = bestStep === null ? null : checkpointName(bestStep);
  const file = {
    best_metric: state.bestMetric,
    best_model_checkpoint: bestName === null ? null : join(args.outputDir, bestName),
    epoch: state.epoch,
    eval_steps: args.evalSteps ?? args.loggingSteps,
    global_step: state.globalStep,
    log_history: state.logHistory,
    logging_steps: args.loggingSteps,
    max_steps: state.maxSteps,
    num_input_tokens_seen: state.numInputTokensSeen,
    num_train_epochs: state.numTrainEpochs,
    save_steps: args.saveSteps,
    stateful_callbacks: { ...callbackStates, [OWN_STATE]: own },
    total_flos: state.totalFlos,
    train_batch_size: args.perDeviceTrainBatchSize,
  };
  return `${JSON.stringify(file, null, 2)}\n`;
}

/** The text of training_args.json. */
export function formatTrainingArguments(args: TrainingArguments): string {
  return `${JSON.stringify(withSnakeCaseKeys(args), null, 2)}\n`;
}

/** What the state files of a checkpoint say. */
export interface SavedState {
  readonly state: TrainerState;
  /** Settings by their names on disk. */
  readonly args: Readonly<Record<string, Json>>;
  readonly rng: RngState;
  readonly callbackStates: Readonly<Record<string, Json>>;
}

/**
 * Reads the three files of a checkpoint that is whole.
 *
 * @throws CheckpointFileError when one cannot be read, or lacks a field.
 */
export async function readStateFiles(folder: string): Promise<SavedState> {
  const path = join(folder, TRAINER_STATE_FILE);
  const file = await readJsonObject(path);
  const rng = (await readJsonObject(join(folder, RNG_STATE_FILE))) as unknown as RngState;
  const args = await readJsonObject(join(folder, TRAINING_ARGS_FILE));
  const { [OWN_STATE]: own, ...callbackStates } = (file['stateful_callbacks'] ?? {}) as Record<
    string,
    Json
  >;
  const state = {
    globalStep: file['global_step'],
    maxSteps: file['max_steps'],
    epoch: file['epoch'],
    numTrainEpochs: file['num_train_epochs'],
    numInputTokensSeen: file['num_input_tokens_seen'],
    totalFlos: file['total_flos'],
    logHistory: file['log_history'],
    bestMetric: file['best_metric'],
    dropoutStep: rng.dropout_step,
    dataCursor: rng.data_cursor,
    ...(own as unknown as OwnState),
  } as unknown as TrainerState;
  requireComplete(path, state);
  return { state, args, rng, callbackStates };
}

/** Counts must be counts: whatever else is wrong in a file, they are what the loop would go astray by. */
function requireComplete(path: string, state: TrainerState): void {
  const { globalStep, maxSteps, epochsDone, batchesInEpoch, dropoutStep, numExamplesSeen } = state;
  const counts = { globalStep, maxSteps, epochsDone, batchesInEpoch, dropoutStep, numExamplesSeen };
  for (const [name, value] of Object.entries(counts)) {
    if (!Number.isSafeInteger(value) || value < 0) {
      throw new CheckpointFileError(path, `${name} is ${JSON.stringify(value)}, not a count`);
    }
  }
  const { lossSum, window, logHistory } = state as Partial<TrainerState>;
  if (!Array.isArray(logHistory)) throw new CheckpointFileError(path, 'log_history is no list');
  if (!Number.isFinite(lossSum) || typeof window?.steps !== 'number') {
    throw new CheckpointFileError(path, `stateful_callbacks.${OWN_STATE} is not complete`);
  }
}

async function readJsonObject(path: string): Promise<Record<string, Json>> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    throw new CheckpointFileError(path, 'cannot be read as JSON', { cause: error });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new CheckpointFileError(path, 'holds no JSON object');
  }
  return value as Record<string, Json>;
}
