// Cuts UTF-8 text into words and counts them, byte by byte: BERT's basic tokenizer as far as it can go
// without changing a character. Words with characters to change are counted as they stand and marked;
// rewrite-words.ts changes each different one once.
import { CharacterClass, REPLACEMENT } from '../characters.ts';
import { NFC_SUSPECT } from './nfc.ts';
import { codePointOf, decodeUtf8, isTruncated, lengthOf } from './utf8.ts';
import { hashOf, WordTable } from './word-table.ts';

/** Mark of words that stand in the table as they will be learned from. */
export const FINAL = 0;
/** Mark of words that the normalizer changes, or may change. */
const TO_REWRITE = 1;

/** A run of characters without a boundary longer than this many bytes of UTF-8 counts as several words. */
export const MAX_WORD_BYTES = 4096;

/** What was seen on the way, besides the words. */
export interface ScanTotals {
  /** Words, as far as they can be told before normalizing. */
  words: number;
  /** Runs of text between white space: 어절, in Korean. */
  eojeols: number;
  /** Cuts made in runs longer than {@link MAX_WORD_BYTES}. */
  cuts: number;
}

const { WORD, SPACE, DROP, MAPPED, MAPPED_ISOLATED } = CharacterClass;

/** Counts the words of texts that arrive in pieces. */
export class WordScanner {
  readonly table = new WordTable();
  readonly totals: ScanTotals = { words: 0, eojeols: 0, cuts: 0 };
  readonly #classes: Uint8Array;
  #afterSpace = true;

  /** @param classes what withNfcSuspects gave: `[0x110000]`, a class for each code point */
  constructor(classes: Uint8Array) {
    this.#classes = classes;
  }

  /**
   * Counts the words of `bytes[0 .. end)`.
   * @param last whether the text ends here; otherwise the word that reaches the end waits for the rest
   * @returns how many bytes are done: give the others again, at the front of what follows
   */
  scan(bytes: Uint8Array, end: number, last: boolean): number {
    const classes = this.#classes;
    let start = 0;
    let mark = FINAL;
    let at = 0;
    while (at < end) {
      let codePoint = bytes[at] ?? 0;
      let length = 1;
      if (codePoint >= 0x80) {
        const decoded = decodeUtf8(bytes, at, end);
        if (isTruncated(decoded) && !last) return start;
        codePoint = codePointOf(decoded);
        length = lengthOf(decoded);
      }
      const kind = classes[codePoint];
      if (kind === WORD || kind === MAPPED || kind === DROP || kind === NFC_SUSPECT) {
        if (at + length - start > MAX_WORD_BYTES) {
          this.#count(bytes, start, at, mark);
          this.totals.cuts++;
          start = at;
          mark = FINAL;
        }
        if (kind !== WORD || codePoint === REPLACEMENT) mark = TO_REWRITE;
        at += length;
        continue;
      }
      if (at > start) this.#count(bytes, start, at, mark);
      start = at + length;
      mark = FINAL;
      if (kind === SPACE) this.#afterSpace = true;
      else this.#count(bytes, at, start, kind === MAPPED_ISOLATED ? TO_REWRITE : FINAL);
      at = start;
    }
    if (!last) return start;
    if (end > start) this.#count(bytes, start, end, mark);
    this.#afterSpace = true;
    return end;
  }

  #count(bytes: Uint8Array, start: number, end: number, mark: number): void {
    if (this.#afterSpace) this.totals.eojeols++;
    this.#afterSpace = false;
    this.totals.words++;
    this.table.add(bytes, start, end, hashOf(bytes, start, end), 1, mark);
  }
}
