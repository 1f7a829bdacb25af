// The files of a corpus: what is wrong with them is said before anything is counted, and large ones are
// divided into ranges for the threads.
import { closeSync, openSync, readSync, statSync, type Stats } from 'node:fs';

import { CorpusError } from '../errors.ts';

/** A part of a file that one thread counts. */
export interface CorpusRange {
  readonly file: string;
  /** Words that begin in `[start, end)` belong to the range; see count-range.ts. */
  readonly start: number;
  readonly end: number;
  /** Bytes in the file when training began. */
  readonly size: number;
}

const RANGE_BYTES = 4 << 20;
const SAMPLE_BYTES = 4096;

/**
 * Divides files into ranges.
 * @throws CorpusError when one is missing, no regular file, not readable, or UTF-16
 */
export function planRanges(files: readonly string[]): CorpusRange[] {
  return files.flatMap((file) => {
    const size = sizeOf(file);
    rejectUtf16(file, sampleOf(file));
    const ranges: CorpusRange[] = [];
    for (let start = 0; start < size; start += RANGE_BYTES) {
      ranges.push({ file, start, end: Math.min(start + RANGE_BYTES, size), size });
    }
    return ranges;
  });
}

/** Throws the CorpusError for a file that could not be opened or read. */
export function throwReadError(file: string, error: unknown): never {
  const code = (error as NodeJS.ErrnoException).code ?? String(error);
  const problem =
    code === 'ENOENT'
      ? 'there is no such file. Check the path.'
      : code === 'EISDIR'
        ? 'it is a directory. Name the files in it.'
        : `it cannot be read (${code}).`;
  throw new CorpusError(file, problem, { cause: error });
}

/**
 * Throws when the first bytes of a file are those of UTF-16 text: a byte order mark, or zeros in every
 * other place only.
 */
export function rejectUtf16(file: string, sample: Uint8Array): void {
  const [first, second] = sample;
  const hasMark = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  const zeros: [number, number] = [0, 0];
  for (const [at, byte] of sample.entries()) if (byte === 0) zeros[at & 1 ? 1 : 0]++;
  const [even, odd] = zeros;
  const isOneSided = (even === 0) !== (odd === 0) && even + odd > Math.max(1, sample.length / 40);
  if (!hasMark && !isOneSided) return;
  throw new CorpusError(
    file,
    'it looks like UTF-16; text must be UTF-8. Convert it, for example with `iconv -f UTF-16 -t UTF-8`.',
  );
}

function sizeOf(file: string): number {
  let stats: Stats;
  try {
    stats = statSync(file);
  } catch (error) {
    return throwReadError(file, error);
  }
  if (stats.isFile()) return stats.size;
  // Opening a pipe may wait for ever, which no thread can be woken from.
  const problem = stats.isDirectory()
    ? 'it is a directory. Name the files in it.'
    : 'it is no regular file. Read it yourself and give its lines as an async iterable.';
  throw new CorpusError(file, problem);
}

function sampleOf(file: string): Uint8Array {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(file, 'r');
    const sample = new Uint8Array(SAMPLE_BYTES);
    return sample.subarray(0, readSync(descriptor, sample));
  } catch (error) {
    return throwReadError(file, error);
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}
