// Normalizes ordinary words from UTF-8 to UTF-8, without strings: those whose characters change one by
// one, whatever stands beside them. Lowercased English is such a word, Hangul taken apart is another.
import { CharacterClass } from '../characters.ts';
import type { ScanSetup } from './scan-setup.ts';
import { codePointOf, decodeUtf8, isInvalid, lengthOf } from './utf8.ts';
import { MAX_WORD_BYTES } from './word-scanner.ts';

const { WORD, DROP, MAPPED } = CharacterClass;

/** An output that does not fit is left to the general way. */
const OUTPUT_BYTES = 4 * MAX_WORD_BYTES;
/** A character whose expansion depends on its neighbours, as marks do, which NFD sorts. */
const NOT_ALONE = new Uint8Array(0);

/** Maps words under given settings. */
export class WordMapper {
  /** The word mapped last. */
  readonly output = new Uint8Array(OUTPUT_BYTES);
  readonly #setup: ScanSetup;
  readonly #expansions = new Map<number, Uint8Array>();

  constructor(setup: ScanSetup) {
    this.#setup = setup;
  }

  /** Maps a word into `output`; returns its length there, or -1 when the word is not an ordinary one. */
  map(word: Uint8Array): number {
    const { classes } = this.#setup;
    const { output } = this;
    let length = 0;
    for (let at = 0; at < word.length;) {
      const decoded = decodeUtf8(word, at, word.length);
      const codePoint = codePointOf(decoded);
      const end = at + lengthOf(decoded);
      const kind = classes[codePoint];
      if (isInvalid(decoded) || length + 4 > output.length) return -1;
      if (kind === WORD) {
        while (at < end) output[length++] = word[at++] ?? 0;
        continue;
      }
      at = end;
      if (kind === DROP) continue;
      if (kind !== MAPPED) return -1;
      const expansion = this.#expansionOf(codePoint);
      if (expansion === NOT_ALONE || length + expansion.length > output.length) return -1;
      for (const byte of expansion) output[length++] = byte;
    }
    return length;
  }

  #expansionOf(codePoint: number): Uint8Array {
    const known = this.#expansions.get(codePoint);
    if (known !== undefined) return known;
    const { characters } = this.#setup;
    const text = String.fromCodePoint(...characters.expansion(codePoint));
    const isAlone = characters.classOf(codePoint) === MAPPED && text !== '' && !/\p{M}/u.test(text);
    const expansion = isAlone ? new TextEncoder().encode(text) : NOT_ALONE;
    this.#expansions.set(codePoint, expansion);
    return expansion;
  }
}
