// What happens beside the updates of a run: progress, logs, fillings, summaries, early stopping.
import { sampleClozeQuestions } from '@malmoi/datasets/sample';
import {
  AccuracySummaryCallback,
  EarlyStoppingCallback,
  JsonLogCallback,
  MaskedTextGenerator,
  TensorBoardCallback,
  type TextOutput,
  type TrainerCallback,
} from '@malmoi/trainer';
import type { WordPieceTokenizer } from '@malmoi/wordpiece';

import { CommandError } from '../errors/command-error.ts';
import type { Output } from '../output/output.ts';
import type { PretrainedModel } from './create-model.ts';
import type { PretrainSettings } from './options.ts';
import { TrainingProgress } from './training-progress.ts';

/** How many of the sample's questions are filled after each epoch. */
const SHOWN_QUESTIONS = 3;

/** The callbacks in their order, and the one whose fillings the report shows. */
export interface RunCallbacks {
  readonly all: readonly TrainerCallback[];
  readonly fillings: MaskedTextGenerator;
}

/** @throws CommandError when a sample text is longer than the model can read. */
export function createCallbacks(
  model: PretrainedModel,
  tokenizer: WordPieceTokenizer,
  settings: PretrainSettings,
  output: Output,
): RunCallbacks {
  const lines: TextOutput = {
    write: (text) => {
      output.info(text.replace(/\n$/, ''));
    },
  };
  const { earlyStoppingPatience: patience, earlyStoppingThreshold: threshold } = settings;
  const { accuracySummarySteps, sampleTopK: topK } = settings;
  const texts = sampleTexts(settings);
  requireShortTexts(texts, tokenizer, settings.maxPositionEmbeddings);
  const fillings = new MaskedTextGenerator(model, tokenizer, texts, { topK, output: lines });
  const all: TrainerCallback[] = [
    evaluateAtEnd,
    new TrainingProgress(output),
    new JsonLogCallback(),
    ...(reportsToTensorBoard(settings) ? [tensorBoard(settings)] : []),
    ...(texts.length > 0 ? [fillings] : []),
    ...(accuracySummarySteps === undefined
      ? []
      : [new AccuracySummaryCallback({ steps: accuracySummarySteps, output: lines })]),
    ...(patience === undefined ? [] : [new EarlyStoppingCallback({ patience, threshold })]),
  ];
  return { all, fillings };
}

/** The last update is evaluated whatever the strategy, before it is saved: so it is in the log, too. */
const evaluateAtEnd: TrainerCallback = {
  onStepEnd({ state, control }) {
    control.shouldEvaluate ||= state.globalStep === state.maxSteps;
  },
};

function sampleTexts({ sampleText, trainFile }: PretrainSettings): readonly string[] {
  if (sampleText !== undefined) return sampleText;
  if (trainFile !== undefined) return [];
  return sampleClozeQuestions.slice(0, SHOWN_QUESTIONS).map(({ text }) => text);
}

function requireShortTexts(
  texts: readonly string[],
  tokenizer: WordPieceTokenizer,
  most: number,
): void {
  for (const text of texts) {
    const { length } = tokenizer.encode(text).inputIds;
    if (length <= most) continue;
    throw new CommandError(
      `--sample_text ${JSON.stringify(text)} has ${length} tokens, and the model reads ${most}. Shorten it.`,
    );
  }
}

function reportsToTensorBoard({ reportTo }: PretrainSettings): boolean {
  return (
    !reportTo.includes('none') && (reportTo.includes('tensorboard') || reportTo.includes('all'))
  );
}

function tensorBoard({ loggingDir }: PretrainSettings): TensorBoardCallback {
  return new TensorBoardCallback(loggingDir === undefined ? {} : { loggingDir });
}
