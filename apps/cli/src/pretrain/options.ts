// The options of malmoi pretrain, and what they come to with a preset.
import { backendOption } from '../backend/backend-option.ts';
import { corpusOptions } from '../files/corpus-options.ts';
import { overwriteOutputDir, threads } from '../options/common-options.ts';
import {
  choice,
  decimalNumber,
  optionalDecimalNumber,
  optionalList,
  optionalText,
  optionalWholeNumber,
  type OptionValues,
  wholeNumber,
} from '../options/option-spec.ts';
import { type Preset, presets, PRESETS } from './presets.ts';

const byPreset = (description: string) => ({
  description: `${description} (default: the preset's)`,
});

/** Where a run without flags goes. */
const DEFAULT_OUTPUT_DIR = 'malmoi-bert';

/** The options. */
export const pretrainOptions = {
  train_file: optionalList({
    description: 'files, folders or globs of text (default: the embedded Korean sample)',
    placeholder: 'file',
    retired: ['train_data_file', 'input_file'],
  }),
  output_dir: optionalText({
    description: `folder for the model and its checkpoints (default: ${DEFAULT_OUTPUT_DIR})`,
    placeholder: 'folder',
  }),
  cache_dir: optionalText({
    description: 'folder for vocabulary and shards (default: OUTPUT_DIR.cache)',
    placeholder: 'folder',
  }),
  tokenizer_name: optionalText({
    description: 'tokenizer folder or file (default: a vocabulary is learned)',
    placeholder: 'path',
  }),
  preset: choice({ description: 'size of the model and settings that fit it' }, 'sample', PRESETS),
  vocab_size: optionalWholeNumber(byPreset('tokens of the vocabulary'), {
    min: 100,
    max: 10_000_000,
  }),
  max_seq_length: optionalWholeNumber(byPreset('longest example, in tokens'), {
    min: 8,
    max: 100_000,
  }),
  mlm_probability: decimalNumber({ description: 'share of tokens that are predicted' }, 0.15, {
    min: 0.001,
    max: 0.999,
  }),
  validation_split_percentage: decimalNumber(
    { description: 'percentage of documents held out' },
    5,
    { min: 0.01, max: 99 },
  ),
  per_device_train_batch_size: optionalWholeNumber(
    { ...byPreset('examples of a batch'), aliases: ['batch_size'] },
    { min: 1, max: 100_000 },
  ),
  gradient_accumulation_steps: wholeNumber({ description: 'batches of an update' }, 1, {
    min: 1,
    max: 100_000,
  }),
  learning_rate: optionalDecimalNumber(byPreset('highest learning rate'), { min: 0 }),
  weight_decay: decimalNumber({ description: 'decoupled weight decay' }, 0.01, { min: 0 }),
  warmup_steps: decimalNumber(
    { description: 'updates while the rate rises; below 1 a part of the run' },
    0.1,
    { min: 0 },
  ),
  num_train_epochs: optionalDecimalNumber(byPreset('passes over the corpus'), { min: 0.001 }),
  max_steps: optionalWholeNumber(
    { description: 'updates of the run, instead of --num_train_epochs' },
    { min: 1 },
  ),
  logging_steps: wholeNumber({ description: 'updates between two log rows' }, 50, { min: 1 }),
  save_steps: wholeNumber({ description: 'updates between two checkpoints' }, 500, { min: 1 }),
  save_total_limit: wholeNumber({ description: 'checkpoints that are kept' }, 2, { min: 1 }),
  seed: wholeNumber({ description: 'of weights, order, masks and dropout' }, 42, { min: 0 }),
  resume_from_checkpoint: optionalText({
    description: 'true for the last checkpoint of --output_dir, or a checkpoint',
    placeholder: 'checkpoint',
  }),
  backend: backendOption,
  ...corpusOptions,
  preprocessing_num_workers: threads,
  overwrite_output_dir: overwriteOutputDir,
};

/** What was typed, checked. */
type PretrainValues = OptionValues<typeof pretrainOptions>;

/** Everything decided. */
export type PretrainSettings = Omit<
  PretrainValues,
  keyof Preset | 'preset' | 'cacheDir' | 'outputDir'
> &
  Preset & {
    readonly preset: PretrainValues['preset'];
    readonly cacheDir: string;
    readonly outputDir: string;
  };

/** Fills in what the preset decides. */
export function pretrainSettings(values: PretrainValues): PretrainSettings {
  const preset = presets[values.preset];
  const outputDir = values.outputDir ?? DEFAULT_OUTPUT_DIR;
  const maxSeqLength = values.maxSeqLength ?? preset.maxSeqLength;
  return {
    ...values,
    ...preset,
    outputDir,
    cacheDir: values.cacheDir ?? `${outputDir.replace(/\/+$/, '')}.cache`,
    vocabSize: values.vocabSize ?? preset.vocabSize,
    maxSeqLength,
    maxPositionEmbeddings: Math.max(preset.maxPositionEmbeddings, maxSeqLength),
    perDeviceTrainBatchSize: values.perDeviceTrainBatchSize ?? preset.perDeviceTrainBatchSize,
    learningRate: values.learningRate ?? preset.learningRate,
    numTrainEpochs: values.numTrainEpochs ?? preset.numTrainEpochs,
  };
}
