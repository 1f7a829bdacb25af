// What may be hooked into a run: the events of transformers' TrainerCallback.
import type { TrainingArguments } from '../arguments/training-arguments.ts';
import type { Json } from '../json.ts';
import type { TrainableModel } from '../loop/training-task.ts';
import type { LogRow, TrainerState } from '../loop/trainer-state.ts';

/** What a callback may ask of the loop; it is cleared once it is done. */
export interface TrainerControl {
  /** Save (unless `saveStrategy` is "no") and end the run after this update. */
  shouldTrainingStop: boolean;
  /** Write a log row after this update. */
  shouldLog: boolean;
  /** Evaluate after this update. */
  shouldEvaluate: boolean;
  /** Save a checkpoint after this update. */
  shouldSave: boolean;
}

/** What every event is told. */
export interface CallbackContext {
  readonly args: TrainingArguments;
  /** Where the run stands now. */
  readonly state: TrainerState;
  readonly model: TrainableModel;
  readonly control: TrainerControl;
}

/** Hooks into a run. All are optional; what one throws ends the run. Events come in the order written here. */
export interface TrainerCallback {
  /** Names its state in the checkpoint. Required with `saveState`, and different for each callback. */
  readonly name?: string;
  /** Before the first update, and after a checkpoint was loaded. */
  onTrainBegin?(context: CallbackContext): void | Promise<void>;
  /** Before the first update of an epoch. */
  onEpochBegin?(context: CallbackContext): void | Promise<void>;
  /** After an update. */
  onStepEnd?(context: CallbackContext): void | Promise<void>;
  /** After the last update of an epoch, and its `onStepEnd`. */
  onEpochEnd?(context: CallbackContext): void | Promise<void>;
  /** A log row was made: of updates, of an evaluation (`eval_…`), or of the whole run (`train_…`). */
  onLog?(context: CallbackContext, row: LogRow): void | Promise<void>;
  /** An evaluation is done; figures are named `eval_…`. */
  onEvaluate?(context: CallbackContext, metrics: LogRow): void | Promise<void>;
  /**
   * A checkpoint is whole and durable in this folder. It was begun after an update and written beside the next ones:
   * this comes after one of those, at the latest before the next checkpoint begins or the run ends.
   */
  onSave?(context: CallbackContext, folder: string): void | Promise<void>;
  /** The run is over, by its last update, by `shouldTrainingStop` or by `Trainer.stop`. Not after an error. */
  onTrainEnd?(context: CallbackContext): void | Promise<void>;
  /** Always called last, also after an error: files and timers are closed here. */
  close?(): void | Promise<void>;
  /** What a checkpoint is to keep of this callback. */
  saveState?(): Json;
  /** Gets back what `saveState` gave, before `onTrainBegin`. */
  loadState?(state: Json): void;
}
