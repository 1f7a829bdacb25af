// Counts words given as UTF-8 bytes: an open-addressing hash table over one pool of bytes, so that a
// word costs its bytes and some 25 more, and counting it makes no string.
import { grown } from './typed-arrays.ts';

const HASH_SEED = 0x811c9dc5 | 0;
const HASH_PRIME = 0x01000193;

/** Continues the hash of a word (FNV-1a) by one byte; the hash of no bytes is {@link emptyHash}. */
export const extendHash = (hash: number, byte: number): number =>
  Math.imul(hash ^ byte, HASH_PRIME);
export const emptyHash = HASH_SEED;

/** The hash of `bytes[start .. end)`. */
export function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = emptyHash;
  for (let at = start; at < end; at++) hash = extendHash(hash, bytes[at] ?? 0);
  return hash;
}

/** A {@link WordTable} as plain arrays, to pass between threads. */
export interface WordTableData {
  readonly size: number;
  readonly pool: Uint8Array<ArrayBuffer>;
  readonly ends: Float64Array<ArrayBuffer>;
  readonly hashes: Int32Array<ArrayBuffer>;
  readonly counts: Float64Array<ArrayBuffer>;
  readonly marks: Uint8Array<ArrayBuffer>;
}

/** Unique words and how often each was seen. A word's index is the order in which it first came. */
export class WordTable {
  #size = 0;
  #pool = new Uint8Array(1 << 16);
  /** Where each word ends in the pool, behind a first 0: it starts where the one before it ends. */
  #ends = new Float64Array(1 << 12);
  #hashes = new Int32Array(1 << 12);
  #counts = new Float64Array(1 << 12);
  #marks = new Uint8Array(1 << 12);
  /** Word index + 1 by hash; 0 where free. Always a power of two, at most half full. */
  #slots = new Int32Array(1 << 13);

  /** Takes over the arrays that {@link WordTable.toData} gave, in this thread or another. */
  static fromData(data: WordTableData): WordTable {
    const table = new WordTable();
    table.#size = data.size;
    table.#pool = data.pool;
    table.#ends = data.ends;
    table.#hashes = data.hashes;
    table.#counts = data.counts;
    table.#marks = data.marks;
    table.#rehash();
    return table;
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
    const mask = slots.length - 1;
    let slot = (hash ^ (hash >>> 15)) & mask;
    for (;;) {
      const word = (slots[slot] ?? 0) - 1;
      if (word < 0) break;
      if (this.#hashes[word] === hash && this.#equals(word, bytes, start, end)) {
        this.#counts[word] = (this.#counts[word] ?? 0) + count;
        return;
      }
      slot = (slot + 1) & mask;
    }
    slots[slot] = this.#append(bytes, start, end, hash, count, mark) + 1;
    if (2 * this.#size > slots.length) this.#rehash();
  }

  /** Adds all words of another table with their counts and marks. */
  addAll(other: WordTable): void {
    for (let word = 0; word < other.#size; word++) {
      this.add(
        other.#pool,
        other.#ends[word] ?? 0,
        other.#ends[word + 1] ?? 0,
        other.#hashes[word] ?? 0,
        other.#counts[word] ?? 0,
        other.#marks[word] ?? 0,
      );
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

  /** The table's own arrays: hand them on and use the table no more. */
  toData(): WordTableData {
    return {
      size: this.#size,
      pool: this.#pool,
      ends: this.#ends,
      hashes: this.#hashes,
      counts: this.#counts,
      marks: this.#marks,
    };
  }

  #equals(word: number, bytes: Uint8Array, start: number, end: number): boolean {
    const from = this.#ends[word] ?? 0;
    if ((this.#ends[word + 1] ?? 0) - from !== end - start) return false;
    const pool = this.#pool;
    for (let at = start, own = from; at < end; at++, own++) {
      if (pool[own] !== bytes[at]) return false;
    }
    return true;
  }

  #append(
    bytes: Uint8Array,
    start: number,
    end: number,
    hash: number,
    count: number,
    mark: number,
  ): number {
    const word = this.#size++;
    const from = this.#ends[word] ?? 0;
    const to = from + end - start;
    if (to > this.#pool.length) this.#pool = grown(this.#pool, to);
    if (word + 1 >= this.#ends.length) this.#growWords(word + 2);
    const pool = this.#pool;
    for (let at = start, own = from; at < end; at++, own++) pool[own] = bytes[at] ?? 0;
    this.#ends[word + 1] = to;
    this.#hashes[word] = hash;
    this.#counts[word] = count;
    this.#marks[word] = mark;
    return word;
  }

  #growWords(room: number): void {
    this.#ends = grown(this.#ends, room);
    this.#hashes = grown(this.#hashes, this.#ends.length);
    this.#counts = grown(this.#counts, this.#ends.length);
    this.#marks = grown(this.#marks, this.#ends.length);
  }

  #rehash(): void {
    let room = this.#slots.length;
    while (room < 4 * this.#size) room *= 2;
    const slots = new Int32Array(room);
    const mask = room - 1;
    for (let word = 0; word < this.#size; word++) {
      const hash = this.#hashes[word] ?? 0;
      let slot = (hash ^ (hash >>> 15)) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = word + 1;
    }
    this.#slots = slots;
  }
}
