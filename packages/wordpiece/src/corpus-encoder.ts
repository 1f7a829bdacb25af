// Text to ids and nothing else, fast: one pass over UTF-16 units finds the words, a cache knows most of
// them, a trie cuts the others. No object is made for a token or a word.
import { CharacterClass, REPLACEMENT, type CharacterTable } from './characters.ts';
import type { IdBuffer } from './id-buffer.ts';
import { isHighSurrogate, isLowSurrogate, joinSurrogates } from './surrogates.ts';
import { UnitNormalizer } from './unit-normalizer.ts';
import { hashUnit, WordCache } from './word-cache.ts';
import type { WordPieceModel } from './word-piece-model.ts';

/** What a unit does to the word being read. */
const INSIDE = 0;
const BOUNDARY = 1;
const ALONE = 2;
const PAIR = 3;

/** Work done since the encoder was made, for tests of linear time and of the cache. */
export interface EncoderWork {
  /** Words that were looked up. */
  words: number;
  /** Of those, words that the cache did not know. */
  misses: number;
  /** UTF-16 units of the misses. */
  missedUnits: number;
}

export class CorpusEncoder {
  readonly work: EncoderWork = { words: 0, misses: 0, missedUnits: 0 };
  readonly #table: CharacterTable;
  readonly #model: WordPieceModel;
  readonly #normalizer: UnitNormalizer;
  readonly #cache = new WordCache();
  /** `[0x10000]`: what each unit does. */
  readonly #roles: Uint8Array;
  #scratch = new Uint16Array(4096);

  constructor(table: CharacterTable, model: WordPieceModel) {
    this.#table = table;
    this.#model = model;
    this.#normalizer = new UnitNormalizer(table);
    this.#roles = table.classes.slice(0, 0x10000).map(roleOf);
  }

  /** Appends the ids of `text`, in which added tokens are not looked for, to `into`. */
  encode(text: string, into: IdBuffer): void {
    if (text.length > this.#scratch.length) this.#scratch = new Uint16Array(text.length * 2);
    const units = this.#scratch;
    for (let i = 0; i < text.length; i++) units[i] = text.charCodeAt(i);
    this.encodeUnits(units, 0, text.length, into);
  }

  /** The same for `units[from, to)`. */
  encodeUnits(units: Uint16Array, from: number, to: number, into: IdBuffer): void {
    const roles = this.#roles;
    let start = from;
    let hash = 0;
    let i = from;
    while (i < to) {
      const unit = units[i] ?? 0;
      const role = roles[unit];
      if (role === INSIDE) {
        hash = hashUnit(hash, unit);
        i++;
        continue;
      }
      const end = role === PAIR ? this.#endOfPair(units, i, to) : i + 1;
      const resolved = role === PAIR ? this.#roleOfPair(units, i, end) : role;
      if (resolved === INSIDE) {
        hash = hashUnit(hash, unit);
        if (end > i + 1) hash = hashUnit(hash, units[i + 1] ?? 0);
      } else {
        if (i > start) this.#appendWord(units, start, i, hash, into);
        if (resolved === ALONE) this.#appendAlone(units, i, end, into);
        start = end;
        hash = 0;
      }
      i = end;
    }
    if (to > start) this.#appendWord(units, start, to, hash, into);
  }

  #endOfPair(units: Uint16Array, at: number, to: number): number {
    const isPair =
      isHighSurrogate(units[at] ?? 0) && at + 1 < to && isLowSurrogate(units[at + 1] ?? 0);
    return at + (isPair ? 2 : 1);
  }

  /** Half a pair does what U+FFFD does. */
  #roleOfPair(units: Uint16Array, at: number, end: number): number {
    const codePoint =
      end - at === 2 ? joinSurrogates(units[at] ?? 0, units[at + 1] ?? 0) : REPLACEMENT;
    return roleOf(this.#table.classOf(codePoint));
  }

  #appendAlone(units: Uint16Array, from: number, to: number, into: IdBuffer): void {
    let hash = hashUnit(0, units[from] ?? 0);
    if (to - from === 2) hash = hashUnit(hash, units[from + 1] ?? 0);
    this.#appendWord(units, from, to, hash, into);
  }

  #appendWord(units: Uint16Array, from: number, to: number, hash: number, into: IdBuffer): void {
    this.work.words++;
    if (this.#cache.copy(units, from, to, hash, into)) return;
    this.work.misses++;
    this.work.missedUnits += to - from;
    const count = this.#isPlain(units, from, to)
      ? this.#model.tokenizeWord(units, from, to)
      : this.#tokenizeNormalized(units, from, to);
    const { ids } = this.#model;
    into.reserve(count);
    for (let i = 0; i < count; i++) into.data[into.length++] = ids[i] ?? 0;
    this.#cache.keep(units, from, to, hash, ids, count);
  }

  /** Whether normalizing would change nothing, as far as single units tell. */
  #isPlain(units: Uint16Array, from: number, to: number): boolean {
    const { classes } = this.#table;
    for (let i = from; i < to; i++) {
      const kind = classes[units[i] ?? 0];
      if (kind !== CharacterClass.WORD && kind !== CharacterClass.ISOLATED) return false;
    }
    return true;
  }

  #tokenizeNormalized(units: Uint16Array, from: number, to: number): number {
    const length = this.#normalizer.normalize(units, from, to);
    return this.#model.tokenizeWord(this.#normalizer.units, 0, length);
  }
}

function roleOf(kind: number): number {
  switch (kind) {
    case CharacterClass.SPACE:
      return BOUNDARY;
    case CharacterClass.ISOLATED:
    case CharacterClass.MAPPED_ISOLATED:
      return ALONE;
    case CharacterClass.SURROGATE:
      return PAIR;
    default:
      return INSIDE;
  }
}
