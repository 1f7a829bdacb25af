// malmoi pretrain: raw text in, a model folder out.
import { type CommandContext, defineCommand } from '../command.ts';
import { requireEmptyFolder } from '../files/output-folder.ts';
import type { OptionValues } from '../options/option-spec.ts';
import { formatPercent, formatSeconds } from '../output/format-number.ts';
import { formatTable } from '../output/format-table.ts';
import { pretrainOptions, pretrainSettings } from '../pretrain/options.ts';

/** Pretrains a model. */
export const pretrain = defineCommand({
  name: 'pretrain',
  summary: 'train a BERT from raw text',
  description:
    'Learns a vocabulary, tokenizes the corpus, trains a BERT on masked words and sentence pairs, and saves a\n' +
    'folder that transformers loads. Without --train_file it learns from the embedded Korean sample and then\n' +
    'answers ten questions. What is there already is used again; a stopped run goes on with\n' +
    '--resume_from_checkpoint true.',
  options: pretrainOptions,
  examples: [
    '',
    '--train_file corpus.txt --preset mini --output_dir my-bert',
    '--train_file corpus.txt --preset mini --output_dir my-bert --resume_from_checkpoint true',
  ],
  execute,
});

async function execute(
  values: OptionValues<typeof pretrainOptions>,
  context: CommandContext,
): Promise<undefined> {
  const { output } = context;
  const settings = pretrainSettings(values);
  const isNew = settings.resumeFromCheckpoint === undefined && !settings.overwriteOutputDir;
  if (isNew) await requireEmptyFolder(settings.outputDir);
  const { selectBackend } = await import('../backend/select-backend.ts');
  const { prepareData } = await import('../pretrain/prepare-data.ts');
  const { trainModel } = await import('../pretrain/train-model.ts');
  const { answerLines, askSampleQuestions } = await import('../pretrain/ask-model.ts');
  const data = await prepareData(settings, context);
  await selectBackend(settings.backend, output);
  const { model, metrics } = await trainModel(data, settings, context);
  try {
    const answers =
      settings.trainFile === undefined
        ? await askSampleQuestions(model, data.tokenizer, output.warn)
        : [];
    const result = { output_dir: settings.outputDir, metrics, answers };
    output.result(result, () => [
      ...resultLines(settings.outputDir, metrics),
      ...(answers.length > 0 ? answerLines(answers) : []),
    ]);
  } finally {
    model.dispose();
  }
}

function resultLines(outputDir: string, metrics: Readonly<Record<string, number>>): string[] {
  const rate = (name: string): string => formatPercent(metrics[name] ?? NaN, 1);
  return formatTable([
    [
      'training',
      `loss ${(metrics['train_loss'] ?? NaN).toFixed(3)}, ${formatSeconds(metrics['train_runtime'] ?? NaN)}`,
    ],
    [
      'held out',
      `loss ${(metrics['eval_loss'] ?? NaN).toFixed(3)}, masked words ${rate('eval_mlm_accuracy')} right, ` +
        `sentence pairs ${rate('eval_nsp_accuracy')} right`,
    ],
    ['written to', outputDir],
  ]);
}
