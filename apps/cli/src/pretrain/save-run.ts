// What a finished run leaves: its figures, its report, and, last of all, the model with its card.
import { basename } from 'node:path';

import { type ModelCardFacts, saveCheckpoint } from '@malmoi/checkpoint';
import { writeHtmlReport, writeResults } from '@malmoi/trainer';
import type { WordPieceTokenizer } from '@malmoi/wordpiece';

import { formatCount, formatPercent, formatSeconds } from '../output/format-number.ts';
import type { PretrainedModel } from './create-model.ts';
import type { PretrainSettings } from './options.ts';
import type { FinishedRun } from './train-model.ts';

/** Writes everything into the output folder. @throws DurableWriteError with path and errno */
export async function saveRun(
  model: PretrainedModel,
  tokenizer: WordPieceTokenizer,
  run: FinishedRun,
  settings: PretrainSettings,
): Promise<void> {
  const title = settings.runName ?? basename(settings.outputDir);
  await writeResults(run);
  const files = await writeHtmlReport({ ...run, title });
  const charts = files.filter((name) => name.endsWith('.svg'));
  await saveCheckpoint(settings.outputDir, model, tokenizer, {
    overwrite: true,
    modelCard: modelCard(run, settings, charts),
  });
}

function modelCard(
  { args, state, trainMetrics, evalMetrics }: FinishedRun,
  settings: PretrainSettings,
  charts: readonly string[],
): ModelCardFacts {
  const { base, trainFile, nextSentencePrediction: pairs } = settings;
  const objective = pairs ? 'masked words and sentence pairs' : 'masked words';
  const figure = (name: string): number => evalMetrics[name] ?? NaN;
  return {
    description: [
      `${origin(settings)} on ${objective}. All settings and figures are in \`report.html\`.`,
      ...charts.map((name) => `![${name.replace(/\.svg$/, '').replaceAll('-', ' ')}](${name})`),
    ].join('\n\n'),
    ...(trainFile === undefined ? { language: 'ko' } : {}),
    ...(base === undefined || base.isFolder ? {} : { baseModel: base.source }),
    training: {
      Corpus: trainFile?.map((path) => basename(path)).join(', ') ?? 'the Korean sample of Malmoi',
      Updates: state.globalStep,
      Epochs: Number(state.epoch.toFixed(2)),
      Tokens: state.numInputTokensSeen,
      'Examples of an update': args.perDeviceTrainBatchSize * args.gradientAccumulationSteps,
      'Longest example': settings.maxSeqLength,
      'Highest learning rate': args.learningRate,
      Seed: args.seed,
      Time: formatSeconds(trainMetrics['train_runtime'] ?? NaN),
    },
    evaluation: {
      'Held out': heldOut(settings),
      Loss: figure('eval_loss').toFixed(3),
      'Masked words right': formatPercent(figure('eval_mlm_accuracy'), 1),
      Perplexity: figure('eval_perplexity').toFixed(1),
      ...(pairs ? { 'Sentence pairs right': formatPercent(figure('eval_nsp_accuracy'), 1) } : {}),
    },
  };
}

function heldOut({ validationFile, validationSplitPercentage }: PretrainSettings): string {
  return (
    validationFile?.map((path) => basename(path)).join(', ') ??
    `${formatCount(validationSplitPercentage)} % of the documents`
  );
}

/** How the model began, as the beginning of a sentence. */
function origin({ base, newVocab }: PretrainSettings): string {
  if (base === undefined) return 'Trained from nothing';
  const name = base.isFolder ? basename(base.source) : base.source;
  return `Trained further from ${name}${newVocab === undefined ? '' : ', with another vocabulary,'}`;
}
