// Remembers the ids of words seen before. A fixed table in typed arrays: a word has one place, decided
// by its hash, and the last word that came there has it. So memory is bounded, nothing is ever cleared,
// and no input can make a lookup slow.
import type { IdBuffer } from './id-buffer.ts';

/** Longer words are not kept. */
const MAX_UNITS = 14;
/** Words of more pieces are not kept. */
const MAX_IDS = 8;

// A slot is one cache line of 64 bytes: 16 units, then 8 ids.
const SLOT_BYTES = 64;
const SLOT_UNITS = 32;
const SLOT_IDS = 16;
const LENGTH = 0;
const COUNT = 1;
const WORD = 2;
const FIRST_ID = 8;

export class WordCache {
  readonly #mask: number;
  /** The word's length in units, its number of ids, its units. */
  readonly #units: Uint16Array;
  /** The same memory, for the ids. */
  readonly #ids: Int32Array;

  /** @param slots a power of two. 2^16 of them take 4 MiB. */
  constructor(slots: number = 2 ** 16) {
    const memory = new ArrayBuffer(slots * SLOT_BYTES);
    this.#mask = slots - 1;
    this.#units = new Uint16Array(memory);
    this.#ids = new Int32Array(memory);
  }

  /** Appends the ids of `units[from, to)` to `into` and returns true, or returns false. */
  copy(units: Uint16Array, from: number, to: number, hash: number, into: IdBuffer): boolean {
    const slot = mix(hash) & this.#mask;
    const stored = this.#units;
    const base = slot * SLOT_UNITS;
    if (stored[base + LENGTH] !== to - from) return false;
    for (let i = from, at = base + WORD; i < to; i++, at++) {
      if (units[i] !== stored[at]) return false;
    }
    const count = stored[base + COUNT] ?? 0;
    into.reserve(count);
    const { data, length } = into;
    const first = slot * SLOT_IDS + FIRST_ID;
    for (let i = 0; i < count; i++) data[length + i] = this.#ids[first + i] ?? 0;
    into.length = length + count;
    return true;
  }

  /** Keeps the first `count` of `ids` for a word, unless it is too long. */
  keep(
    units: Uint16Array,
    from: number,
    to: number,
    hash: number,
    ids: Int32Array,
    count: number,
  ): void {
    if (to - from > MAX_UNITS || count > MAX_IDS) return;
    const slot = mix(hash) & this.#mask;
    const base = slot * SLOT_UNITS;
    this.#units[base + LENGTH] = to - from;
    this.#units[base + COUNT] = count;
    for (let i = from; i < to; i++) this.#units[base + WORD + i - from] = units[i] ?? 0;
    const first = slot * SLOT_IDS + FIRST_ID;
    for (let i = 0; i < count; i++) this.#ids[first + i] = ids[i] ?? 0;
  }
}

/** The hash of a word, one unit at a time, starting from 0. */
export const hashUnit = (hash: number, unit: number): number => Math.imul(hash ^ unit, 0x01000193);

const mix = (hash: number): number => hash ^ (hash >>> 15) ^ (hash >>> 7);
