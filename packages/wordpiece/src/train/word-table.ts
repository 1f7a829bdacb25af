// Counts words given as UTF-8 bytes: an open-addressing hash table over one pool of bytes, so that a
// word costs its bytes and some 25 more, and counting it makes no string.
import { CountLimitError } from '../errors.ts';
import { grown } from './typed-arrays.ts';

const MULTIPLIER = 0x9e3779b1;

/** The hash of `bytes[start .. end)`: four bytes at a time, multiplied and folded. */
export function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = end - start;
  let at = start;
  for (const stop = end - 3; at < stop; at += 4) {
    const four =
      (bytes[at] ?? 0) |
      ((bytes[at + 1] ?? 0) << 8) |
      ((bytes[at + 2] ?? 0) << 16) |
      ((bytes[at + 3] ?? 0) << 24);
    hash = Math.imul(hash ^ four, MULTIPLIER);
    hash ^= hash >>> 15;
  }
  for (; at < end; at++) {
    hash = Math.imul(hash ^ (bytes[at] ?? 0), MULTIPLIER);
    hash ^= hash >>> 15;
  }
  return hash;
}

/** A {@link WordTable} as plain arrays, to pass between threads. */
export interface WordTableData {
  readonly size: number;
  readonly pool: Uint8Array<ArrayBuffer>;
  readonly ends: Float64Array<ArrayBuffer>;
  readonly counts: Float64Array<ArrayBuffer>;
  readonly marks: Uint8Array<ArrayBuffer>;
  readonly slots: Int32Array<ArrayBuffer>;
}

/** A slot is four numbers in one cache line: hash, word index + 1 (0: free), start in the pool, length. */
const SLOT = 4;
const WORD = 1;
const START = 2;
const LENGTH = 3;

const FIRST_SLOTS = 1 << 13;
const FIRST_WORDS = 1 << 12;
const FIRST_POOL = 1 << 16;
/** Starts in the pool must fit a slot. */
const MAX_POOL = 2 ** 32 - 1;

/** Unique words and how often each was seen. A word's index is the order in which it first came. */
export class WordTable {
  #size = 0;
  #pool: Uint8Array<ArrayBuffer>;
  /** Where each word ends in the pool, behind a first 0: it starts where the one before it ends. */
  #ends: Float64Array<ArrayBuffer>;
  #counts: Float64Array<ArrayBuffer>;
  #marks: Uint8Array<ArrayBuffer>;
  /** Open addressing with linear probing; a power of two, at most half full. */
  #slots: Int32Array<ArrayBuffer>;

  /** @param data what {@link WordTable.toData} gave, in this thread or another; nothing: an empty table */
  constructor(data?: WordTableData) {
    this.#size = data?.size ?? 0;
    this.#pool = data?.pool ?? new Uint8Array(FIRST_POOL);
    this.#ends = data?.ends ?? new Float64Array(FIRST_WORDS);
    this.#counts = data?.counts ?? new Float64Array(FIRST_WORDS);
    this.#marks = data?.marks ?? new Uint8Array(FIRST_WORDS);
    this.#slots = data?.slots ?? new Int32Array(SLOT * FIRST_SLOTS);
  }

  /** How many different words there are. */
  get size(): number {
    return this.#size;
  }

