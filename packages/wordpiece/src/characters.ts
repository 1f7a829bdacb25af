// What BERT's basic tokenizer does with each code point: the composition of cleaning, spacing of CJK
// ideographs, stripping of accents, lowercasing and splitting at white space and punctuation, as
// Hugging Face tokenizers' BertNormalizer and BertPreTokenizer do them. The rules come from a table
// generated from that reference, so they do not change with the Unicode version of the engine.
import {
  COMBINING_CLASSES,
  CONTROL,
  DECOMPOSED,
  DECOMPOSED_TO_SEVERAL,
  IDEOGRAPHS,
  LOWERCASE,
  LOWERCASE_TO_SEVERAL,
  PUNCTUATION,
  REMOVED_MARKS,
  REMOVED_STARTERS,
  WHITE_SPACE,
} from './character-data.ts';
import {
  forEachInRanges,
  readMapping,
  readRanges,
  readSequences,
  type CodePointRange,
} from './character-encoding.ts';

/** Options of BERT's basic tokenizer, named and defaulting as in Hugging Face's BertWordPieceTokenizer. */
export interface CharacterOptions {
  /** Removes control characters and makes every white space U+0020. Default true. */
  readonly cleanText?: boolean;
  /** Makes every CJK ideograph a word of its own. Default true. */
  readonly handleChineseChars?: boolean;
  /** Decomposes (NFD) and removes nonspacing marks. `null`, the default, follows `lowercase`. */
  readonly stripAccents?: boolean | null;
  /** Lowercases, each code point by itself. Default true. */
  readonly lowercase?: boolean;
}

/** What becomes of one code point. */
export const CharacterClass = {
  /** Part of a word, as it is. */
  WORD: 0,
  /** Ends the word; belongs to none. */
  SPACE: 1,
  /** Vanishes; the word goes on. */
  DROP: 2,
  /** A word of its own, as it is. */
  ISOLATED: 3,
  /** Part of a word, as `expansion` says. */
  MAPPED: 4,
  /** A word of its own, as `expansion` says. */
  MAPPED_ISOLATED: 5,
  /** Half of a UTF-16 surrogate pair: read the pair. Alone it is what U+FFFD is. */
  SURROGATE: 6,
} as const;

export type CharacterClass = (typeof CharacterClass)[keyof typeof CharacterClass];

const { WORD, SPACE, DROP, ISOLATED, MAPPED, MAPPED_ISOLATED, SURROGATE } = CharacterClass;

const CODE_POINTS = 0x110000;
export const REPLACEMENT = 0xfffd;

/** The first code point with a combining class that is not 0. */
const FIRST_SORTED = 0x300;
const HANGUL_FIRST = 0xac00;
const HANGUL_LAST = 0xd7a3;

/** The reference's rules, whatever the options; read from the generated table on first use. */
interface Rules {
  /** What NFD and removal of marks leave; no entry: unchanged. Hangul syllables are computed instead. */
  readonly decomposed: Map<number, readonly number[]>;
  readonly lowercase: Map<number, readonly number[]>;
  readonly removedMarks: Set<number>;
  readonly removedStarters: Set<number>;
  /** Marks that survive stripping and that NFD nevertheless sorts. */
  readonly combiningClasses: Map<number, number>;
  readonly punctuation: Set<number>;
  readonly ideographs: readonly CodePointRange[];
}

let cachedRules: Rules | undefined;

function rules(): Rules {
  if (cachedRules !== undefined) return cachedRules;
  const decomposed = readMapping(DECOMPOSED);
  for (const [source, targets] of readSequences(DECOMPOSED_TO_SEVERAL)) {
    decomposed.set(source, targets);
  }
  const lowercase = readMapping(LOWERCASE);
  for (const [source, targets] of readSequences(LOWERCASE_TO_SEVERAL)) {
    lowercase.set(source, targets);
  }
  const combiningClasses = new Map<number, number>();
  for (const [mark, [combiningClass]] of readSequences(COMBINING_CLASSES)) {
    combiningClasses.set(mark, combiningClass ?? 0);
  }
  cachedRules = {
    decomposed,
    lowercase,
    combiningClasses,
    removedMarks: setOf(REMOVED_MARKS),
    removedStarters: setOf(REMOVED_STARTERS),
    punctuation: setOf(PUNCTUATION),
    ideographs: readRanges(IDEOGRAPHS),
  };
  return cachedRules;
}

