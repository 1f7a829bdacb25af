// What comes before training: the corpus, its vocabulary, its shards. Each is made once for the same inputs,
// under a name that says which, and found again by it.
import { createHash } from 'node:crypto';
import { access, mkdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { EmptyCorpusError } from '@malmoi/datasets';
import type { Corpus, PreparedCorpus, TokenShards } from '@malmoi/datasets/node';
import { prepareCorpus, PrepareError, tokenizerSha256 } from '@malmoi/datasets/node';
import { sampleCorpus } from '@malmoi/datasets/sample';
import { writeFileDurably } from '@malmoi/safetensors/node';
import { WordPieceTokenizer } from '@malmoi/wordpiece';
import { fromFolder, saveTo } from '@malmoi/wordpiece/node';

import type { CommandContext } from '../command.ts';
import { CommandError } from '../errors/command-error.ts';
import { inFlags } from '../errors/in-flags.ts';
import { openTextFiles, toCorpusOptions, toSentenceOptions } from '../files/corpus-options.ts';
import { prepareProgressLine } from '../reports/prepare-progress.ts';
import { learnVocabulary } from '../vocabulary/learn-vocabulary.ts';
import type { PretrainSettings } from './options.ts';

/** A tokenizer, and as its tokens the text to learn from and that held out. */
export interface PreparedData {
  readonly tokenizer: WordPieceTokenizer;
  readonly train: TokenShards;
  readonly validation: TokenShards;
}

/** Text in files, and what tells it from other text without reading it. */
interface Source {
  readonly flag: '--train_file' | '--validation_file';
  readonly files: readonly string[];
  readonly corpus: Corpus;
  readonly inputs: unknown;
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
  const { validationFile, trainFile, validationSplitPercentage } = settings;
  const text = trainFile ?? [await writeSample(settings.cacheDir)];
  const source = await openSource('--train_file', text, settings, context);
  const heldOut =
    validationFile && (await openSource('--validation_file', validationFile, settings, context));
  if (heldOut) warnOfOverlap(source, heldOut, context);
  const tokenizer = given ?? (await learnedTokenizer(source, settings, context));
  const shards = await tokenize(source, tokenizer, validationSplitPercentage, settings, context);
  const { train, validation } = shards;
  if (heldOut === undefined) return { tokenizer, train, validation };
  // All of it in one split, which is called train.
  const { train: all } = await tokenize(heldOut, tokenizer, 0, settings, context);
  return { tokenizer, train, validation: all };
}

/** @throws CommandError naming the flag, when a file is missing */
async function openSource(
  flag: Source['flag'],
  files: readonly string[],
  settings: PretrainSettings,
  { stdin }: CommandContext,
): Promise<Source> {
  const corpus = await openTextFiles(files, settings, stdin, flag);
  return { flag, files, corpus, inputs: await describeInputs(corpus, settings) };
}

/** Figures of text that is also learned from say nothing; it may be wanted all the same, to see a model overfit. */
function warnOfOverlap(train: Source, heldOut: Source, { output }: CommandContext): void {
  const learned = new Set(train.corpus.sources.map(({ path }) => resolve(path)));
  const both = heldOut.corpus.sources.find(({ path }) => learned.has(resolve(path)));
  if (both === undefined) return;
  output.warn(`${both.path} is read by --train_file, too: what is learned from is not held out.`);
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
  { corpus, inputs }: Source,
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

/** Shards of a text; those of the same inputs are found again. */
async function tokenize(
  { flag, files, inputs }: Source,
  tokenizer: WordPieceTokenizer,
  validationSplitPercentage: number,
  settings: PretrainSettings,
  { output, signal }: CommandContext,
): Promise<PreparedCorpus> {
  const { preprocessingNumWorkers: threads } = settings;
  const { language, documentBoundary, dropDuplicates, minDocumentCharacters } = settings;
  const choices = [language, documentBoundary, dropDuplicates, minDocumentCharacters];
  const key = keyOf([inputs, tokenizerSha256(tokenizer), validationSplitPercentage, choices]);
  try {
    return await prepareCorpus(files, tokenizer, join(settings.cacheDir, `shards-${key}`), {
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
  } catch (error) {
    if (error instanceof EmptyCorpusError) {
      throw new CommandError(`${flag}: ${inFlags(error.message)}`, { cause: error });
    }
    if (!(error instanceof PrepareError && error.code === 'NO_DOCUMENTS')) throw error;
    const problem = 'there is no text in it that the tokenizer leaves a token of.';
    throw new CommandError(`${flag} ${files.join(' ')}: ${problem}`, { cause: error });
  } finally {
    output.endProgress();
  }
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
