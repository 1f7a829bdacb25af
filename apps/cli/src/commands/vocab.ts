// malmoi vocab: learns a WordPiece vocabulary and writes the tokenizer's files.
import { WordPieceTokenizer } from '@malmoi/wordpiece';
import { saveTo } from '@malmoi/wordpiece/node';

import { type CommandContext, defineCommand } from '../command.ts';
import { inFlags } from '../errors/in-flags.ts';
import { corpusOptions, openTrainFiles } from '../files/corpus-options.ts';
import { claimOutputFolder } from '../files/output-folder.ts';
import { outputDir, overwriteOutputDir, threads, trainFile } from '../options/common-options.ts';
import { type OptionValues, wholeNumber } from '../options/option-spec.ts';
import { learnVocabulary } from '../vocabulary/learn-vocabulary.ts';
import { vocabularyLines } from '../reports/vocabulary-report.ts';
import { requireSpecialTokens, vocabularyOptions } from '../vocabulary/vocabulary-options.ts';

const options = {
  train_file: trainFile,
  output_dir: outputDir,
  vocab_size: wholeNumber({ description: 'tokens, special tokens and alphabet included' }, 32_000, {
    min: 1,
    max: 10_000_000,
  }),
  ...vocabularyOptions,
  ...corpusOptions,
  preprocessing_num_workers: threads,
  overwrite_output_dir: overwriteOutputDir,
};

type Values = OptionValues<typeof options>;

/** Learns a vocabulary. */
export const vocab = defineCommand({
  name: 'vocab',
  summary: 'learn a WordPiece vocabulary from raw text',
  description:
    'Learns a WordPiece vocabulary from raw text and writes vocab.txt, tokenizer.json and\n' +
    'tokenizer_config.json, which AutoTokenizer loads. The defaults fit Korean: cased, every syllable kept.',
  options,
  examples: [
    '--train_file corpus.txt --vocab_size 32000 --output_dir my-tokenizer',
    "--train_file 'texts/*.txt' notes.jsonl --text_column content --output_dir my-tokenizer",
    '--train_file english.txt --lowercase --output_dir uncased',
    'vocab.json',
  ],
  execute,
});

async function execute(values: Values, context: CommandContext): Promise<undefined> {
  const { output, stdin } = context;
  requireSpecialTokens(values.specialTokens);
  const corpus = await openTrainFiles(values.trainFile, values, stdin);
  await using folder = await claimOutputFolder(values.outputDir, values.overwriteOutputDir);
  const started = performance.now();
  const trained = await learnVocabulary(corpus, values, context);
  output.endProgress();
  const seconds = (performance.now() - started) / 1000;
  for (const { message } of trained.warnings) output.warn(inFlags(message));
  for (const message of corpus.warnings.describe()) output.warn(message);
  await saveTo(WordPieceTokenizer.fromTrained(trained), folder.path);
  const facts = {
    output_dir: folder.path,
    files: corpus.sources.length,
    bytes: corpus.totalBytes,
    seconds,
    vocab_size: trained.tokens.length,
    report: trained.report,
    warnings: output.warnings,
  };
  output.result(facts, () => vocabularyLines({ ...facts, tokens: trained.tokens }));
}
