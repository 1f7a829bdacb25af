// The trainer: puts a model, its data and the settings together, and trains, evaluates and saves. The loop
// itself is training-run.ts. Names follow transformers' Trainer.
import { mkdir } from 'node:fs/promises';

import type { DurableFileSystem } from '@malmoi/safetensors/node';
import { nodeFileSystem } from '@malmoi/safetensors/node';

import { ArgumentError } from '../arguments/argument-error.ts';
import type { TrainingArguments } from '../arguments/training-arguments.ts';
import { CallbackList } from '../callbacks/callback-list.ts';
import type { TrainerCallback } from '../callbacks/trainer-callback.ts';
import type { ModelFiles } from '../checkpoint/model-files.ts';
import { openOutputFolder } from '../checkpoint/output-folder.ts';
import { parameterFiles } from '../checkpoint/parameter-files.ts';
import { RunCheckpoints, type LoadedRun } from '../checkpoint/run-checkpoints.ts';
import type { DataSource } from '../data/data-source.ts';
import type { Json } from '../json.ts';
import { createOptimizer } from '../optimizers/create-optimizer.ts';
import type { Optimizer } from '../optimizers/optimizer.ts';
import {
  createLearningRateSchedule,
  type LearningRateSchedule,
} from '../schedules/learning-rate-schedule.ts';
import { evaluateEpoch } from './evaluate.ts';
import { countEpochs, countSteps, countWarmupSteps } from './intervals.ts';
import { initialState, type LogRow, type TrainerState } from './trainer-state.ts';
import { TrainingRun } from './training-run.ts';
import type { TrainingTask } from './training-task.ts';

/** What a trainer is made of. */
export interface TrainerOptions<Batch> {
  /** The model with its loss. The model stays the caller's. */
  readonly task: TrainingTask<Batch>;
  readonly args: TrainingArguments;
  readonly trainData: DataSource<Batch>;
  /** Held-out data, from where it stands now to the end of its epoch. */
  readonly evalData?: DataSource<Batch>;
  readonly callbacks?: readonly TrainerCallback[];
  /** How the model is saved. Default: its parameters in `model.safetensors`; see `bertModelFiles`. */
  readonly modelFiles?: ModelFiles;
  /** Receives warnings. Default `process.emitWarning`. */
  readonly onWarning?: (message: string) => void;
  /** The file system checkpoints are written with. Default the machine's. For tests. */
  readonly fileSystem?: DurableFileSystem;
}

/** What a run came to. */
export interface TrainOutput {
  readonly state: TrainerState;
  /** Mean loss of all updates of the run; NaN when it was stopped before its first. */
  readonly trainLoss: number;
  /** `train_loss`, `train_runtime`, …; undefined when the run was stopped before its end. */
  readonly metrics: LogRow | undefined;
  /** What `stop` was given, when that ended the run. */
  readonly stoppedBy: string | undefined;
}

export class Trainer<Batch> {
  readonly args: TrainingArguments;
  readonly #options: TrainerOptions<Batch>;
  readonly #modelFiles: ModelFiles;
  readonly #fileSystem: DurableFileSystem;
  readonly #onWarning: (message: string) => void;
  readonly #trainStart: Json;
  readonly #evalStart: Json;
  #stopReason: string | undefined;

  /** @throws ArgumentError when the settings ask for an evaluation and there is no data for it. */
  constructor(options: TrainerOptions<Batch>) {
    const { args, evalData, trainData } = options;
    if (args.evalStrategy !== 'no' && evalData === undefined) {
      throw new ArgumentError('evalStrategy', args.evalStrategy, '"no", or data to evaluate on');
    }
    this.args = args;
    this.#options = options;
    this.#modelFiles = options.modelFiles ?? parameterFiles(options.task.model);
    this.#fileSystem = options.fileSystem ?? nodeFileSystem;
    this.#onWarning =
      options.onWarning ??
      ((message) => {
        process.emitWarning(message);
      });
    this.#trainStart = trainData.cursor;
    this.#evalStart = evalData?.cursor ?? null;
  }

