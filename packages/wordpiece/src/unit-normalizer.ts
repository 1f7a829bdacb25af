// Normalizes words of UTF-16 units without making strings: most characters are copied, dropped, or
// replaced by units from a table, and Hangul syllables are taken apart by arithmetic. Whatever needs
// more (surrogates, marks that must be sorted) goes through CharacterTable.normalizeWord.
import { CharacterClass, type CharacterTable } from './characters.ts';
import { textOf } from './surrogates.ts';

const COPY = 0;
const DROP = 1;
const REPLACE = 2;
const HANGUL = 3;
const SLOW = 4;

const HANGUL_FIRST = 0xac00;
const HANGUL_LAST = 0xd7a3;

export class UnitNormalizer {
  /** The last normalized word; as many units as `normalize` returned. */
  units: Uint16Array = new Uint16Array(256);
  readonly #table: CharacterTable;
  /** `[0x10000]`: what to do with each unit. */
  readonly #actions = new Uint8Array(0x10000);
  /** `[0x10000]`: for REPLACE, where in #replacements the number of units stands, and after it the units. */
  readonly #places = new Uint16Array(0x10000);
  readonly #replacements: Uint16Array;

  constructor(table: CharacterTable) {
    this.#table = table;
    const replacements: number[] = [];
    for (let unit = 0; unit < 0x10000; unit++) {
      const action = this.#actionOf(unit);
      this.#actions[unit] = action;
      if (action !== REPLACE) continue;
      const expansion = table.expansion(unit);
      this.#places[unit] = replacements.length;
      replacements.push(expansion.length, ...expansion);
    }
    this.#replacements = Uint16Array.from(replacements);
  }

  /** Normalizes `word[from, to)` into `units` and returns its length. */
  normalize(word: Uint16Array, from: number, to: number): number {
    // No unit becomes more than three others, the jamo of a syllable.
    if ((to - from) * 3 > this.units.length) this.units = new Uint16Array((to - from) * 6);
    const { units } = this;
    let length = 0;
    for (let i = from; i < to; i++) {
      const unit = word[i] ?? 0;
      const action = this.#actions[unit];
      if (action === COPY) units[length++] = unit;
      else if (action === HANGUL) length = takeApart(unit, units, length);
      else if (action === REPLACE) length = this.#replace(unit, length);
      else if (action === SLOW) return this.#normalizeSlowly(word, from, to);
    }
    return length;
  }

  #actionOf(unit: number): number {
    const table = this.#table;
    const kind = table.classes[unit];
    if (kind === CharacterClass.SURROGATE || table.isSorted(unit)) return SLOW;
    if (kind === CharacterClass.DROP) return DROP;
    if (kind !== CharacterClass.MAPPED && kind !== CharacterClass.MAPPED_ISOLATED) return COPY;
    if (unit >= HANGUL_FIRST && unit <= HANGUL_LAST) return HANGUL;
    return table.expansion(unit).every((part) => part <= 0xffff) ? REPLACE : SLOW;
  }

  #replace(unit: number, at: number): number {
    const replacements = this.#replacements;
    const place = this.#places[unit] ?? 0;
    const count = replacements[place] ?? 0;
    for (let i = 0; i < count; i++) this.units[at + i] = replacements[place + 1 + i] ?? 0;
    return at + count;
  }

  #normalizeSlowly(word: Uint16Array, from: number, to: number): number {
    const normalized = this.#table.normalizeWord(textOf(word, from, to));
    if (normalized.length > this.units.length) this.units = new Uint16Array(normalized.length * 2);
    for (let i = 0; i < normalized.length; i++) this.units[i] = normalized.charCodeAt(i);
    return normalized.length;
  }
}

/** Writes the jamo of a syllable at `at` and returns where they end. */
function takeApart(syllable: number, units: Uint16Array, at: number): number {
  const index = syllable - HANGUL_FIRST;
  const vowelAndFinal = index % 588;
  const final = vowelAndFinal % 28;
  units[at] = 0x1100 + (index - vowelAndFinal) / 588;
  units[at + 1] = 0x1161 + (vowelAndFinal - final) / 28;
  if (final === 0) return at + 2;
  units[at + 2] = 0x11a7 + final;
  return at + 3;
}
