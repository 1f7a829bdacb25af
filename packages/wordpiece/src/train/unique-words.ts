// The different words of a corpus as flat UTF-16 text: what the alphabet, the merges and the report read.
import { codePointOf, decodeUtf8, lengthOf } from './utf8.ts';
import type { WordTable } from './word-table.ts';

/** Word `w` is `units[starts[w] .. starts[w + 1])` and occurs `counts[w]` times, at least once. */
export interface UniqueWords {
  /** UTF-16, well-formed, all words one after another. */
  readonly units: Uint16Array;
  /** One longer than `counts`. */
  readonly starts: Uint32Array;
  /** Whole numbers up to 2^53. */
  readonly counts: Float64Array;
}

/** Takes the words that occur out of a table, in its order. */
export function uniqueWordsOf(table: WordTable): UniqueWords {
  let words = 0;
  let bytes = 0;
  for (let word = 0; word < table.size; word++) {
    if (table.countOf(word) === 0) continue;
    words++;
    bytes += table.lengthOf(word);
  }
  // UTF-16 never takes more units than UTF-8 takes bytes.
  const units = new Uint16Array(bytes);
  const starts = new Uint32Array(words + 1);
  const counts = new Float64Array(words);
  let used = 0;
  let index = 0;
  for (let word = 0; word < table.size; word++) {
    const count = table.countOf(word);
    if (count === 0) continue;
    used = decodeInto(table.bytesOf(word), units, used);
    counts[index++] = count;
    starts[index] = used;
  }
  return { units: units.slice(0, used), starts, counts };
}

function decodeInto(bytes: Uint8Array, units: Uint16Array, from: number): number {
  let used = from;
  for (let at = 0; at < bytes.length;) {
    const decoded = decodeUtf8(bytes, at, bytes.length);
    const codePoint = codePointOf(decoded);
    at += lengthOf(decoded);
    if (codePoint > 0xffff) {
      units[used++] = 0xd7c0 + (codePoint >> 10);
      units[used++] = 0xdc00 | (codePoint & 0x3ff);
    } else {
      units[used++] = codePoint;
    }
  }
  return used;
}

/** The code point that begins at `at` in well-formed UTF-16; it takes two units from U+10000 on. */
export function codePointAt(units: Uint16Array, at: number): number {
  const unit = units[at] ?? 0;
  return (unit & 0xfc00) === 0xd800
    ? 0x10000 + ((unit & 0x3ff) << 10) + ((units[at + 1] ?? 0) & 0x3ff)
    : unit;
}