  /**
   * Adds `count` occurrences of the word `bytes[start .. end)`.
   * @param hash what {@link hashOf} gives for it
   * @param mark a number from 0 to 255 kept with the word; the one given first stays
   */
  add(
    bytes: Uint8Array,
    start: number,
    end: number,
    hash: number,
    count: number,
    mark: number,
  ): void {
    const slots = this.#slots;
    const length = end - start;
    let slot = firstSlot(slots, hash);
    for (;;) {
      const word = (slots[slot + WORD] ?? 0) - 1;
      if (word < 0) break;
      if (
        slots[slot] === hash &&
        slots[slot + LENGTH] === length &&
        this.#holds((slots[slot + START] ?? 0) >>> 0, bytes, start, end)
      ) {
        this.#counts[word] = (this.#counts[word] ?? 0) + count;
        return;
      }
      slot = nextSlot(slots, slot);
    }
    const word = this.#append(bytes, start, end);
    this.#counts[word] = count;
    this.#marks[word] = mark;
    slots[slot] = hash;
    slots[slot + WORD] = word + 1;
    slots[slot + START] = this.#ends[word] ?? 0;
    slots[slot + LENGTH] = length;
    if (2 * SLOT * this.#size > slots.length) this.#growSlots();
  }

  /** Adds all words of another table with their counts and marks. */
  addAll(other: WordTable): void {
    const slots = other.#slots;
    for (let slot = 0; slot < slots.length; slot += SLOT) {
      const word = (slots[slot + WORD] ?? 0) - 1;
      if (word < 0) continue;
      const start = (slots[slot + START] ?? 0) >>> 0;
      const end = start + (slots[slot + LENGTH] ?? 0);
      const count = other.#counts[word] ?? 0;
      this.add(other.#pool, start, end, slots[slot] ?? 0, count, other.#marks[word] ?? 0);
    }
  }

  /** The bytes of a word: a view, valid until the next word is added. */
  bytesOf(word: number): Uint8Array {
    return this.#pool.subarray(this.#ends[word], this.#ends[word + 1]);
  }

  /** How many bytes a word takes. */
  lengthOf(word: number): number {
    return (this.#ends[word + 1] ?? 0) - (this.#ends[word] ?? 0);
  }

  countOf(word: number): number {
    return this.#counts[word] ?? 0;
  }

  markOf(word: number): number {
    return this.#marks[word] ?? 0;
  }

  /** Takes back all occurrences of a word; it keeps its index. Returns how many there were. */
  clearCount(word: number): number {
    const count = this.countOf(word);
    this.#counts[word] = 0;
    return count;
  }

  /** Forgets all words and gives their memory back. */
  clear(): void {
    const { size, pool, ends, counts, marks, slots } = new WordTable().toData();
    this.#size = size;
    this.#pool = pool;
    this.#ends = ends;
    this.#counts = counts;
    this.#marks = marks;
    this.#slots = slots;
  }

  /** The table's own arrays: hand them on and use the table no more. */
  toData(): WordTableData {
    return {
      size: this.#size,
      pool: this.#pool,
      ends: this.#ends,
      counts: this.#counts,
      marks: this.#marks,
      slots: this.#slots,
    };
  }

  #holds(from: number, bytes: Uint8Array, start: number, end: number): boolean {
    const pool = this.#pool;
    for (let at = start, own = from; at < end; at++, own++) {
      if (pool[own] !== bytes[at]) return false;
    }
    return true;
  }

  #append(bytes: Uint8Array, start: number, end: number): number {
    const word = this.#size++;
    const from = this.#ends[word] ?? 0;
    const to = from + end - start;
    if (to > this.#pool.length) {
      if (to > MAX_POOL)
        throw new CountLimitError('The corpus has more than 4 GiB of different words.');
      this.#pool = grown(this.#pool, to);
    }
    if (word + 1 >= this.#ends.length) {
      this.#ends = grown(this.#ends, word + 2);
      this.#counts = grown(this.#counts, this.#ends.length);
      this.#marks = grown(this.#marks, this.#ends.length);
    }
    const pool = this.#pool;
    for (let at = start, own = from; at < end; at++, own++) pool[own] = bytes[at] ?? 0;
    this.#ends[word + 1] = to;
    return word;
  }

  #growSlots(): void {
    const old = this.#slots;
    const slots = new Int32Array(2 * old.length);
    for (let from = 0; from < old.length; from += SLOT) {
      if (old[from + WORD] === 0) continue;
      let slot = firstSlot(slots, old[from] ?? 0);
      while (slots[slot + WORD] !== 0) slot = nextSlot(slots, slot);
      slots[slot] = old[from] ?? 0;
      slots[slot + WORD] = old[from + WORD] ?? 0;
      slots[slot + START] = old[from + START] ?? 0;
      slots[slot + LENGTH] = old[from + LENGTH] ?? 0;
    }
    this.#slots = slots;
  }
}

function firstSlot(slots: Int32Array, hash: number): number {
  return Math.imul(SLOT, hash) & (slots.length - SLOT);
}

function nextSlot(slots: Int32Array, slot: number): number {
  return (slot + SLOT) & (slots.length - SLOT);
}
