// Classes of UTF-16 code units that the sentence rules ask for. Comparisons, not regular expressions: they
// run once for every character of a corpus.

export const DOT = 0x2e;
export const LINE_FEED = 0x0a;
export const CARRIAGE_RETURN = 0x0d;

/** White space that separates words, line breaks included; NEL and the line separator count as spaces. */
export function isSpace(unit: number): boolean {
  if (unit <= 0x20) return unit === 0x20 || (unit >= 0x09 && unit <= 0x0d);
  if (unit < 0x1680) return unit === 0xa0 || unit === 0x85;
  return (
    (unit >= 0x2000 && unit <= 0x200a) ||
    unit === 0x3000 ||
    unit === 0x2028 ||
    unit === 0x2029 ||
    unit === 0x202f ||
    unit === 0x205f ||
    unit === 0x1680 ||
    unit === 0xfeff
  );
}

/** LF or CR: what ends a line. */
export const isLineBreak = (unit: number): boolean =>
  unit === LINE_FEED || unit === CARRIAGE_RETURN;

export const isDigit = (unit: number): boolean => unit >= 0x30 && unit <= 0x39;

export const isLowerLatin = (unit: number): boolean =>
  (unit >= 0x61 && unit <= 0x7a) || (unit >= 0xdf && unit <= 0xff && unit !== 0xf7);

export const isUpperLatin = (unit: number): boolean =>
  (unit >= 0x41 && unit <= 0x5a) || (unit >= 0xc0 && unit <= 0xde && unit !== 0xd7);

export const isLatin = (unit: number): boolean => isLowerLatin(unit) || isUpperLatin(unit);

/** A whole Hangul syllable. */
export const isSyllable = (unit: number): boolean => unit >= 0xac00 && unit <= 0xd7a3;

/** A Hangul letter that joins others into a syllable (NFD). */
export const isConjoiningJamo = (unit: number): boolean => unit >= 0x1100 && unit <= 0x11ff;

/** A Hangul letter that stands alone, as in ㅋㅋ. */
export const isStandaloneJamo = (unit: number): boolean => unit >= 0x3131 && unit <= 0x318e;

/** Hangul in any form. */
export const isHangul = (unit: number): boolean =>
  isSyllable(unit) || isConjoiningJamo(unit) || isStandaloneJamo(unit);

/** Whether a sentence may consist of it: a letter or a digit rather than punctuation or an emoticon. */
export function isWordUnit(unit: number): boolean {
  if (unit < 0x80) return isLatin(unit) || isDigit(unit);
  if (unit < 0x2000) return unit >= 0xaa && unit !== 0xd7 && unit !== 0xf7;
  return (
    (unit >= 0x3041 && !isStandaloneJamo(unit) && unit < 0xd800) ||
    (unit >= 0xf900 && unit < 0xfe00)
  );
}

/** Hangul syllables, lower-case letters and digits: they begin no emoticon and no quotation, and end nothing. */
export const isPlainWordUnit = (unit: number): boolean =>
  isSyllable(unit) || (unit >= 0x61 && unit <= 0x7a) || isDigit(unit);

/** `.`, and the wide and halfwidth full stops. */
export function isTerminator(unit: number): boolean {
  return isDotLike(unit) || isStrongTerminator(unit);
}

/** `!`, `?` and the ideographic full stop: these never belong to an abbreviation or a number. */
export function isStrongTerminator(unit: number): boolean {
  return (
    unit === 0x21 ||
    unit === 0x3f ||
    unit === 0x203c ||
    (unit >= 0x2047 && unit <= 0x2049) ||
    isWideTerminator(unit)
  );
}

/** Terminators of scripts written without spaces. */
export const isWideTerminator = (unit: number): boolean =>
  unit === 0x3002 || unit === 0xff01 || unit === 0xff1f || unit === 0xff61;

/** `.`, its wide form and the ellipsis characters. */
export const isDotLike = (unit: number): boolean =>
  unit === DOT || unit === 0xff0e || isEllipsis(unit);

/** … ‥ ⋯ */
export const isEllipsis = (unit: number): boolean =>
  unit === 0x2026 || unit === 0x2025 || unit === 0x22ef;

/** First position at or after `at` that is not white space. */
export function skipSpaces(text: string, at: number): number {
  let next = at;
  while (next < text.length && isSpace(text.charCodeAt(next))) next++;
  return next;
}
