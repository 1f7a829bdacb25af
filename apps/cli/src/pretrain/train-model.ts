// Training itself: a model, its batches and the trainer, from the first update to the last.
import type { Batch } from '@malmoi/datasets';
import {
  bertModelFiles,
  type FilledText,
  type LogRow,
  pretrainingTask,
  Trainer,
  type TrainerState,
  type TrainingArguments,
} from '@malmoi/trainer';

import type { CommandContext } from '../command.ts';
import type { PretrainedModel } from './create-model.ts';
import type { PretrainSettings } from './options.ts';
import type { PreparedData } from './prepare-data.ts';
import { createCallbacks } from './run-callbacks.ts';
import type { TrainingData } from './training-data.ts';

/** What is trained, on what, and how. */
export interface TrainingParts {
  readonly model: PretrainedModel;
  readonly data: TrainingData;
  readonly args: TrainingArguments;
}

/** A finished run. */
export interface FinishedRun {
  readonly args: TrainingArguments;
  readonly state: TrainerState;
  /** `train_…` */
  readonly trainMetrics: LogRow;
  /** `eval_…`, of the weights that are kept. */
  readonly evalMetrics: LogRow;
  /** What the sample texts were filled with, oldest first. */
  readonly fillings: readonly FilledText[];
}

/**
 * Trains to the end and evaluates.
 *
 * @throws the signal's reason when it is aborted; the last update has been saved then
 */
export async function trainModel(
  { model, data, args }: TrainingParts,
  { tokenizer }: PreparedData,
  settings: PretrainSettings,
  { output, signal }: CommandContext,
): Promise<FinishedRun> {
  const callbacks = createCallbacks(model, tokenizer, settings, output);
  const trainer = new Trainer<Batch>({
    task: pretrainingTask(model),
    args,
    trainData: data.train,
    evalData: data.evaluation,
    callbacks: callbacks.all,
    modelFiles: bertModelFiles(model, { tokenizer }),
    onWarning: output.warn,
  });
  const { state, metrics } = await trainUntilAborted(trainer, signal);
  output.endProgress();
  // A run without metrics was stopped, and only the signal stops one.
  if (metrics === undefined) throw signal.reason;
  const kept = args.loadBestModelAtEnd ? state.bestStep : state.globalStep;
  const evalMetrics =
    state.logHistory.findLast((row) => row['step'] === kept && row['eval_loss'] !== undefined) ??
    (await trainer.evaluate());
  const { history } = callbacks.fillings;
  return { args, state, trainMetrics: metrics, evalMetrics, fillings: history };
}

async function trainUntilAborted(
  trainer: Trainer<Batch>,
  signal: AbortSignal,
): Promise<Awaited<ReturnType<Trainer<Batch>['train']>>> {
  const onAbort = (): void => {
    trainer.stop('signal');
  };
  signal.throwIfAborted();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    const trained = await trainer.train();
    signal.throwIfAborted();
    return trained;
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
