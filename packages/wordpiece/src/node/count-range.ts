// Counts the words of one range of a file, reading it in blocks, so that neither the file nor its
// longest line has to fit in memory.
import { closeSync, openSync, readSync } from 'node:fs';

import { CorpusError } from '../errors.ts';
import type { WordScanner } from '../train/word-scanner.ts';
import { throwReadError, type CorpusRange } from './corpus-files.ts';

const BLOCK_BYTES = 1 << 20;
/** How far past its end a range is read at first, in the hope of meeting white space there. */
const OVERLAP_BYTES = 1 << 10;

/**
 * Counts the words that belong to a range. Text is divided at the first white space (ASCII: a space, tab
 * or line break, which ends a word under all settings) at or after `end - 1`: what lies before it, from
 * the dividing place of `start` on, belongs to the range. So every word belongs to exactly one range,
 * wherever the file is divided.
 * @param buffer scratch space of any size from 64 KiB
 * @throws CorpusError when the file cannot be read or has become shorter
 */
export function countRange(
  range: CorpusRange,
  scanner: WordScanner,
  buffer: Uint8Array = new Uint8Array(BLOCK_BYTES),
): void {
  const reader = new RangeReader(range, buffer);
  try {
    for (let block = reader.next(); block !== undefined; block = reader.next()) {
      reader.keepFrom(scanner.scan(block.bytes, block.bytes.length, block.last));
    }
  } finally {
    reader.close();
  }
}

interface Block {
  readonly bytes: Uint8Array;
  /** Whether the range ends with this block. */
  readonly last: boolean;
}

/** Reads the text that belongs to a range, block by block. */
class RangeReader {
  readonly #range: CorpusRange;
  readonly #buffer: Uint8Array;
  readonly #descriptor: number;
  /** Where in the file the next byte comes from. */
  #position: number;
  /** Bytes at the front of the buffer that were given before and are to be given again. */
  #held = 0;
  #given = 0;
  #begun: boolean;
  #finished = false;

  constructor(range: CorpusRange, buffer: Uint8Array) {
    this.#range = range;
    this.#buffer = buffer;
    this.#position = Math.max(0, range.start - 1);
    this.#begun = range.start === 0;
    try {
      this.#descriptor = openSync(range.file, 'r');
    } catch (error) {
      throwReadError(range.file, error);
    }
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  /** The next block: what was kept of the one before, then new text. Undefined at the end. */
  next(): Block | undefined {
    while (!this.#finished) {
      const from = this.#position;
      const read = this.#read();
      if (read === 0) return this.#finish(this.#held);
      if (from === 0) this.#blankByteOrderMark(read);
      const skipped = this.#begun ? 0 : this.#skipToStart(from, read);
      if (!this.#begun) continue;
      const fresh = this.#held + read - skipped;
      const firstEnd = this.#range.end - 1 - (from + skipped) + this.#held;
      const end = findWhiteSpace(this.#buffer, Math.max(this.#held, firstEnd), fresh);
      if (end >= 0) return this.#finish(end + 1);
      this.#given = fresh;
      return { bytes: this.#buffer.subarray(0, fresh), last: false };
    }
    return undefined;
  }

  /** Has the bytes of the last block from `done` on given again, in front of the next. */
  keepFrom(done: number): void {
    this.#buffer.copyWithin(0, done, this.#given);
    this.#held = this.#given - done;
  }

  #finish(end: number): Block {
    this.#finished = true;
    this.#given = end;
    return { bytes: this.#buffer.subarray(0, end), last: true };
  }

  /** Reads behind what is held; 0 at the end of the file. */
  #read(): number {
    const { file, end, size } = this.#range;
    const useful = this.#position < end ? end + OVERLAP_BYTES : size;
    const room = Math.min(
      this.#buffer.length - this.#held,
      Math.min(useful, size) - this.#position,
    );
    if (room === 0) return 0;
    let read: number;
    try {
      read = readSync(this.#descriptor, this.#buffer, this.#held, room, this.#position);
    } catch (error) {
      return throwReadError(file, error);
    }
    if (read === 0) {
      throw new CorpusError(
        file,
        `it became shorter while it was read: ${size} bytes at first, ${this.#position} now. ` +
          'Train again when nothing writes to it.',
      );
    }
    this.#position += read;
    return read;
  }

  /** Moves what follows the dividing place to the front; returns how many bytes that drops. */
  #skipToStart(from: number, read: number): number {
    const end = Math.min(read, this.#range.end - 1 - from);
    const place = findWhiteSpace(this.#buffer, 0, end);
    if (place >= 0) {
      this.#begun = true;
      this.#buffer.copyWithin(0, place + 1, read);
      return place + 1;
    }
    // No dividing place inside: all of it belongs to an earlier range.
    if (this.#position >= this.#range.end - 1) this.#finished = true;
    return 0;
  }

  #blankByteOrderMark(read: number): void {
    const [first, second, third] = this.#buffer;
    if (read < 3 || first !== 0xef || second !== 0xbb || third !== 0xbf) return;
    this.#buffer.fill(SPACE, 0, 3);
  }
}

const SPACE = 0x20;

/** Index of the first space, tab or line break in `bytes[from .. to)`, or -1. */
function findWhiteSpace(bytes: Uint8Array, from: number, to: number): number {
  for (let at = from; at < to; at++) {
    const byte = bytes[at] ?? 0;
    if (byte === SPACE || byte === 0x09 || byte === 0x0a || byte === 0x0d) return at;
  }
  return -1;
}
