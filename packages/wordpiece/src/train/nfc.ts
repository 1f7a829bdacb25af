// Which words may be not in NFC, and NFC in linear time: String.prototype.normalize is quadratic on long
// runs of combining marks.
import { CharacterClass } from '../characters.ts';

/** A class of its own beside those of CharacterClass: part of a word that may be not in NFC. */
export const NFC_SUSPECT = 7;

const { WORD, ISOLATED, MAPPED } = CharacterClass;

/** Blocks of characters that NFC changes by themselves, and that are no marks. */
const SINGLETON_BLOCKS: readonly (readonly [number, number])[] = [
  [0x374, 0x388],
  [0x958, 0xfb8],
  [0x1f71, 0x2adc],
  [0xf900, 0xfb4f],
  [0x1d15e, 0x1d1c0],
  [0x2f800, 0x2fa1d],
];
/** Where marks and other characters that compose with the one before them are looked for. */
const MARK_BLOCKS: readonly (readonly [number, number])[] = [
  [0x300, 0x33ff],
  [0xa000, 0xabff],
  [0xfb00, 0xffff],
  [0x10000, 0x1ffff],
];
/** What composes although it is no mark: vowels and finals of Hangul, vowels of Kirat Rai. */
const COMPOSING_LETTERS: readonly (readonly [number, number])[] = [
  [0x1161, 0x1175],
  [0x11a8, 0x11c2],
  [0x16d63, 0x16d67],
];

/**
 * A copy of character classes in which every word character that can keep a text from being NFC has the
 * class {@link NFC_SUSPECT}.
 * @param compose whether the text will be composed. Then nothing that NFC changes is cut off before:
 *   such characters, and those that compose with a following mark although they are words of their own
 *   (`<`, `=` and `>` with U+0338), stay in their word.
 */
export function withNfcSuspects(classes: Uint8Array, compose: boolean): Uint8Array<ArrayBuffer> {
  const marked = Uint8Array.from(classes);
  const suspect = (codePoint: number): void => {
    const kind = marked[codePoint];
    if (kind === WORD || (compose && kind === ISOLATED)) marked[codePoint] = NFC_SUSPECT;
  };
  for (const block of MARK_BLOCKS) {
    forEachIn(block, (codePoint, character) => {
      if (/\p{M}/u.test(character)) suspect(codePoint);
    });
  }
  for (const block of SINGLETON_BLOCKS) {
    forEachIn(block, (codePoint, character) => {
      if (character.normalize('NFC') !== character) suspect(codePoint);
    });
  }
  for (const block of COMPOSING_LETTERS) forEachIn(block, suspect);
  if (compose) for (const codePoint of [0x3c, 0x3d, 0x3e]) marked[codePoint] = MAPPED;
  return marked;
}

function forEachIn(
  [first, last]: readonly [number, number],
  callback: (codePoint: number, character: string) => void,
): void {
  for (let codePoint = first; codePoint <= last; codePoint++) {
    if (codePoint < 0xd800 || codePoint > 0xdfff) {
      callback(codePoint, String.fromCodePoint(codePoint));
    }
  }
}

/** No language writes more marks on one letter; Unicode's Stream-Safe Text Format (UAX #15) has 30. */
const MAX_MARKS = 256;

/**
 * NFC of a word. Runs of more than 256 combining marks are composed in parts of 256, which bounds the
 * time; such runs are no text in any language.
 */
export function composeWord(word: string): string {
  if (word.length <= MAX_MARKS) return word.normalize('NFC');
  let composed = '';
  let start = 0;
  let marks = 0;
  for (let at = 0; at < word.length; at++) {
    marks = /\p{M}/u.test(word.charAt(at)) ? marks + 1 : 0;
    if (marks < MAX_MARKS) continue;
    composed += word.slice(start, at + 1).normalize('NFC');
    start = at + 1;
    marks = 0;
  }
  return composed + word.slice(start).normalize('NFC');
}
