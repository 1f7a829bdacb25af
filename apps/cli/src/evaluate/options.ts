// The options of malmoi evaluate, and which of them go together.
import { backendOptions } from '../backend/backend-option.ts';
import { UsageError } from '../errors/usage-error.ts';
import { corpusOptions, sentenceOptions } from '../files/corpus-options.ts';
import { overwriteOutputDir, threads } from '../options/common-options.ts';
import {
  decimalNumber,
  optionalChoice,
  optionalList,
  optionalText,
  optionalWholeNumber,
  type OptionValues,
  text,
  wholeNumber,
} from '../options/option-spec.ts';

/** The options. */
export const evaluateOptions = {
  model_name_or_path: text({
    description: 'model folder or checkpoint, or its id on the Hub',
    placeholder: 'model',
    aliases: ['model'],
  }),
  validation_file: optionalList({
    description: 'held-out text: files, folders or globs; - reads standard input',
    placeholder: 'file',
    aliases: ['eval_file'],
    retired: ['eval_data_file'],
  }),
  shards: optionalText({
    description: 'held-out text as shards of malmoi prepare, instead of --validation_file',
    placeholder: 'folder',
  }),
  split: optionalChoice({ description: 'split of --shards (default: validation)' }, [
    'validation',
    'train',
  ]),
  output_dir: optionalText({
    description: 'folder for eval_results.json and all_results.json (default: nothing is written)',
    placeholder: 'folder',
  }),
  overwrite_output_dir: {
    ...overwriteOutputDir,
    description: 'replace the eval_results.json of an earlier evaluation',
  },
  tokenizer_name: optionalText({
    description: "tokenizer folder or file (default: the model's own)",
    placeholder: 'path',
  }),
  max_seq_length: optionalWholeNumber(
    { description: 'longest example, in tokens (default: 128, or what the model takes)' },
    { min: 8, max: 100_000 },
  ),
  mlm_probability: decimalNumber({ description: 'share of tokens that are predicted' }, 0.15, {
    min: 0.001,
    max: 0.999,
  }),
  max_eval_samples: optionalWholeNumber(
    { description: 'evaluate on so many examples only, drawn by the seed' },
    { min: 1 },
  ),
  per_device_eval_batch_size: wholeNumber(
    { description: 'examples that run at once', aliases: ['batch_size'] },
    8,
    { min: 1, max: 4096 },
  ),
  seed: wholeNumber({ description: 'of sentence pairs and masks' }, 42, { min: 0 }),
  ...backendOptions,
  ...corpusOptions,
  ...sentenceOptions,
  preprocessing_num_workers: threads,
};

/** What was typed, checked one by one. */
export type EvaluateValues = OptionValues<typeof evaluateOptions>;

/** Text that has to be tokenized, or shards that are there. */
export type HeldOutText =
  | { readonly files: readonly string[] }
  | { readonly folder: string; readonly split: 'validation' | 'train' };

/** Flags about the reading of text. */
const READING = {
  '--format': 'format',
  '--text_column': 'textColumn',
  '--language': 'language',
  '--document_boundary': 'documentBoundary',
} as const;

/** Where the held-out text is. @throws UsageError naming flags that do not go together, or are missing */
export function heldOutText(values: EvaluateValues): HeldOutText {
  const { validationFile, shards, split = 'validation' } = values;
  if (validationFile === undefined && shards === undefined) {
    throw new UsageError(
      '--validation_file is missing: name files of held-out text, or the folder of its --shards.',
    );
  }
  if (validationFile === undefined) {
    const idle = Object.entries(READING).filter(([, name]) => values[name] !== undefined);
    refuseIdle(
      idle.map(([flag]) => flag),
      '--shards are tokenized already',
    );
    return { folder: shards ?? '', split };
  }
  if (shards !== undefined) {
    throw new UsageError('--validation_file and --shards: name one of them.');
  }
  refuseIdle(values.split === undefined ? [] : ['--split'], '--validation_file is read whole');
  return { files: validationFile };
}

function refuseIdle(flags: readonly string[], reason: string): void {
  if (flags.length === 0) return;
  throw new UsageError(`${flags.join(', ')} cannot be heeded: ${reason}. Leave it out.`);
}
