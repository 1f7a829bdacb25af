// Reads text files in chunks of whole lines, for threads to work on. Memory is bounded whatever the
// length of files and lines: a line that does not end is cut where LineEncoder would cut it.
import { open, type FileHandle } from 'node:fs/promises';

import { findCut } from '../encode-lines.ts';
import { CorpusError } from '../errors.ts';
import { rejectUtf16, throwReadError } from './corpus-files.ts';

const LINE_FEED = 0x0a;
const SAMPLE_BYTES = 4096;

/** Lines of one file, as bytes that nobody else uses. */
export interface CorpusChunk {
  readonly file: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** 1 when the chunk is the beginning of a line that had to be cut. */
  readonly longLineCuts: number;
}

export interface ChunkSizes {
  /** Bytes read at a time, and about as many in a chunk. */
  readonly chunkBytes: number;
  readonly maxLineBytes: number;
}

/** @throws CorpusError when a file cannot be read, is UTF-16, or becomes shorter while it is read */
export async function* readChunks(
  files: readonly string[],
  sizes: ChunkSizes,
): AsyncGenerator<CorpusChunk, void, undefined> {
  for (const file of files) {
    const handle = await open(file).catch((error: unknown) => throwReadError(file, error));
    try {
      yield* readFileChunks(file, handle, sizes);
    } finally {
      await handle.close();
    }
  }
}

async function* readFileChunks(
  file: string,
  handle: FileHandle,
  { chunkBytes, maxLineBytes }: ChunkSizes,
): AsyncGenerator<CorpusChunk, void, undefined> {
  const stats = await handle.stat();
  if (stats.isDirectory()) throw new CorpusError(file, 'it is a directory. Name the files in it.');
  const reader = new SizedReader(file, handle, stats.isFile() ? stats.size : Infinity);
  let pending = new Uint8Array(0);
  for (;;) {
    const buffer = new Uint8Array(pending.length + chunkBytes);
    buffer.set(pending);
    const read = await reader.read(buffer, pending.length);
    let text = buffer.subarray(0, pending.length + read);
    if (read === 0) {
      if (text.length > 0) yield { file, bytes: text.slice(), longLineCuts: 0 };
      return;
    }
    if (reader.isFirst) text = withoutMark(file, text);
    const end = text.lastIndexOf(LINE_FEED) + 1;
    if (end > 0) yield { file, bytes: text.slice(0, end), longLineCuts: 0 };
    let from = end;
    while (text.length - from > maxLineBytes) {
      const cut = findCut(text, from, from + maxLineBytes);
      yield { file, bytes: text.slice(from, cut), longLineCuts: 1 };
      from = cut;
    }
    pending = text.slice(from);
  }
}

/** Drops a byte order mark; throws for UTF-16. */
function withoutMark(file: string, text: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  rejectUtf16(file, text.subarray(0, SAMPLE_BYTES));
  const hasMark = text[0] === 0xef && text[1] === 0xbb && text[2] === 0xbf;
  return hasMark ? text.subarray(3) : text;
}

/** Reads a file from its beginning to the size it had at first. */
class SizedReader {
  /** Whether the last read gave the first bytes of the file. */
  isFirst = false;
  readonly #file: string;
  readonly #handle: FileHandle;
  readonly #size: number;
  #position = 0;

  constructor(file: string, handle: FileHandle, size: number) {
    this.#file = file;
    this.#handle = handle;
    this.#size = size;
  }

  /** Fills `buffer` from `at` on; 0 at the end of the file. */
  async read(buffer: Uint8Array, at: number): Promise<number> {
    const room = Math.min(buffer.length - at, this.#size - this.#position);
    let filled = 0;
    while (filled < room) {
      const bytesRead = await this.#readOnce(buffer, at + filled, room - filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    if (filled < room && this.#size !== Infinity) {
      throw new CorpusError(
        this.#file,
        `it became shorter while it was read: ${this.#size} bytes at first, ` +
          `${this.#position + filled} now. Encode again when nothing writes to it.`,
      );
    }
    this.isFirst = this.#position === 0;
    this.#position += filled;
    return filled;
  }

  async #readOnce(buffer: Uint8Array, at: number, room: number): Promise<number> {
    try {
      return (await this.#handle.read(buffer, at, room)).bytesRead;
    } catch (error) {
      return throwReadError(this.#file, error);
    }
  }
}
