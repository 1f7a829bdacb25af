// Reads one character of UTF-8, replacing ill-formed sequences as the WHATWG Encoding Standard does:
// one U+FFFD for each maximal subpart.
import { REPLACEMENT } from '../characters.ts';

const LENGTH_SHIFT = 21;
const INVALID = 1 << 24;
const TRUNCATED = 1 << 25;

/**
 * Reads the character at `bytes[at]`; what `bytes[end]` and the following hold is not looked at.
 * @returns one number, to be read with {@link codePointOf}, {@link lengthOf}, {@link isInvalid} and
 *   {@link isTruncated}
 */
export function decodeUtf8(bytes: Uint8Array, at: number, end: number): number {
  const lead = bytes[at] ?? 0;
  if (lead < 0x80) return lead | (1 << LENGTH_SHIFT);
  if (lead < 0xc2 || lead > 0xf4) return replacement(1);
  const following = lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
  // The second byte's range also keeps out overlong forms, surrogates and what lies past U+10FFFF.
  let lowest = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
  let highest = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
  let codePoint = lead & (0x3f >> following);
  for (let i = 1; i <= following; i++) {
    if (at + i >= end) return replacement(i) | TRUNCATED;
    const byte = bytes[at + i] ?? 0;
    if (byte < lowest || byte > highest) return replacement(i);
    codePoint = (codePoint << 6) | (byte & 0x3f);
    lowest = 0x80;
    highest = 0xbf;
  }
  return codePoint | ((following + 1) << LENGTH_SHIFT);
}

const replacement = (length: number): number => REPLACEMENT | (length << LENGTH_SHIFT) | INVALID;

export const codePointOf = (decoded: number): number => decoded & 0x1fffff;

/** How many bytes the character takes. */
export const lengthOf = (decoded: number): number => (decoded >> LENGTH_SHIFT) & 7;

/** Whether the bytes are ill-formed; the code point is U+FFFD then. */
export const isInvalid = (decoded: number): boolean => (decoded & INVALID) !== 0;

/** Whether the bytes are ill-formed only because the text ends. */
export const isTruncated = (decoded: number): boolean => (decoded & TRUNCATED) !== 0;
