// Composing and decomposing precomposed Hangul syllables: the arithmetic of The Unicode Standard,
// section 3.12. A syllable is S = 0xAC00 + (L * 21 + V) * 28 + T, where T = 0 means "no final consonant".

const FIRST_SYLLABLE = 0xac00;
const LAST_SYLLABLE = 0xd7a3;
const FINALS = 28;

/** Index T of a final consonant, as Unicode orders them. */
export const FinalConsonant = { none: 0, nieun: 4, rieul: 8, bieup: 17, ssangSiot: 20 } as const;

/** Whether the first character of `text` is one of the 11,172 precomposed Hangul syllables. */
export function isSyllable(text: string): boolean {
  const code = text.charCodeAt(0);
  return code >= FIRST_SYLLABLE && code <= LAST_SYLLABLE;
}

/** Index T of the final consonant of a syllable; 0 for none. The caller checks {@link isSyllable}. */
export function finalConsonant(syllable: string): number {
  return (syllable.charCodeAt(0) - FIRST_SYLLABLE) % FINALS;
}

/** The same syllable with another final consonant. */
export function withFinalConsonant(syllable: string, final: number): string {
  return String.fromCharCode(syllable.charCodeAt(0) - finalConsonant(syllable) + final);
}
