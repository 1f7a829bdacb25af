// Learns a WordPiece vocabulary from files, with one counting thread per core.
import { availableParallelism } from 'node:os';

import { EmptyCorpusError, TokenizerOptionError } from '../errors.ts';
import type { TextSource } from '../train/count-texts.ts';
import { learnVocabulary, type TrainedWordPiece } from '../train/learn-vocabulary.ts';
import { resolveTrainOptions, type TrainWordPieceOptions } from '../train/options.ts';
import { prepareScan } from '../train/scan-setup.ts';
import { trainWordPiece as trainOnTexts } from '../train/train-wordpiece.ts';
import { planRanges } from './corpus-files.ts';
import { countFiles } from './count-files.ts';

/** Files of UTF-8 text to learn from. */
export interface FileSource {
  /** Paths, read as streams of any size. Their order decides nothing. */
  readonly files: string | readonly string[];
}

export interface TrainFilesOptions extends TrainWordPieceOptions {
  /** Threads that count words. Default: one per core. Their number decides nothing but the time. */
  readonly threads?: number;
}

/**
 * Learns a WordPiece vocabulary from files, or from texts as the browser's trainWordPiece does. The same
 * text gives the same tokens whatever the number of threads and the order of the files.
 *
 * Files are UTF-8; a byte order mark at the start is skipped. Lines may have any length. What is not
 * UTF-8 is read as U+FFFD, and `warnings` says how often.
 *
 * @param source `{ files }`, or an (async) iterable of strings
 * @throws TokenizerOptionError when an option is out of its range or the source is neither
 * @throws CorpusError when a file is missing, no regular file, UTF-16, or becomes shorter while read
 * @throws EmptyCorpusError when there is no word in the corpus
 * @throws WorkerDiedError when a counting thread ends early, for want of memory for example
 * @throws the signal's reason when it is aborted; all threads have ended then
 */
export async function trainWordPiece(
  source: FileSource | TextSource,
  options: TrainFilesOptions = {},
): Promise<TrainedWordPiece> {
  const { threads = availableParallelism() } = options;
  if (!Number.isInteger(threads) || threads < 1 || threads > 1024) {
    throw new TokenizerOptionError(
      'threads',
      `expected a whole number from 1 to 1024, got ${threads}.`,
    );
  }
  if (!isFileSource(source)) return trainOnTexts(source, options);
  const files = typeof source.files === 'string' ? [source.files] : source.files;
  const resolved = resolveTrainOptions(options);
  const control = { onProgress: options.onProgress, signal: options.signal };
  control.signal?.throwIfAborted();
  const name = nameOf(files);
  const ranges = planRanges(files);
  if (ranges.length === 0) throw new EmptyCorpusError(name);
  const setup = prepareScan(resolved);
  const counted = await countFiles(ranges, setup.classes, { ...control, threads });
  return learnVocabulary({ ...counted, name }, setup, resolved, control);
}

function isFileSource(source: FileSource | TextSource): source is FileSource {
  return typeof source === 'object' && 'files' in source;
}

function nameOf(files: readonly string[]): string {
  const [first = 'The list of files', ...others] = files;
  return others.length === 0 ? first : `${first} and ${others.length} more`;
}
