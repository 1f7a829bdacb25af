// Encodes a block of UTF-8 text line by line: what a worker thread of encodeFiles does.
import { IdBuffer } from './id-buffer.ts';
import type { WordPieceTokenizer } from './tokenizer.ts';
import { UnitDecoder } from './utf8-units.ts';

const LINE_FEED = 0x0a;

/** Ids of consecutive lines. */
export interface EncodedLines {
  /** All ids, line after line, without special tokens. */
  readonly ids: Int32Array<ArrayBuffer>;
  /** `[lines + 1]`: line i has the ids `[offsets[i], offsets[i + 1])`; a blank line has none. */
  readonly offsets: Int32Array<ArrayBuffer>;
  /** Cuts made because a line was longer than maxLineBytes. */
  readonly longLineCuts: number;
  /** Sequences that were not UTF-8, read as U+FFFD. */
  readonly invalidSequences: number;
}

/**
 * Where to cut a line that is longer than `limit - from`: after the last white space of `bytes[from,
 * limit)`, or, where there is none, between two characters.
 */
export function findCut(bytes: Uint8Array, from: number, limit: number): number {
  for (let at = limit; at > from; at--) {
    const byte = bytes[at - 1];
    if (byte === 0x20 || byte === 0x09 || byte === 0x0d) return at;
  }
  let at = limit;
  while (at > limit - 3 && at > from + 1 && ((bytes[at] ?? 0) & 0xc0) === 0x80) at--;
  return at;
}

export class LineEncoder {
  readonly #tokenizer: WordPieceTokenizer;
  readonly #maxLineBytes: number;
  readonly #decoder = new UnitDecoder();
  readonly #ids = new IdBuffer(1 << 18);
  readonly #offsets = new IdBuffer(1 << 14);

  /** @param maxLineBytes longer lines are cut, and count as several */
  constructor(tokenizer: WordPieceTokenizer, maxLineBytes: number) {
    this.#tokenizer = tokenizer;
    this.#maxLineBytes = maxLineBytes;
  }

  /** Lines end with LF, the last one also with the end of the block. */
  encode(bytes: Uint8Array): EncodedLines {
    const invalidBefore = this.#decoder.invalidSequences;
    this.#ids.clear();
    this.#offsets.clear();
    this.#offsets.push(0);
    let longLineCuts = 0;
    for (let start = 0; start < bytes.length;) {
      const found = bytes.indexOf(LINE_FEED, start);
      const end = found === -1 ? bytes.length : found;
      while (end - start > this.#maxLineBytes) {
        const cut = findCut(bytes, start, start + this.#maxLineBytes);
        this.#encodeLine(bytes, start, cut);
        longLineCuts++;
        start = cut;
      }
      this.#encodeLine(bytes, start, end);
      start = end + 1;
    }
    return {
      ids: this.#ids.toArray(),
      offsets: this.#offsets.toArray(),
      longLineCuts,
      invalidSequences: this.#decoder.invalidSequences - invalidBefore,
    };
  }

  #encodeLine(bytes: Uint8Array, start: number, end: number): void {
    const length = this.#decoder.decode(bytes, start, end);
    this.#tokenizer.encodeUnitsToIds(this.#decoder.units, 0, length, this.#ids);
    this.#offsets.push(this.#ids.length);
  }
}
