// What comes before training: the corpus, its vocabulary, its shards. Each is made once for the same inputs,
// under a name that says which, and found again by it.
import { createHash } from 'node:crypto';
import { access, mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

import type { Corpus, PreparedCorpus } from '@malmoi/datasets/node';
import { prepareCorpus, tokenizerSha256 } from '@malmoi/datasets/node';
import { sampleCorpus } from '@malmoi/datasets/sample';
import { writeFileDurably } from '@malmoi/safetensors/node';
import { WordPieceTokenizer } from '@malmoi/wordpiece';
import { fromFolder, saveTo } from '@malmoi/wordpiece/node';

import type { CommandContext } from '../command.ts';
import { inFlags } from '../errors/in-flags.ts';
import { openTrainFiles, toCorpusOptions, toSentenceOptions } from '../files/corpus-options.ts';
import { prepareProgressLine } from '../reports/prepare-progress.ts';
import { learnVocabulary } from '../vocabulary/learn-vocabulary.ts';
import type { PretrainSettings } from './options.ts';

/** A tokenizer and the corpus as its tokens. */
export interface PreparedData {
  readonly tokenizer: WordPieceTokenizer;
  readonly shards: PreparedCorpus;
}

/**
 * Runs what is missing of the stages before training.
 *
 * @param given tokenizer to use; undefined where a vocabulary is learned
 */
export async function prepareData(
  settings: PretrainSettings,
  context: CommandContext,
  given: WordPieceTokenizer | undefined,
): Promise<PreparedData> {
  await mkdir(settings.cacheDir, { recursive: true });
  const sources = settings.trainFile ?? [await writeSample(settings.cacheDir)];
  const corpus = await openTrainFiles(sources, settings, context.stdin);
  const inputs = await describeInputs(corpus, settings);
  const tokenizer = given ?? (await learnedTokenizer(corpus, inputs, settings, context));
  const shards = await tokenize(sources, inputs, tokenizer, settings, context);
  return { tokenizer, shards };
}

/** The sample as a file: both splits, since the corpus is split again by its documents. */
async function writeSample(cacheDir: string): Promise<string> {
  const path = join(cacheDir, 'sample.txt');
  if (await exists(path)) return path;
  const documents = [...sampleCorpus({ split: 'train' }), ...sampleCorpus({ split: 'validation' })];
  await writeFileDurably(path, documents.map((lines) => `${lines.join('\n')}\n`).join('\n'));
  return path;
}

/** What tells one corpus from another without reading it. */
async function describeInputs(
  corpus: Corpus,
  { format, textColumn }: PretrainSettings,
): Promise<unknown> {
  const files = await Promise.all(
    corpus.sources.map(async ({ path }) => {
      const { size, mtimeMs } = await stat(path);
      return [path, size, mtimeMs];
    }),
  );
  return [files, format, textColumn];
}

async function learnedTokenizer(
  corpus: Corpus,
  inputs: unknown,
  settings: PretrainSettings,
  context: CommandContext,
): Promise<WordPieceTokenizer> {
  const { output } = context;
  const folder = join(settings.cacheDir, `tokenizer-${keyOf([inputs, vocabularyKey(settings)])}`);
  // Written last of the tokenizer's files: where it is, all are.
  if (await exists(join(folder, 'tokenizer.json'))) {
    output.info(`vocabulary: using ${folder}`);
    return fromFolder(folder);
  }
  output.info('vocabulary: learning');
  const trained = await learnVocabulary(corpus, settings, context);
  output.endProgress();
  for (const { message } of trained.warnings) output.warn(inFlags(message));
  const tokenizer = WordPieceTokenizer.fromTrained(trained);
  await saveTo(tokenizer, folder);
  return tokenizer;
}

async function tokenize(
  sources: readonly string[],
  inputs: unknown,
  tokenizer: WordPieceTokenizer,
  settings: PretrainSettings,
  { output, signal }: CommandContext,
): Promise<PreparedCorpus> {
  const { validationSplitPercentage, preprocessingNumWorkers: threads } = settings;
  const { language, documentBoundary, dropDuplicates, minDocumentCharacters } = settings;
  const choices = [language, documentBoundary, dropDuplicates, minDocumentCharacters];
  const key = keyOf([inputs, tokenizerSha256(tokenizer), validationSplitPercentage, choices]);
  const shards = await prepareCorpus(sources, tokenizer, join(settings.cacheDir, `shards-${key}`), {
    corpus: {
      ...toCorpusOptions(settings),
      ...toSentenceOptions(settings),
    },
    dropDuplicates,
    minDocumentCharacters,
    validationSplitPercentage,
    ...(threads === undefined ? {} : { threads }),
    // Two runs may share a cache: what the other one makes is what this one needs.
    wait: true,
    onProgress: (report) => {
      output.progress(prepareProgressLine(report));
    },
    onMessage: (message) => {
      output.info(`shards: ${message}`);
    },
    signal,
  });
  output.endProgress();
  return shards;
}

/** All that decides about a vocabulary besides its text. */
function vocabularyKey(settings: PretrainSettings): unknown {
  const { vocabSize, minFrequency, limitAlphabet, specialTokens } = settings;
  const { lowercase, stripAccents, normalization } = settings;
  const sizes = [vocabSize, minFrequency, String(limitAlphabet)];
  return [sizes, specialTokens, lowercase, stripAccents, normalization];
}

const KEY_CHARACTERS = 12;

function keyOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, KEY_CHARACTERS);
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
