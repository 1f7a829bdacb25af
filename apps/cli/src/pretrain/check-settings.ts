// What can be known before anything is done: settings that contradict each other, with the flags in the message.
import { BertConfigError } from '@malmoi/bert-model';
import { ArgumentError } from '@malmoi/trainer';

import { inFlags } from '../errors/in-flags.ts';
import { UsageError } from '../errors/usage-error.ts';
import { requireSpecialTokens } from '../vocabulary/vocabulary-options.ts';
import { givenProblems, learnsVocabulary } from './base-model.ts';
import { modelConfig } from './create-model.ts';
import type { PretrainSettings } from './options.ts';
import { trainingArguments } from './training-arguments.ts';

/** What the text of a blank holds. */
const MASK = '[MASK]';

/** @throws UsageError that names the flags. */
export function checkSettings(settings: PretrainSettings): void {
  const problems = [
    ...givenProblems(settings),
    ...dataProblems(settings),
    ...evaluationProblems(settings),
    ...stageProblems(settings),
  ];
  if (problems.length > 0) throw new UsageError(problems.join('\n'));
  requireSpecialTokens(settings.specialTokens);
  try {
    trainingArguments(settings);
    modelConfig(settings, settings.vocabSize);
  } catch (error) {
    if (!(error instanceof ArgumentError || error instanceof BertConfigError)) throw error;
    throw new UsageError(inFlags(error.message), { cause: error });
  }
}

function dataProblems(settings: PretrainSettings): string[] {
  const { trainFile, validationFile, validationSplitPercentage, sampleText = [] } = settings;
  const learning = (
    ['limitAlphabet', 'specialTokens', 'stripAccents', 'normalization'] as const
  ).find((name) => settings[name] !== undefined);
  return [
    ...Object.entries({ '--train_file': trainFile, '--validation_file': validationFile })
      .filter(([, files]) => files?.includes('-') === true)
      .map(([flag]) => `${flag} -: standard input can be read once only. Name a file.`),
    ...(validationFile !== undefined && validationSplitPercentage !== 0
      ? [
          `--validation_split_percentage is ${validationSplitPercentage}: the held-out text is that of ` +
            '--validation_file. Leave one of them out.',
        ]
      : []),
    ...(learning !== undefined && !learnsVocabulary(settings)
      ? [
          inFlags(
            `${vocabularyFlag(settings)}: no vocabulary is learned, so ${learning} has no meaning. Leave one of them out.`,
          ),
        ]
      : []),
    ...sampleText
      .filter((text) => !text.includes(MASK))
      .map((text) => `--sample_text ${JSON.stringify(text)}: expected a text with ${MASK} in it.`),
  ];
}

/** The flag that names the vocabulary of the run. */
function vocabularyFlag({ base, newVocab }: PretrainSettings): string {
  if (base === undefined) return '--tokenizer_name';
  return newVocab === undefined ? '--model_name_or_path' : '--new_vocab';
}

function evaluationProblems(settings: PretrainSettings): string[] {
  const { evalStrategy, earlyStoppingPatience, metricForBestModel, nextSentencePrediction } =
    settings;
  return [
    ...(earlyStoppingPatience !== undefined && evalStrategy === 'no'
      ? ['--early_stopping_patience counts evaluations: set --eval_strategy to steps or epoch.']
      : []),
    ...(metricForBestModel?.includes('nsp_') === true && !nextSentencePrediction
      ? [
          `--metric_for_best_model ${metricForBestModel}: no sentence pairs are learned in this run.`,
        ]
      : []),
  ];
}

function stageProblems({
  shortStageSeqLength,
  maxSeqLength,
  maxSteps,
  initialBatchSize,
  batchSizeWarmupSteps,
}: PretrainSettings): string[] {
  if (batchSizeWarmupSteps !== undefined && initialBatchSize === undefined) {
    return ['--batch_size_warmup_steps: name the batch to begin with by --initial_batch_size.'];
  }
  if (shortStageSeqLength === undefined) return [];
  return [
    ...(shortStageSeqLength >= maxSeqLength
      ? [
          `--short_stage_seq_length is ${shortStageSeqLength}: expected less than --max_seq_length (${maxSeqLength}).`,
        ]
      : []),
    ...(maxSteps === undefined
      ? [
          '--short_stage_seq_length needs --max_steps: epochs of the two stages have different lengths.',
        ]
      : []),
  ];
}
