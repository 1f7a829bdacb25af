// What malmoi pretrain learns from, and how it becomes examples.
import { corpusOptions, sentenceOptions } from '../files/corpus-options.ts';
import { threads } from '../options/common-options.ts';
import {
  decimalNumber,
  flag,
  grouped,
  optionalDecimalNumber,
  optionalFlag,
  optionalList,
  optionalText,
  optionalWholeNumber,
  wholeNumber,
} from '../options/option-spec.ts';
import { vocabularyOptions } from '../vocabulary/vocabulary-options.ts';
import { byPreset } from './training-options.ts';

/** Share of held-out tokens that are predicted, BERT's, so that figures of all runs can be compared. */
export const HELD_OUT_MLM_PROBABILITY = 0.15;

/** Default of --validation_split_percentage. */
export const VALIDATION_SPLIT_PERCENTAGE = 5;

const text = grouped('Text:', {
  train_file: optionalList({
    description: 'files, folders or globs of text (default: the embedded Korean sample)',
    placeholder: 'file',
    retired: ['train_data_file', 'input_file'],
  }),
  ...corpusOptions,
  ...sentenceOptions,
  drop_duplicates: flag({ description: 'leave out documents that are equal to an earlier one' }),
  min_document_characters: wholeNumber({ description: 'leave out shorter documents' }, 0, {
    min: 0,
  }),
  validation_file: optionalList({
    description:
      'held-out text: files, folders or globs, read as --train_file is, instead of a part of that',
    placeholder: 'file',
    aliases: ['eval_file'],
    retired: ['eval_data_file'],
  }),
  validation_split_percentage: optionalDecimalNumber(
    {
      description: `percentage of documents held out (default: ${VALIDATION_SPLIT_PERCENTAGE}, without --validation_file)`,
    },
    { min: 0.01, max: 99 },
  ),
  cache_dir: optionalText({
    description: 'folder for vocabulary and shards (default: OUTPUT_DIR.cache)',
    placeholder: 'folder',
  }),
  preprocessing_num_workers: threads,
});

const vocabulary = grouped('Vocabulary:', {
  tokenizer_name: optionalText({
    description: "tokenizer folder or file (default: a vocabulary is learned, or the model's own)",
    placeholder: 'path',
  }),
  new_vocab: optionalText({
    description:
      'another vocabulary for --model_name_or_path: a folder or file, or learn for one learned from the text',
    placeholder: 'path|learn',
  }),
  vocab_size: optionalWholeNumber(byPreset('tokens of the vocabulary'), {
    min: 100,
    max: 10_000_000,
  }),
  ...vocabularyOptions,
});

const examples = grouped('Examples:', {
  max_seq_length: optionalWholeNumber(byPreset('longest example, in tokens'), {
    min: 8,
    max: 100_000,
  }),
  short_stage_seq_length: optionalWholeNumber(
    byPreset('begin with examples of at most so many tokens, as BERT did with 128', 'none'),
    { min: 8, max: 100_000 },
  ),
  short_stage_steps: optionalDecimalNumber(
    byPreset('updates of that beginning; below 1 a part of the run', 0.9),
    { min: 0.001 },
  ),
  max_train_samples: optionalWholeNumber(
    {
      description:
        'learn from the first documents that make so many examples; an epoch has no more (default: all)',
    },
    { min: 1 },
  ),
  next_sentence_prediction: optionalFlag({
    ...byPreset('learn sentence pairs besides masked words', 'true'),
    aliases: ['nsp'],
  }),
  short_seq_prob: decimalNumber(
    {
      description: 'share of the pairs that are shorter at random',
      aliases: ['short_seq_probability'],
    },
    0.1,
    { min: 0, max: 1 },
  ),
  mlm_probability: optionalDecimalNumber(
    {
      ...byPreset('share of tokens that are predicted in training', HELD_OUT_MLM_PROBABILITY),
      aliases: ['masked_lm_prob'],
    },
    { min: 0.001, max: 0.999 },
  ),
  whole_word_mask: flag({
    description: 'mask whole words; in Korean these are eojeol (also --do_whole_word_mask)',
    aliases: ['do_whole_word_mask'],
  }),
  max_predictions_per_seq: optionalWholeNumber(
    { description: 'most predictions of an example (default: no limit)' },
    { min: 1 },
  ),
});

/** Options of the data. */
export const dataOptions = { ...text, ...vocabulary, ...examples };
