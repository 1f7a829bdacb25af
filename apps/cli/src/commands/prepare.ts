// malmoi prepare: tokenizes a corpus once, into shards that training reads.
import {
  describeExample,
  ExampleStream,
  mlmVocabulary,
  MlmCollator,
  NextSentenceExamples,
} from '@malmoi/datasets';
import {
  prepareCorpus,
  type PreparedCorpus,
  type PrepareReport,
  reportLines,
} from '@malmoi/datasets/node';
import type { WordPieceTokenizer } from '@malmoi/wordpiece';

import { type CommandContext, defineCommand } from '../command.ts';
import {
  bytesOf,
  corpusOptions,
  openTrainFiles,
  sentenceOptions,
  toCorpusOptions,
  toSentenceOptions,
} from '../files/corpus-options.ts';
import { loadTokenizer } from '../files/load-tokenizer.ts';
import { outputDir, threads, trainFile } from '../options/common-options.ts';
import {
  decimalNumber,
  flag,
  type OptionValues,
  text,
  wholeNumber,
} from '../options/option-spec.ts';
import { formatBytes, formatPlural } from '../output/format-number.ts';
import { prepareProgressLine } from '../reports/prepare-progress.ts';

const options = {
  train_file: trainFile,
  tokenizer_name: text({
    description: 'tokenizer: a folder, a tokenizer.json or a vocab.txt',
    placeholder: 'path',
    retired: ['vocab_file'],
  }),
  output_dir: outputDir,
  ...corpusOptions,
  ...sentenceOptions,
  validation_split_percentage: decimalNumber(
    { description: 'percentage of documents that are held out' },
    5,
    { min: 0, max: 99 },
  ),
  drop_duplicates: flag({ description: 'leave out documents that are equal to an earlier one' }),
  min_document_characters: wholeNumber({ description: 'leave out shorter documents' }, 0, {
    min: 0,
  }),
  tokens_per_shard: wholeNumber({ description: 'tokens of a file, about' }, 4_000_000, {
    min: 1,
    max: 1e9,
  }),
  preprocessing_num_workers: threads,
  overwrite_cache: flag({ description: 'replace shards that were made from other inputs' }),
  wait: flag({ description: 'wait while another process prepares in the folder' }),
  show_examples: wholeNumber({ description: 'print so many masked sentence pairs' }, 0, {
    min: 0,
    max: 1000,
  }),
  max_seq_length: wholeNumber({ description: 'longest of the printed examples, in tokens' }, 128, {
    min: 8,
    max: 100_000,
  }),
  seed: wholeNumber({ description: 'of the printed examples' }, 42, { min: 0 }),
};

type Values = OptionValues<typeof options>;

/** Prepares a corpus. */
export const prepare = defineCommand({
  name: 'prepare',
  summary: 'tokenize a corpus into shards',
  description:
    'Tokenizes a corpus into a folder of token shards (safetensors) with a train and a validation split.\n' +
    'A run that was stopped goes on where it was; one whose shards are there does nothing.',
  options,
  examples: [
    '--train_file corpus.txt --tokenizer_name my-tokenizer --output_dir shards',
    '--train_file corpus.jsonl --text_column content --tokenizer_name my-tokenizer --output_dir shards --drop_duplicates',
    '--train_file corpus.txt --tokenizer_name my-tokenizer --output_dir shards --show_examples 3',
  ],
  execute,
});

async function execute(values: Values, context: CommandContext): Promise<undefined> {
  const { output, signal, stdin } = context;
  const tokenizer = await loadTokenizer(values.tokenizerName, '--tokenizer_name');
  // Opened once more by prepareCorpus; here so that what is missing is named with its flag.
  await openTrainFiles(values.trainFile, values, stdin);
  const prepared = await prepareCorpus(values.trainFile, tokenizer, values.outputDir, {
    corpus: {
      ...toCorpusOptions(values),
      ...toSentenceOptions(values),
      ...(values.trainFile.includes('-') ? { stdin: bytesOf(stdin) } : {}),
    },
    dropDuplicates: values.dropDuplicates,
    minDocumentCharacters: values.minDocumentCharacters,
    validationSplitPercentage: values.validationSplitPercentage,
    tokensPerShard: values.tokensPerShard,
    ...(values.preprocessingNumWorkers === undefined
      ? {}
      : { threads: values.preprocessingNumWorkers }),
    overwriteCache: values.overwriteCache,
    wait: values.wait,
    onProgress: (report) => {
      output.progress(prepareProgressLine(report));
    },
    onMessage: (message) => {
      output.info(message);
    },
    signal,
  });
  output.endProgress();
  const examples = await describeExamples(prepared, tokenizer, values);
  printResult(prepared, examples, context);
}

function printResult(
  prepared: PreparedCorpus,
  examples: readonly string[],
  { output }: CommandContext,
): void {
  const { folder, cached, index } = prepared;
  // Written by prepareCorpus of this version, whose index says so.
  const report = index.report as unknown as PrepareReport;
  const shards = [...index.splits.train, ...index.splits.validation];
  const bytes = shards.reduce((sum, shard) => sum + shard.bytes, 0);
  output.result(
    { output_dir: folder, cached, shards: shards.length, bytes, report, examples },
    () => [
      ...reportLines(report),
      `${formatPlural(shards.length, 'shard')}, ${formatBytes(bytes)}, in ${folder}`,
      ...examples.flatMap((example, i) => ['', `example ${i + 1}`, ...example.split('\n')]),
    ],
  );
}

/** Pairs as training will see them in its first epoch with this seed. */
async function describeExamples(
  { train }: PreparedCorpus,
  tokenizer: WordPieceTokenizer,
  { showExamples, maxSeqLength, seed }: Values,
): Promise<string[]> {
  if (showExamples === 0) return [];
  const stream = new ExampleStream(train, new NextSentenceExamples({ maxSeqLength }), { seed });
  const collator = new MlmCollator(mlmVocabulary(tokenizer), { maxSeqLength, seed });
  const batch = collator.collate(await stream.next(showExamples));
  return Array.from({ length: batch.batchSize }, (_, row) =>
    describeExample(batch, row, tokenizer),
  );
}
