// The characters a vocabulary starts from. The rule of Hugging Face's BpeTrainer, with ties decided by
// code point, and a default that never gives up a Hangul character.
import type { TrainedWordPieceOptions } from './options.ts';
import { codePointAt, type UniqueWords } from './unique-words.ts';

const CODE_POINTS = 0x110000;

/** How often each code point occurs, and which of them the vocabulary keeps. */
export interface Alphabet {
  /** `[0x110000]`: occurrences in the corpus, exact up to 2^53. */
  readonly counts: Float64Array;
  /** `[0x110000]`: whether an occurrence begins a word no. 1 where one stands inside a word, else 0. */
  readonly continues: Uint8Array;
  /** The code points kept, ascending. */
  readonly kept: readonly number[];
}

/** What limitAlphabet defaults to for characters that are not Hangul: the default of the reference. */
const DEFAULT_LIMIT = 1000;

/** Blocks of Hangul: syllables and jamo, conjoining, compatibility and halfwidth. */
const HANGUL: readonly (readonly [number, number])[] = [
  [0x1100, 0x11ff],
  [0x3131, 0x318e],
  [0xa960, 0xa97c],
  [0xac00, 0xd7a3],
  [0xd7b0, 0xd7fb],
  [0xffa0, 0xffdc],
];

/** Whether a code point is a Hangul syllable or jamo. */
const isHangul = (codePoint: number): boolean =>
  HANGUL.some(([first, last]) => codePoint >= first && codePoint <= last);

/** Whether a code point is one of the 11,172 precomposed Hangul syllables. */
export const isHangulSyllable = (codePoint: number): boolean =>
  codePoint >= 0xac00 && codePoint <= 0xd7a3;

/** Counts the characters of all words and chooses those to keep. */
export function collectAlphabet(
  words: UniqueWords,
  options: Pick<TrainedWordPieceOptions, 'limitAlphabet' | 'initialAlphabet'>,
): Alphabet {
  const counts = new Float64Array(CODE_POINTS);
  const continues = new Uint8Array(CODE_POINTS);
  const { units, starts } = words;
  for (let word = 0; word < words.counts.length; word++) {
    const count = words.counts[word] ?? 0;
    const start = starts[word] ?? 0;
    const end = starts[word + 1] ?? 0;
    for (let at = start; at < end;) {
      const codePoint = codePointAt(units, at);
      counts[codePoint] = (counts[codePoint] ?? 0) + count;
      if (at > start) continues[codePoint] = 1;
      at += codePoint > 0xffff ? 2 : 1;
    }
  }
  return { counts, continues, kept: choose(counts, options) };
}

function choose(
  counts: Float64Array,
  {
    limitAlphabet,
    initialAlphabet,
  }: Pick<TrainedWordPieceOptions, 'limitAlphabet' | 'initialAlphabet'>,
): number[] {
  const initial = new Set(initialAlphabet.map((character) => character.codePointAt(0) ?? 0));
  const always = new Set<number>();
  const candidates: number[] = [...initial];
  for (let codePoint = 0; codePoint < CODE_POINTS; codePoint++) {
    if (counts[codePoint] === 0 || initial.has(codePoint)) continue;
    if (limitAlphabet === undefined && isHangul(codePoint)) always.add(codePoint);
    else candidates.push(codePoint);
  }
  const rank = (codePoint: number): number =>
    initial.has(codePoint) ? Infinity : (counts[codePoint] ?? 0);
  candidates.sort((a, b) => (rank(a) === rank(b) ? a - b : rank(b) - rank(a)));
  const kept = candidates.slice(0, limitAlphabet ?? DEFAULT_LIMIT);
  return [...always, ...kept].sort((a, b) => a - b);
}
