// Held-out text as token shards: those that are there, or made for this evaluation and removed after it.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { CorpusWarnings } from '@malmoi/datasets';
import {
  openTokenShards,
  prepareCorpus,
  type PreparedCorpus,
  PrepareError,
  type TokenShards,
  tokenizerSha256,
} from '@malmoi/datasets/node';
import type { WordPieceTokenizer } from '@malmoi/wordpiece';

import type { CommandContext } from '../command.ts';
import { CommandError } from '../errors/command-error.ts';
import {
  bytesOf,
  openTextFiles,
  toCorpusOptions,
  toSentenceOptions,
} from '../files/corpus-options.ts';
import { prepareProgressLine } from '../reports/prepare-progress.ts';
import type { EvaluateValues, HeldOutText } from './options.ts';

/** Shards of held-out text. Disposing removes those that were made for it. */
export interface HeldOutShards extends AsyncDisposable {
  readonly shards: TokenShards;
}

/**
 * Opens shards, or tokenizes files into a temporary folder.
 *
 * @throws CommandError naming the flag; ShardError when shards are damaged, or of another tokenizer
 */
export async function openHeldOutShards(
  text: HeldOutText,
  tokenizer: WordPieceTokenizer,
  values: EvaluateValues,
  context: CommandContext,
): Promise<HeldOutShards> {
  if ('folder' in text) {
    const set = await openTokenShards(text.folder, { tokenizerSha256: tokenizerSha256(tokenizer) });
    return { shards: set[text.split], [Symbol.asyncDispose]: () => Promise.resolve() };
  }
  // Opened once more by prepareCorpus; here so that what is missing is named with its flag.
  await openTextFiles(text.files, values, context.stdin, '--validation_file');
  const folder = await mkdtemp(join(tmpdir(), 'malmoi-evaluate-'));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const { train } = await tokenize(text.files, tokenizer, folder, values, context);
    return { shards: train, [Symbol.asyncDispose]: remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** All documents in one split, which is called train. */
async function tokenize(
  files: readonly string[],
  tokenizer: WordPieceTokenizer,
  folder: string,
  values: EvaluateValues,
  { output, signal, stdin }: CommandContext,
): Promise<PreparedCorpus> {
  const { preprocessingNumWorkers: threads } = values;
  try {
    const prepared = await prepareCorpus(files, tokenizer, folder, {
      corpus: {
        ...toCorpusOptions(values),
        ...toSentenceOptions(values),
        ...(files.includes('-') ? { stdin: bytesOf(stdin) } : {}),
      },
      validationSplitPercentage: 0,
      ...(threads === undefined ? {} : { threads }),
      onProgress: (report) => {
        output.progress(prepareProgressLine(report));
      },
      signal,
    });
    output.endProgress();
    const warnings = new CorpusWarnings();
    warnings.merge(prepared.report.warnings);
    for (const message of warnings.describe()) output.warn(message);
    return prepared;
  } catch (error) {
    if (!(error instanceof PrepareError && error.code === 'NO_DOCUMENTS')) throw error;
    const problem = 'there is no text in it that the tokenizer leaves a token of.';
    throw new CommandError(`--validation_file ${files.join(' ')}: ${problem}`, { cause: error });
  }
}
