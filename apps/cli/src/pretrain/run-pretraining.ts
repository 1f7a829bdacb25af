// The stages of malmoi pretrain, one after the other: data, memory, model, training, files, answers.
import type { LogRow } from '@malmoi/trainer';

import { selectBackend } from '../backend/select-backend.ts';
import type { CommandContext } from '../command.ts';
import { formatCount, formatPercent, formatSeconds } from '../output/format-number.ts';
import { formatTable } from '../output/format-table.ts';
import { answerLines, askSampleQuestions } from './ask-model.ts';
import type { PretrainedModel } from './create-model.ts';
import { openOrigin } from './model-origin.ts';
import type { PretrainSettings } from './options.ts';
import { planMemory, printPlan } from './plan-run.ts';
import { type PreparedData, prepareData } from './prepare-data.ts';
import { saveRun } from './save-run.ts';
import { type FinishedRun, trainModel, type TrainingParts } from './train-model.ts';
import { trainingArguments } from './training-arguments.ts';
import { createTrainingData } from './training-data.ts';

/**
 * Runs it all, or with `plan` as much as a plan needs.
 *
 * @throws the signal's reason when it is aborted; what was done is found again by the next run
 */
export async function runPretraining(
  settings: PretrainSettings,
  context: CommandContext,
): Promise<void> {
  const { output } = context;
  const backend = await selectBackend(settings, true, output);
  const origin = await openOrigin(settings, context);
  const prepared = await prepareData(settings, context, origin.tokenizer);
  const { vocabSize } = prepared.tokenizer;
  const memory = planMemory(settings, vocabSize, backend.name, output);
  const data = await createTrainingData(prepared, settings, output);
  const model = await origin.create(prepared.tokenizer);
  try {
    const { base, newConfig, preset = '' } = settings;
    const name = base?.source ?? newConfig?.source ?? preset;
    output.info(`model: ${name}, ${formatCount(model.numParameters())} parameters`);
    const parts = { model, data, args: trainingArguments(settings) };
    if (settings.plan) await printPlan(memory, parts, context);
    else await trainAndSave(parts, prepared, settings, context);
  } finally {
    model.dispose();
  }
}

async function trainAndSave(
  parts: TrainingParts,
  prepared: PreparedData,
  settings: PretrainSettings,
  context: CommandContext,
): Promise<void> {
  const { model } = parts;
  const { tokenizer } = prepared;
  const run = await trainModel(parts, prepared, settings, context);
  await saveRun(model, tokenizer, run, settings);
  await printResult(model, prepared, run, settings, context);
}

async function printResult(
  model: PretrainedModel,
  { tokenizer }: PreparedData,
  run: FinishedRun,
  { outputDir, trainFile }: PretrainSettings,
  { output }: CommandContext,
): Promise<void> {
  const figures = Object.entries({ ...run.trainMetrics, ...run.evalMetrics });
  const metrics = Object.fromEntries(figures.filter(([name]) => name !== 'step'));
  const answers =
    trainFile === undefined ? await askSampleQuestions(model, tokenizer, output.warn) : [];
  output.result({ output_dir: outputDir, metrics, answers }, () => [
    ...resultLines(outputDir, metrics),
    ...(answers.length > 0 ? answerLines(answers) : []),
  ]);
}

function resultLines(outputDir: string, metrics: LogRow): string[] {
  const figure = (name: string): number => metrics[name] ?? NaN;
  const rate = (name: string): string => formatPercent(figure(name), 1);
  const heldOut = [
    `loss ${figure('eval_loss').toFixed(3)}`,
    `masked words ${rate('eval_mlm_accuracy')} right`,
    ...('eval_nsp_accuracy' in metrics
      ? [`sentence pairs ${rate('eval_nsp_accuracy')} right`]
      : []),
  ];
  const seconds = formatSeconds(figure('train_runtime'));
  return formatTable([
    ['training', `loss ${figure('train_loss').toFixed(3)}, ${seconds}`],
    ['held out', heldOut.join(', ')],
    ['written to', `${outputDir} (report.html shows the run)`],
  ]);
}