function setOf(ranges: string): Set<number> {
  const set = new Set<number>();
  forEachInRanges(ranges, (codePoint) => set.add(codePoint));
  return set;
}

function decomposeHangul(syllable: number): number[] {
  const index = syllable - HANGUL_FIRST;
  const jamo = [0x1100 + Math.floor(index / 588), 0x1161 + Math.floor((index % 588) / 28)];
  if (index % 28 !== 0) jamo.push(0x11a7 + (index % 28));
  return jamo;
}

/**
 * The action for every code point under given options. Building one takes a few milliseconds and 1.1 MB;
 * it is immutable, so share it.
 */
export class CharacterTable {
  readonly cleanText: boolean;
  readonly handleChineseChars: boolean;
  readonly stripAccents: boolean;
  readonly lowercase: boolean;
  /** `[0x110000]`: a CharacterClass for each code point, hence also for each UTF-16 unit. */
  readonly classes: Uint8Array;
  readonly #expansions = new Map<number, readonly number[]>();

  constructor(options: CharacterOptions = {}) {
    this.cleanText = options.cleanText ?? true;
    this.handleChineseChars = options.handleChineseChars ?? true;
    this.lowercase = options.lowercase ?? true;
    this.stripAccents = options.stripAccents ?? this.lowercase;
    this.classes = new Uint8Array(CODE_POINTS);
    this.#fill();
  }

  /** The class of a code point, a lone surrogate counting as U+FFFD: never SURROGATE. */
  classOf(codePoint: number): CharacterClass {
    const found = this.classes[codePoint] as CharacterClass;
    return found === SURROGATE ? (this.classes[REPLACEMENT] as CharacterClass) : found;
  }

  /** The code points that a code point becomes: none for DROP and SPACE, itself for WORD and ISOLATED. */
  expansion(codePoint: number): readonly number[] {
    const kind = this.classOf(codePoint);
    if (kind === DROP || kind === SPACE) return [];
    if (kind === MAPPED || kind === MAPPED_ISOLATED) {
      return this.#expansions.get(codePoint) ?? this.#lowercased(decomposeHangul(codePoint));
    }
    return [codePoint >= 0xd800 && codePoint <= 0xdfff ? REPLACEMENT : codePoint];
  }

  /** Whether handleChineseChars puts spaces around a code point. */
  isPadded(codePoint: number): boolean {
    if (!this.handleChineseChars) return false;
    return rules().ideographs.some(({ first, last }) => codePoint >= first && codePoint <= last);
  }

  /** Whether NFD may move a code point that stays: its combining class is not 0. */
  isSorted(codePoint: number): boolean {
    return this.stripAccents && rules().combiningClasses.has(codePoint);
  }

  /**
   * Normalizes one word: a piece of text between two boundaries (white space, or a code point that is a
   * word of its own). Boundaries inside are kept as characters, so cut the text first. Never uses
   * `String.prototype.normalize`, whose time is quadratic on long runs of marks; this is O(n log n).
   */
  normalizeWord(word: string): string {
    if (this.#isUnchanged(word)) return word;
    const out: number[] = [];
    const sorter = this.markSorter();
    for (const character of word) {
      const codePoint = character.codePointAt(0) ?? 0;
      const expansion = this.expansion(codePoint);
      if (expansion.length === 0) sorter.dropped(codePoint, out.length, out);
      for (const part of expansion) {
        sorter.kept(part, out.length, out);
        out.push(part);
      }
    }
    sorter.finish(out.length, out);
    return fromCodePoints(out);
  }

  /**
   * Puts surviving marks in canonical order, as NFD does, while a caller appends code points to a list.
   * Only stripAccents decomposes; without it the sorter does nothing.
   */
  markSorter(): MarkSorter {
    const { combiningClasses, removedStarters } = rules();
    return new MarkSorter(this.stripAccents ? combiningClasses : NO_CLASSES, removedStarters);
  }

  /** Whether every unit of a word stays, and none is a mark that may have to be sorted. */
  #isUnchanged(word: string): boolean {
    for (let i = 0; i < word.length; i++) {
      const unit = word.charCodeAt(i);
      const kind = this.classes[unit];
      if (kind !== WORD && kind !== ISOLATED) return false;
      if (unit >= FIRST_SORTED && this.isSorted(unit)) return false;
    }
    return true;
  }

