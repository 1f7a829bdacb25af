// The checkpoints of one run: written so that a kill at any moment leaves the older ones whole, read back with
// everything held against what it was made with, and limited in number.
import { randomBytes } from 'node:crypto';
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';

import {
  syncFolder,
  writeFileDurably,
  writeFolderDurably,
  type DurableFileSystem,
} from '@malmoi/safetensors/node';

import type { TrainingArguments } from '../arguments/training-arguments.ts';
import type { Json } from '../json.ts';
import type { TrainerState } from '../loop/trainer-state.ts';
import type { TrainableModel } from '../loop/training-task.ts';
import type { Optimizer } from '../optimizers/optimizer.ts';
import { NoCheckpointError, ResumeMismatchError } from './checkpoint-errors.ts';
import { checkpointName, findLastCheckpoint, listCheckpoints } from './find-checkpoints.ts';
import { modelFingerprint } from './fingerprint.ts';
import { manifestProblem, writeManifest } from './manifest.ts';
import type { ModelFiles } from './model-files.ts';
import { loadOptimizer, saveOptimizer } from './optimizer-file.ts';
import { changedSettings } from './changed-settings.ts';
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

export class RunCheckpoints {
  readonly #options: RunCheckpointsOptions;

  constructor(options: RunCheckpointsOptions) {
    this.#options = options;
  }

  /**
   * Writes `checkpoint-<step>` and deletes what is over `saveTotalLimit`. One of that name which is
   * there already is replaced once the new one is whole.
   *
   * @returns its folder.
   * @throws DurableWriteError with path and errno; the older checkpoints are as they were.
   */
  async save(state: TrainerState, callbackStates: Readonly<Record<string, Json>>): Promise<string> {
    const { args, fileSystem } = this.#options;
    const path = join(args.outputDir, checkpointName(state.globalStep));
    const fill = (folder: string): Promise<void> => this.#fill(folder, state, callbackStates);
    if (await exists(path)) {
      const fresh = temporaryName(args.outputDir);
      const old = temporaryName(args.outputDir);
      await writeFolderDurably(fresh, fill, fileSystem);
      await fileSystem.rename(path, old);
      await fileSystem.rename(fresh, path);
      await syncFolder(args.outputDir, fileSystem);
      await fileSystem.removeFolder(old);
    } else {
      await writeFolderDurably(path, fill, fileSystem);
    }
    await this.#removeOld(state);
    return path;
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

  /** The manifest comes last: until it is there, the folder is no checkpoint. */
  async #fill(
    folder: string,
    state: TrainerState,
    callbackStates: Readonly<Record<string, Json>>,
  ): Promise<void> {
    const { args, modelFiles, optimizer, fileSystem } = this.#options;
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
    await writeManifest(folder, fileSystem);
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

  /** Deletes the oldest checkpoints over the limit; never the newest, never the best. */
  async #removeOld({ globalStep, bestStep }: TrainerState): Promise<void> {
    const { args, fileSystem } = this.#options;
    const { saveTotalLimit, outputDir } = args;
    if (saveTotalLimit === null) return;
    const all = await listCheckpoints(outputDir);
    const removable = all.filter(({ step }) => step < globalStep && step !== bestStep);
    const surplus = Math.max(0, all.length - saveTotalLimit);
    for (const { path } of removable.slice(0, surplus)) {
      await removeCheckpoint(path, outputDir, fileSystem);
    }
  }
}

/** Takes a checkpoint's name from it before its files go, so that no kill leaves half of one behind. */
export async function removeCheckpoint(
  path: string,
  outputDir: string,
  fileSystem: DurableFileSystem,
): Promise<void> {
  const trash = temporaryName(outputDir);
  await fileSystem.rename(path, trash);
  await fileSystem.removeFolder(trash);
}

/** A name that `isTemporaryName` of @malmoi/safetensors recognises. */
function temporaryName(folder: string): string {
  return join(folder, `.malmoi-${process.pid}-${randomBytes(8).toString('hex')}.tmp`);
}

async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch {
    return false;
  }
}
