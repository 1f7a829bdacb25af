// One run: the loop itself, top to bottom, and the state it carries from update to update. Everything a
// checkpoint must hold is in `state` and in the optimizer; between two updates nothing else exists.
import { clipScale, globalNorm } from '@malmoi/ops';
import * as tf from '@tensorflow/tfjs-core';

import type { TrainingArguments } from '../arguments/training-arguments.ts';
import type { CallbackList } from '../callbacks/callback-list.ts';
import type { CallbackContext, TrainerControl } from '../callbacks/trainer-callback.ts';
import type { CheckpointUnderWay } from '../checkpoint/run-checkpoints.ts';
import { BatchReader, type BatchGroup } from '../data/batch-reader.ts';
import type { DataSource } from '../data/data-source.ts';
import type { Optimizer } from '../optimizers/optimizer.ts';
import type { LearningRateSchedule } from '../schedules/learning-rate-schedule.ts';
import { accumulateGradients } from './accumulate-gradients.ts';
import { withBestMetric } from './best-metric.ts';
import { isDue } from './intervals.ts';
import { NonFiniteLossError } from './non-finite-loss-error.ts';
import { SaveUnderWay } from './save-under-way.ts';
import { FiguresWindow, type StepFigures } from './step-figures.ts';
import type { LogRow, TrainerState } from './trainer-state.ts';
import type { TrainingTask } from './training-task.ts';

/** What a run is made of. */
export interface TrainingRunParts<Batch> {
  readonly args: TrainingArguments;
  readonly task: TrainingTask<Batch>;
  readonly data: DataSource<Batch>;
  readonly optimizer: Optimizer;
  readonly schedule: LearningRateSchedule;
  readonly callbacks: CallbackList;
  /** Why the run is to stop, or undefined while it is not. Asked before every micro-batch. */
  readonly stopReason: () => string | undefined;
  /** Evaluates; undefined where there is nothing to evaluate on. */
  readonly evaluate: (() => Promise<LogRow>) | undefined;
  /** Begins a checkpoint; the weights may change once it returns. Undefined where none are to be saved. */
  readonly save: ((state: TrainerState) => Promise<CheckpointUnderWay>) | undefined;
  /** Told of a checkpoint that failed besides the error that ends the run. */
  readonly onWarning: (message: string) => void;
}

/** The numbers of an update that was made. */
interface Update {
  readonly figures: StepFigures;
  readonly gradNorm: number;
  readonly learningRate: number;
}

export class TrainingRun<Batch> {
  readonly #parts: TrainingRunParts<Batch>;
  readonly #reader: BatchReader<Batch>;
  readonly #window = new FiguresWindow();
  readonly #control: TrainerControl = clearedControl();
  #state: TrainerState;
  readonly #saveUnderWay: SaveUnderWay;
  #savedStep: number | undefined;
  /** Of the updates since the last log row; time spent on evaluations and checkpoints is not in it. */
  #speed = { milliseconds: 0, tokens: 0 };

  /** @param state where to begin; the model, the optimizer and the callbacks stand there already. */
  constructor(parts: TrainingRunParts<Batch>, state: TrainerState, resumedFrom?: string) {
    this.#parts = parts;
    this.#state = state;
    this.#reader = new BatchReader(parts.data);
    this.#window.restore(state.window);
    this.#saveUnderWay = new SaveUnderWay(resumedFrom);
    if (resumedFrom !== undefined) this.#savedStep = state.globalStep;
  }

  /** Where the run stands. */
  get state(): TrainerState {
    return this.#state;
  }

  /**
   * Trains to the last step, or until a callback or `stopReason` ends the run. No checkpoint is under way
   * afterwards, neither after an error.
   *
   * @throws NonFiniteLossError; what the task, the data or a callback throws; DurableWriteError of a checkpoint.
   */
  async run(): Promise<void> {
    try {
      await this.#train();
    } catch (error) {
      await this.#finishSaveAfterError();
      throw error;
    }
  }

