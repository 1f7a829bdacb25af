// The checkpoints of one run: written so that a kill at any moment leaves the older ones whole, and read back with
// everything held against what it was made with. A save has two halves: the files are written between two updates,
// into the memory in which the operating system keeps what the disk has not got yet; hashing, syncing and renaming
// them, which wait for the disk, go on beside the next updates.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import { nodeFileSystem, writeFileDurably, type DurableFileSystem } from '@malmoi/safetensors/node';

import type { TrainingArguments } from '../arguments/training-arguments.ts';
import type { Json } from '../json.ts';
import type { TrainerState } from '../loop/trainer-state.ts';
import type { TrainableModel } from '../loop/training-task.ts';
import type { Optimizer } from '../optimizers/optimizer.ts';
import { NoCheckpointError, ResumeMismatchError } from './checkpoint-errors.ts';
import { checkpointName, findLastCheckpoint } from './find-checkpoints.ts';
import { modelFingerprint } from './fingerprint.ts';
import { manifestProblem } from './manifest.ts';
import type { ModelFiles } from './model-files.ts';
import { loadOptimizer, saveOptimizer } from './optimizer-file.ts';
import { changedSettings } from './changed-settings.ts';
import { attempt, publishCheckpoint, temporaryName, underItsName } from './publish-checkpoint.ts';
import { publishInBackground } from './publish-in-background.ts';
import {
  formatTrainerState,
  formatTrainingArguments,
  readStateFiles,
  RNG_STATE_FILE,
  TRAINER_STATE_FILE,
  TRAINING_ARGS_FILE,
  type RngState,
  type SavedState,
} from './state-files.ts';
import { unsynced } from './unsynced-file-system.ts';

/** What checkpoints are made of. */
export interface RunCheckpointsOptions {
  readonly args: TrainingArguments;
  readonly model: TrainableModel;
  readonly modelFiles: ModelFiles;
  readonly optimizer: Optimizer;
  /** The data's fingerprint. */
  readonly dataFingerprint: string;
  readonly fileSystem: DurableFileSystem;
  readonly onWarning: (message: string) => void;
}

/** A checkpoint that was loaded. */
export interface LoadedRun extends Pick<SavedState, 'state' | 'callbackStates'> {
  readonly path: string;
}

/** A checkpoint whose files hold their state already, and which the disk is still to be waited for. */
export interface CheckpointUnderWay {
  /** The folder that it will have. */
  readonly path: string;
  /**
   * Settles once it is there, whole and durable, and what was over the limit is gone.
   *
   * @throws DurableWriteError with path and errno; the older checkpoints are as they were.
   */
  readonly written: Promise<void>;
}

export class RunCheckpoints {
  readonly #options: RunCheckpointsOptions;

  constructor(options: RunCheckpointsOptions) {
    this.#options = options;
  }

  /**
   * Begins `checkpoint-<step>`. Once this returns, weights and optimizer may change. One save at a time: `written` of
   * the one before must have settled.
   *
   * @throws DurableWriteError with path and errno; the older checkpoints are as they were.
   */
  async save(
    state: TrainerState,
    callbackStates: Readonly<Record<string, Json>>,
  ): Promise<CheckpointUnderWay> {
    const { args, fileSystem } = this.#options;
    const { outputDir, saveTotalLimit } = args;
    const path = join(outputDir, checkpointName(state.globalStep));
    const staging = temporaryName(outputDir);
    try {
      await attempt('create', path, () => mkdir(staging));
      await this.#fill(staging, state, callbackStates);
    } catch (error) {
      await Promise.allSettled([fileSystem.removeFolder(staging)]);
      throw underItsName(error, staging, path);
    }
    const { globalStep: step, bestStep } = state;
    const job = { staging, outputDir, step, bestStep, saveTotalLimit };
    // A file system of the caller's own cannot be taken into another thread.
    const written =
      fileSystem === nodeFileSystem ? publishInBackground(job) : publishCheckpoint(job, fileSystem);
    return { path, written };
  }

  /**
   * Loads the weights, the optimizer and the state of a checkpoint.
   *
   * @param from `true` for the last whole one of the output folder, or a checkpoint's folder.
   * @throws NoCheckpointError, ResumeMismatchError, CheckpointFileError.
   */
  async load(from: string | true): Promise<LoadedRun> {
    const { args, model, modelFiles, optimizer, dataFingerprint, onWarning } = this.#options;
    const path = await this.#choose(from);
    const saved = await readStateFiles(path);
    const { rng } = saved;
    if (rng.model_fingerprint !== modelFingerprint(model, modelFiles.configuration)) {
      const detail = 'parameters, shapes or configuration differ';
      throw new ResumeMismatchError(path, 'model', detail);
    }
    if (rng.data_fingerprint !== dataFingerprint) {
      const detail =
        'the corpus, or a setting that decides its batches (data seed, masking), differs';
      throw new ResumeMismatchError(path, 'data', detail);
    }
    const changed = changedSettings(saved.args, args);
    if (changed.length > 0) {
      onWarning(`Settings differ from those of ${path}: ${changed.join(', ')}.`);
    }
    await loadOptimizer(path, optimizer);
    await modelFiles.load(path);
    return { path, state: saved.state, callbackStates: saved.callbackStates };
  }

  /** Loads the weights of a checkpoint of this run, and nothing else. */
  async loadWeights(step: number): Promise<void> {
    const { args, modelFiles } = this.#options;
    const path = await this.#choose(join(args.outputDir, checkpointName(step)));
    await modelFiles.load(path);
  }

  async #choose(from: string | true): Promise<string> {
    const { args, onWarning } = this.#options;
    if (from === true) {
      const last = await findLastCheckpoint(args.outputDir, onWarning);
      if (last === undefined) {
        throw new NoCheckpointError(args.outputDir, 'there is no whole checkpoint in this folder');
      }
      return last.path;
    }
    const problem = await manifestProblem(from);
    if (problem !== undefined) {
      throw new NoCheckpointError(from, `this is not a whole checkpoint: ${problem}`);
    }
    return from;
  }

  /** All files but the manifest, not synced. */
  async #fill(
    folder: string,
    state: TrainerState,
    callbackStates: Readonly<Record<string, Json>>,
  ): Promise<void> {
    const { args, modelFiles, optimizer } = this.#options;
    const fileSystem = unsynced(this.#options.fileSystem);
    await modelFiles.save(folder, fileSystem);
    await saveOptimizer(folder, optimizer, fileSystem);
    const texts = {
      [TRAINER_STATE_FILE]: formatTrainerState(state, args, callbackStates),
      [TRAINING_ARGS_FILE]: formatTrainingArguments(args),
      [RNG_STATE_FILE]: `${JSON.stringify(this.#rngState(state), null, 2)}\n`,
    };
    for (const [name, text] of Object.entries(texts)) {
      await writeFileDurably(join(folder, name), text, { fileSystem });
    }
  }

  #rngState(state: TrainerState): RngState {
    const { args, model, modelFiles, dataFingerprint } = this.#options;
    return {
      seed: args.seed,
      data_seed: args.dataSeed,
      dropout_step: state.dropoutStep,
      data_cursor: state.dataCursor,
      data_fingerprint: dataFingerprint,
      model_fingerprint: modelFingerprint(model, modelFiles.configuration),
    };
  }
}