  /**
   * Trains, from the beginning or from the checkpoint that `resumeFromCheckpoint` names. Resumed, a run
   * equals one that never stopped, bit by bit.
   *
   * @throws NonFiniteLossError when the loss or a gradient is NaN or infinite.
   * @throws OutputDirNotEmptyError, FolderLockedError, NoCheckpointError, ResumeMismatchError.
   * @throws DurableWriteError when a checkpoint cannot be written; older ones stay whole.
   */
  async train(): Promise<TrainOutput> {
    const { args, task, trainData, callbacks: list = [] } = this.#options;
    this.#stopReason = undefined;
    const maxSteps = countSteps(args, trainData);
    const schedule = this.#createSchedule(maxSteps);
    const callbacks = new CallbackList(list);
    const lock = await openOutputFolder(args, this.#fileSystem);
    const optimizer = createOptimizer(args.optim, task.model.trainableParameters(), {
      beta1: args.adamBeta1,
      beta2: args.adamBeta2,
      epsilon: args.adamEpsilon,
      weightDecay: args.weightDecay,
    });
    try {
      const checkpoints = this.#checkpoints(optimizer);
      const { resumeFromCheckpoint: from } = args;
      const loaded = from === false ? undefined : await checkpoints.load(from);
      if (loaded) callbacks.loadStates(loaded.callbackStates);
      const state = this.#beginningState(loaded, maxSteps);
      const run = this.#createRun({ optimizer, schedule, callbacks, checkpoints, state, loaded });
      return await this.#finish(run, callbacks, checkpoints, state);
    } finally {
      optimizer.dispose();
      try {
        await callbacks.close();
      } finally {
        await lock.release();
      }
    }
  }

  /**
   * Evaluates the model as it is.
   *
   * @throws ArgumentError without `evalData`; EmptyEvaluationError.
   */
  async evaluate(): Promise<LogRow> {
    const { evalData, task } = this.#options;
    if (evalData === undefined) throw new ArgumentError('evalData', undefined, 'a data source');
    return evaluateEpoch(task, evalData, this.#evalStart);
  }

  /**
   * Saves the model as it is, without the state of the run: what one keeps of a finished one.
   *
   * @param folder made if need be; the files of an older model in it are replaced. Default: the output folder.
   * @throws DurableWriteError with path and errno.
   */
  async saveModel(folder = this.args.outputDir): Promise<void> {
    await mkdir(folder, { recursive: true });
    await this.#modelFiles.save(folder, this.#fileSystem);
  }

  /**
   * Ends the run before its next micro-batch: the last update is saved, and a micro-batch that belongs to
   * an update not yet made is done again on resuming.
   *
   * @param reason appears as `stoppedBy`.
   */
  stop(reason = 'stop'): void {
    this.#stopReason ??= reason;
  }

  #createSchedule(maxSteps: number): LearningRateSchedule {
    const { args } = this;
    return createLearningRateSchedule(args.lrSchedulerType, {
      learningRate: args.learningRate,
      warmupSteps: countWarmupSteps(args, maxSteps),
      totalSteps: maxSteps,
      power: args.lrSchedulerPower,
    });
  }

  #checkpoints(optimizer: Optimizer): RunCheckpoints {
    const { args, task, trainData } = this.#options;
    return new RunCheckpoints({
      args,
      model: task.model,
      modelFiles: this.#modelFiles,
      optimizer,
      dataFingerprint: trainData.fingerprint,
      fileSystem: this.#fileSystem,
      onWarning: this.#onWarning,
    });
  }

  /** The first state, or the saved one with the length that the settings give the run now. */
  #beginningState(loaded: LoadedRun | undefined, maxSteps: number): TrainerState {
    const { args, trainData } = this.#options;
    const numTrainEpochs = countEpochs(args, trainData);
    if (loaded) return { ...loaded.state, maxSteps, numTrainEpochs };
    return initialState({ maxSteps, numTrainEpochs, dataCursor: this.#trainStart });
  }

  #createRun(parts: {
    readonly optimizer: Optimizer;
    readonly schedule: LearningRateSchedule;
    readonly callbacks: CallbackList;
    readonly checkpoints: RunCheckpoints;
    readonly state: TrainerState;
    readonly loaded: LoadedRun | undefined;
  }): TrainingRun<Batch> {
    const { args, task, trainData, evalData } = this.#options;
    const { optimizer, schedule, callbacks, checkpoints, state, loaded } = parts;
    return new TrainingRun<Batch>(
      {
        args,
        task,
        data: trainData,
        optimizer,
        schedule,
        callbacks,
        stopReason: () => this.#stopReason,
        evaluate: evalData && (() => this.evaluate()),
        save: (current) => checkpoints.save(current, callbacks.saveStates()),
        onWarning: this.#onWarning,
      },
      state,
      loaded?.path,
    );
  }

  async #finish(
    run: TrainingRun<Batch>,
    callbacks: CallbackList,
    checkpoints: RunCheckpoints,
    began: TrainerState,
  ): Promise<TrainOutput> {
    const start = performance.now();
    await run.run();
    const seconds = (performance.now() - start) / 1000;
    const stoppedBy = this.#stopReason;
    const { bestStep } = run.state;
    if (stoppedBy === undefined && this.args.loadBestModelAtEnd && bestStep !== null) {
      await checkpoints.loadWeights(bestStep);
    }
    const trainLoss = run.state.lossSum / run.state.globalStep;
    const metrics =
      stoppedBy === undefined
        ? await run.log(summary(run.state, began, seconds, trainLoss))
        : undefined;
    await callbacks.emit('onTrainEnd', run.context());
    return { state: run.state, trainLoss, metrics, stoppedBy };
  }
}

/** The last row of the log: speed counts what this process did, the loss the whole run. */
function summary(
  state: TrainerState,
  began: TrainerState,
  seconds: number,
  trainLoss: number,
): LogRow {
  return {
    train_loss: trainLoss,
    train_runtime: seconds,
    train_samples_per_second: (state.numExamplesSeen - began.numExamplesSeen) / seconds,
    train_steps_per_second: (state.globalStep - began.globalStep) / seconds,
    total_flos: state.totalFlos,
  };
}
