// malmoi pretrain: raw text in, a model folder out.
import { type CommandContext, defineCommand } from '../command.ts';
import { UsageError } from '../errors/usage-error.ts';
import { requireEmptyFolder } from '../files/output-folder.ts';
import type { OptionValues } from '../options/option-spec.ts';
import { type GivenModel, pretrainOptions, pretrainSettings } from '../pretrain/options.ts';
import { presetLines } from '../pretrain/presets.ts';

/** Pretrains a model. */
export const pretrain = defineCommand({
  name: 'pretrain',
  summary: 'train a BERT from raw text',
  description:
    'Learns a vocabulary, tokenizes the corpus, trains a BERT on masked words and sentence pairs,\n' +
    'and saves a folder that transformers loads, with report.html. Without --train_file it learns\n' +
    'from the embedded Korean sample and then answers ten questions. What is there already is used\n' +
    'again; a stopped run goes on with --resume_from_checkpoint true. With --model_name_or_path it\n' +
    'goes on from the weights of a model, also with another vocabulary (--new_vocab).',
  options: pretrainOptions,
  notes: { heading: 'Presets:', lines: presetLines() },
  examples: [
    '',
    '--train_file corpus.txt --preset mini --output_dir my-bert',
    '--train_file corpus.txt --preset mini --output_dir my-bert --plan',
    '--train_file corpus.txt --preset mini --output_dir my-bert --resume_from_checkpoint true',
    '--train_file corpus.txt --preset lecture --output_dir my-bert --whole_word_mask ' +
      '--eval_strategy steps --eval_steps 1000 --save_steps 1000 --load_best_model_at_end',
    '--train_file corpus.txt --validation_file held-out.txt --config_name config.json --output_dir my-bert',
    '--model_name_or_path my-bert --train_file more.txt --output_dir my-bert-2',
    '--model_name_or_path owner/bert --new_vocab learn --vocab_size 32000 --train_file corpus.txt --output_dir my-bert',
    "--train_file corpus.txt --preset mini --output_dir my-bert --sample_text '나는 [MASK]을 먹었다.'",
  ],
  execute,
});

async function execute(
  values: OptionValues<typeof pretrainOptions>,
  context: CommandContext,
): Promise<undefined> {
  const settings = pretrainSettings(values, await readGiven(values, context));
  const { checkSettings } = await import('../pretrain/check-settings.ts');
  checkSettings(settings);
  const isNew = settings.resumeFromCheckpoint === undefined && !settings.overwriteOutputDir;
  if (isNew && !settings.plan) await requireEmptyFolder(settings.outputDir);
  const { runPretraining } = await import('../pretrain/run-pretraining.ts');
  await runPretraining(settings, context);
}

/** What --model_name_or_path or --config_name names. @throws UsageError for both */
async function readGiven(
  { modelNameOrPath, configName }: OptionValues<typeof pretrainOptions>,
  context: CommandContext,
): Promise<GivenModel> {
  if (modelNameOrPath !== undefined && configName !== undefined) {
    throw new UsageError(
      '--config_name makes a new model, and --model_name_or_path goes on with one that has its configuration. ' +
        'Leave one of them out.',
    );
  }
  if (modelNameOrPath !== undefined) {
    const { readBaseModel } = await import('../pretrain/base-model.ts');
    return { base: await readBaseModel(modelNameOrPath, context) };
  }
  if (configName === undefined) return {};
  const { readGivenConfig } = await import('../pretrain/given-config.ts');
  return { newConfig: await readGivenConfig(configName, context) };
}