  async #train(): Promise<void> {
    const { args, callbacks, stopReason } = this.#parts;
    this.#reader.seek(this.#state.dataCursor);
    await callbacks.emit('onTrainBegin', this.context());
    while (this.#state.globalStep < this.#state.maxSteps && !this.#control.shouldTrainingStop) {
      if (stopReason() !== undefined) break;
      if (this.#state.batchesInEpoch === 0) await callbacks.emit('onEpochBegin', this.context());
      const began = performance.now();
      const group = await this.#reader.read(args.gradientAccumulationSteps);
      const update = await this.#update(group);
      if (update === undefined) break; // Stopped between micro-batches: back to the last update.
      this.#advance(group, update);
      this.#speed.milliseconds += performance.now() - began;
      await callbacks.emit('onStepEnd', this.context());
      if (group.endsEpoch) await callbacks.emit('onEpochEnd', this.context());
      this.#setDue(group.endsEpoch);
      if (this.#control.shouldLog) await this.#logUpdates(update);
      if (this.#control.shouldEvaluate) await this.#evaluate();
      if (this.#control.shouldSave) await this.#save();
      if (this.#saveUnderWay.isSettled) await this.#finishSave();
    }
    if (args.saveStrategy !== 'no' && this.#state.globalStep > 0) await this.#save();
    await this.#finishSave();
  }

  /** What callbacks are told now. */
  context(): CallbackContext {
    const { args, task } = this.#parts;
    return { args, state: this.#state, model: task.model, control: this.#control };
  }

  /** Adds a row to the log and shows it to the callbacks. */
  async log(figures: LogRow): Promise<LogRow> {
    const { epoch, globalStep, logHistory } = this.#state;
    const row = { ...figures, epoch, step: globalStep };
    this.#state = { ...this.#state, logHistory: [...logHistory, row] };
    await this.#parts.callbacks.log(this.context(), row);
    return row;
  }

  /** One update of the weights; undefined when the run was stopped before it was made. */
  async #update(group: BatchGroup<Batch>): Promise<Update | undefined> {
    const { args, task, optimizer, schedule, stopReason } = this.#parts;
    const accumulated = await accumulateGradients(task, group.batches, {
      dropoutSeed: args.seed,
      firstDropoutStep: this.#state.dropoutStep,
      isStopped: () => stopReason() !== undefined,
    });
    if (accumulated === undefined) return undefined;
    const { gradients, figures } = accumulated;
    const temporary: tf.Tensor[] = [...gradients.values()];
    try {
      const norm = globalNorm([...gradients.values()]);
      temporary.push(norm);
      const [gradNorm = NaN] = await norm.data();
      const learningRate = schedule(this.#state.globalStep);
      const update = { figures, gradNorm, learningRate };
      await this.#requireFinite(group, update);
      if (args.maxGradNorm > 0) {
        const scale = clipScale(norm, args.maxGradNorm);
        temporary.push(scale);
        optimizer.update(gradients, { learningRate, clipScale: scale });
      } else {
        optimizer.update(gradients, { learningRate });
      }
      return update;
    } finally {
      tf.dispose(temporary);
    }
  }

  async #requireFinite(
    group: BatchGroup<Batch>,
    { figures, gradNorm, learningRate }: Update,
  ): Promise<void> {
    if (Number.isFinite(figures.loss) && Number.isFinite(gradNorm)) return;
    await this.#finishSaveAfterError(); // The message names the last whole checkpoint.
    const { data } = this.#parts;
    const described = group.batches.map((batch) => data.describe?.(batch) ?? '').filter(Boolean);
    const cursor = `data cursor ${JSON.stringify(group.start)}`;
    throw new NonFiniteLossError(
      {
        step: this.#state.globalStep + 1,
        loss: figures.loss,
        gradNorm,
        learningRate,
        provenance: [cursor, ...described].join('; '),
      },
      this.#saveUnderWay.lastWhole,
    );
  }

  /** Counts an update. */
  #advance(group: BatchGroup<Batch>, { figures }: Update): void {
    const { task, data } = this.#parts;
    const before = this.#state;
    const tokens = sum(group.batches.map((batch) => task.countTokens(batch)));
    const examples = sum(group.batches.map((batch) => task.countExamples(batch)));
    const epochsDone = before.epochsDone + (group.endsEpoch ? 1 : 0);
    const batchesInEpoch = group.endsEpoch ? 0 : before.batchesInEpoch + group.batches.length;
    const { batchesPerEpoch } = data;
    // An estimate may be too small: the part of an epoch that is not over stays below 1.
    const part = batchesPerEpoch ? Math.min(batchesInEpoch / batchesPerEpoch, 0.999) : 0;
    this.#window.add(figures);
    this.#speed.tokens += tokens;
    this.#state = {
      ...before,
      globalStep: before.globalStep + 1,
      epoch: epochsDone + part,
      numInputTokensSeen: before.numInputTokensSeen + tokens,
      numExamplesSeen: before.numExamplesSeen + examples,
      totalFlos: before.totalFlos + 6 * this.#parameterCount() * tokens,
      epochsDone,
      batchesInEpoch,
      dropoutStep: before.dropoutStep + group.batches.length,
      dataCursor: group.end,
      lossSum: before.lossSum + figures.loss,
      window: this.#window.state,
    };
  }

  /** What is due after this update; callbacks may have asked for more. */
  #setDue(endsEpoch: boolean): void {
    const { args } = this.#parts;
    const { globalStep } = this.#state;
    const control = this.#control;
    const evalSteps = args.evalSteps ?? args.loggingSteps;
    control.shouldLog ||=
      isDue(args.loggingStrategy, globalStep, args.loggingSteps, endsEpoch) ||
      (args.loggingFirstStep && globalStep === 1);
    control.shouldEvaluate ||= isDue(args.evalStrategy, globalStep, evalSteps, endsEpoch);
    control.shouldSave ||= isDue(args.saveStrategy, globalStep, args.saveSteps, endsEpoch);
  }

  async #logUpdates({ gradNorm, learningRate }: Update): Promise<void> {
    this.#control.shouldLog = false;
    const { loss = NaN, ...others } = this.#window.take();
    this.#state = { ...this.#state, window: this.#window.state };
    const { milliseconds, tokens } = this.#speed;
    this.#speed = { milliseconds: 0, tokens: 0 };
    await this.log({
      loss,
      grad_norm: gradNorm,
      learning_rate: learningRate,
      ...others,
      tokens_per_second: tokens / (milliseconds / 1000),
    });
  }

  async #evaluate(): Promise<void> {
    this.#control.shouldEvaluate = false;
    const { args, evaluate, callbacks } = this.#parts;
    if (evaluate === undefined) return;
    const metrics = await evaluate();
    this.#state = withBestMetric(this.#state, args, metrics);
    await this.log(metrics);
    await callbacks.evaluated(this.context(), metrics);
  }

  /** Begins a checkpoint of this update, after the one before it has come to its end. */
  async #save(): Promise<void> {
    this.#control.shouldSave = false;
    const { save } = this.#parts;
    const { globalStep } = this.#state;
    if (save === undefined || this.#savedStep === globalStep) return;
    await this.#finishSave();
    this.#saveUnderWay.begin(await save(this.#state));
    this.#savedStep = globalStep;
  }

  /** Waits for the checkpoint that is under way, if one is, and tells the callbacks of it. */
  async #finishSave(): Promise<void> {
    const folder = await this.#saveUnderWay.finish();
    if (folder !== undefined) await this.#parts.callbacks.saved(this.context(), folder);
  }

  /** What ended the run is its error; that a checkpoint failed, too, is said beside it. */
  async #finishSaveAfterError(): Promise<void> {
    try {
      await this.#finishSave();
    } catch (error) {
      this.#parts.onWarning(error instanceof Error ? error.message : String(error));
    }
  }

  #parameterCount(): number {
    return sum([...this.#parts.task.model.namedParameters().values()].map(({ size }) => size));
  }
}

function clearedControl(): TrainerControl {
  return {
    shouldTrainingStop: false,
    shouldLog: false,
    shouldEvaluate: false,
    shouldSave: false,
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
