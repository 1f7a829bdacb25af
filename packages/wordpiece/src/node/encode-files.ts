// Encodes a corpus with worker threads: files are read in chunks of lines, threads turn chunks into ids,
// and the results come out in the order of the text. Never more than a few chunks are in memory.
import { availableParallelism } from 'node:os';

import { LineEncoder, type EncodedLines } from '../encode-lines.ts';
import { TokenizerOptionError } from '../errors.ts';
import type { WordPieceTokenizer } from '../tokenizer.ts';
import { readChunks, type CorpusChunk } from './corpus-chunks.ts';
import { EncodePool, LocalEncoder, type ChunkEncoder } from './encode-pool.ts';

export interface EncodeFilesOptions {
  /** Worker threads; 0 encodes on the calling thread. Default: as many as the machine runs at once. */
  readonly threads?: number;
  /** Lines of more bytes are cut, at white space if they have any, and counted. Default 2^20. */
  readonly maxLineBytes?: number;
  /** Bytes of text in a batch, about. Default 2^20. */
  readonly chunkBytes?: number;
  /** Ends encoding: the iteration throws the signal's reason. */
  readonly signal?: AbortSignal;
  /** Called once at the end for each kind of thing that was wrong with the text. */
  readonly onWarning?: (warning: string) => void;
  /** What the threads run; for tests. */
  readonly worker?: URL;
}

/** Ids of consecutive lines of one file. */
export interface EncodedBatch extends EncodedLines {
  readonly file: string;
  /** Number of the first line, counted from 0 within the file; a cut line counts as several. */
  readonly firstLine: number;
}

/** What has been encoded so far. */
export interface EncodeTotals {
  lines: number;
  ids: number;
  bytes: number;
  /** Cuts made because a line was longer than maxLineBytes. */
  longLineCuts: number;
  /** Sequences that were not UTF-8, read as U+FFFD. */
  invalidSequences: number;
}

/**
 * Encodes text files line by line; lines end with LF (a CR before it is white space). Special tokens are
 * found in the text and none are added. Iterate the result, once, for the batches.
 *
 * Iterating throws CorpusError when a file cannot be read, is UTF-16, or becomes shorter while it is
 * read; WorkerDiedError when a thread ends early; the signal's reason when it is aborted.
 *
 * @throws TokenizerOptionError for options out of range
 */
export function encodeFiles(
  tokenizer: WordPieceTokenizer,
  files: readonly string[],
  options: EncodeFilesOptions = {},
): EncodedCorpus {
  return new EncodedCorpus(tokenizer, files, options);
}

export class EncodedCorpus implements AsyncIterable<EncodedBatch> {
  readonly totals: EncodeTotals = {
    lines: 0,
    ids: 0,
    bytes: 0,
    longLineCuts: 0,
    invalidSequences: 0,
  };
  readonly #tokenizer: WordPieceTokenizer;
  readonly #files: readonly string[];
  readonly #options: EncodeFilesOptions;
  readonly #threads: number;
  readonly #sizes: { readonly chunkBytes: number; readonly maxLineBytes: number };

  constructor(
    tokenizer: WordPieceTokenizer,
    files: readonly string[],
    options: EncodeFilesOptions,
  ) {
    this.#tokenizer = tokenizer;
    this.#files = files;
    this.#options = options;
    this.#threads = inRange('threads', options.threads ?? availableParallelism(), 0, 1024);
    this.#sizes = {
      chunkBytes: inRange('chunkBytes', options.chunkBytes ?? 2 ** 20, 16, 2 ** 28),
      maxLineBytes: inRange('maxLineBytes', options.maxLineBytes ?? 2 ** 20, 4, 2 ** 28),
    };
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<EncodedBatch, void, undefined> {
    const { signal } = this.#options;
    signal?.throwIfAborted();
    const pool = this.#start();
    const abort = (): void => void pool.close(abortReason(signal));
    signal?.addEventListener('abort', abort, { once: true });
    try {
      yield* this.#encodeInOrder(pool);
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    } finally {
      signal?.removeEventListener('abort', abort);
      await pool.close();
    }
    this.#warn();
  }

  #start(): ChunkEncoder {
    const { maxLineBytes } = this.#sizes;
    if (this.#threads === 0) {
      return new LocalEncoder(new LineEncoder(this.#tokenizer, maxLineBytes));
    }
    const workerData = { definition: this.#tokenizer.definition, maxLineBytes };
    return new EncodePool(this.#threads, workerData, this.#options.worker);
  }

  /** Keeps two chunks a thread under way and gives out the oldest. */
  async *#encodeInOrder(pool: ChunkEncoder): AsyncGenerator<EncodedBatch, void, undefined> {
    const underWay: { chunk: CorpusChunk; bytes: number; lines: Promise<EncodedLines> }[] = [];
    const chunks = readChunks(this.#files, this.#sizes);
    let firstLine = 0;
    let file: string | undefined;
    try {
      for (;;) {
        while (underWay.length < Math.max(1, this.#threads * 2)) {
          const { value: chunk } = await chunks.next();
          if (chunk === undefined) break;
          const bytes = chunk.bytes.length;
          const lines = pool.encode(chunk.bytes);
          // It is awaited later; until then a failure is not unhandled.
          lines.catch(() => undefined);
          underWay.push({ chunk, bytes, lines });
        }
        const oldest = underWay.shift();
        if (oldest === undefined) return;
        const lines = await oldest.lines;
        if (oldest.chunk.file !== file) firstLine = 0;
        file = oldest.chunk.file;
        const batch = this.#batch(oldest.chunk, lines, firstLine);
        firstLine += batch.offsets.length - 1;
        this.#count(batch, oldest.bytes);
        yield batch;
      }
    } finally {
      await chunks.return();
    }
  }

  #batch(
    { file, longLineCuts }: CorpusChunk,
    lines: EncodedLines,
    firstLine: number,
  ): EncodedBatch {
    return { ...lines, longLineCuts: lines.longLineCuts + longLineCuts, file, firstLine };
  }

  #count(batch: EncodedBatch, bytes: number): void {
    this.totals.lines += batch.offsets.length - 1;
    this.totals.ids += batch.ids.length;
    this.totals.bytes += bytes;
    this.totals.longLineCuts += batch.longLineCuts;
    this.totals.invalidSequences += batch.invalidSequences;
  }

  #warn(): void {
    const { longLineCuts, invalidSequences } = this.totals;
    const { onWarning } = this.#options;
    if (longLineCuts > 0) {
      const limit = this.#sizes.maxLineBytes;
      onWarning?.(
        `Cut lines of more than ${limit} bytes (maxLineBytes) in ${longLineCuts} places.`,
      );
    }
    if (invalidSequences > 0) {
      onWarning?.(`Read ${invalidSequences} sequences that are not UTF-8 as U+FFFD.`);
    }
  }
}

function inRange(option: string, value: number, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new TokenizerOptionError(
    option,
    `expected an integer from ${least} to ${most}, not ${value}.`,
  );
}

function abortReason(signal: AbortSignal | undefined): Error {
  const reason: unknown = signal?.reason;
  return reason instanceof Error ? reason : new Error('Encoding was aborted.', { cause: reason });
}