  #fill(): void {
    const { classes } = this;
    const { decomposed, lowercase, punctuation } = rules();
    classes.fill(SURROGATE, 0xd800, 0xe000);
    for (const codePoint of punctuation) classes[codePoint] = ISOLATED;
    if (this.lowercase) for (const source of lowercase.keys()) classes[source] = MAPPED;
    if (this.stripAccents) {
      classes.fill(MAPPED, HANGUL_FIRST, HANGUL_LAST + 1);
      for (const source of decomposed.keys()) classes[source] = MAPPED;
      for (const mark of rules().removedMarks) classes[mark] = DROP;
      for (const mark of rules().removedStarters) classes[mark] = DROP;
    }
    this.#fillExpansions();
    forEachInRanges(WHITE_SPACE, (codePoint) => (classes[codePoint] = SPACE));
    if (this.handleChineseChars) {
      forEachInRanges(IDEOGRAPHS, (codePoint) => {
        classes[codePoint] = classes[codePoint] === MAPPED ? MAPPED_ISOLATED : ISOLATED;
      });
    }
    if (this.cleanText) forEachInRanges(CONTROL, (codePoint) => (classes[codePoint] = DROP));
  }

  #fillExpansions(): void {
    const { decomposed, lowercase, punctuation } = rules();
    const sources = new Set([
      ...(this.stripAccents ? decomposed.keys() : []),
      ...(this.lowercase ? lowercase.keys() : []),
    ]);
    for (const source of sources) {
      const base = this.stripAccents ? (decomposed.get(source) ?? [source]) : [source];
      const parts = this.#lowercased(base);
      this.#expansions.set(source, parts);
      const [first] = parts;
      if (first !== undefined && punctuation.has(first)) this.classes[source] = MAPPED_ISOLATED;
    }
  }

  #lowercased(codePoints: readonly number[]): readonly number[] {
    if (!this.lowercase) return codePoints;
    const { lowercase } = rules();
    return codePoints.flatMap((codePoint) => lowercase.get(codePoint) ?? [codePoint]);
  }
}

const NO_CLASSES: ReadonlyMap<number, number> = new Map();

/** Canonical ordering (Unicode, section 3.11) of the marks that survive stripping. */
export class MarkSorter {
  readonly #classes: ReadonlyMap<number, number>;
  readonly #removedStarters: ReadonlySet<number>;
  #runStart = 0;

  constructor(classes: ReadonlyMap<number, number>, removedStarters: ReadonlySet<number>) {
    this.#classes = classes;
    this.#removedStarters = removedStarters;
  }

  /** Call before `codePoint` is appended at `length`. */
  kept(codePoint: number, length: number, list: number[]): void {
    if (this.#classes.has(codePoint)) return;
    this.finish(length, list);
    this.#runStart = length + 1;
  }

  /** Call for a code point that vanishes. */
  dropped(codePoint: number, length: number, list: number[]): void {
    if (this.#removedStarters.has(codePoint)) this.finish(length, list);
  }

  /** Sorts the run of marks that ends at `length`, stably, by class. */
  finish(length: number, list: number[]): void {
    const from = this.#runStart;
    this.#runStart = length;
    if (length - from < 2) return;
    const classOf = (mark: number): number => this.#classes.get(mark) ?? 0;
    const sorted = list.slice(from, length).sort((a, b) => classOf(a) - classOf(b));
    for (const [i, mark] of sorted.entries()) list[from + i] = mark;
  }
}

/** `String.fromCodePoint` of a list of any length. */
function fromCodePoints(codePoints: ArrayLike<number>): string {
  let text = '';
  for (let i = 0; i < codePoints.length; i += 4096) {
    text += String.fromCodePoint(
      ...(Array.prototype.slice.call(codePoints, i, i + 4096) as number[]),
    );
  }
  return text;
}
