import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { codePointOf, decodeUtf8, isInvalid, isTruncated, lengthOf } from './utf8.ts';

/** All characters of some bytes. */
function decodeAll(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length;) {
    const decoded = decodeUtf8(bytes, at, bytes.length);
    text += String.fromCodePoint(codePointOf(decoded));
    at += lengthOf(decoded);
  }
  return text;
}

describe('decodeUtf8', () => {
  test('equals TextDecoder on well-formed text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(decodeAll(new TextEncoder().encode(text))).toBe(text);
      }),
    );
  });

  test('equals TextDecoder on any bytes', () => {
    const lead = fc.constantFrom(0x80, 0xbf, 0xc0, 0xc2, 0xe0, 0xe1, 0xed, 0xf0, 0xf4, 0xf5, 0xff);
    const byte = fc.oneof(
      lead,
      fc.constantFrom(0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf),
      fc.nat(255),
    );
    fc.assert(
      fc.property(fc.array(byte), (bytes) => {
        const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
        const array = Uint8Array.from(bytes);
        expect(decodeAll(array)).toBe(decoder.decode(array));
      }),
      { numRuns: 1000 },
    );
  });

  test.each([
    ['a continuation byte alone', [0x80, 0x80], 1, false],
    ['an overlong form', [0xc0, 0x80], 1, false],
    ['a surrogate', [0xed, 0xa0, 0x80], 1, false],
    ['past U+10FFFF', [0xf4, 0x90, 0x80, 0x80], 1, false],
    ['a character that breaks off inside', [0xea, 0xb0, 0x20], 2, false],
    ['a character that breaks off at the end', [0xea, 0xb0], 2, true],
    ['the first byte of one at the end', [0xf0], 1, true],
  ])('%s', (_, bytes, length, truncated) => {
    const decoded = decodeUtf8(Uint8Array.from(bytes), 0, bytes.length);
    expect(codePointOf(decoded)).toBe(0xfffd);
    expect(isInvalid(decoded)).toBe(true);
    expect(lengthOf(decoded)).toBe(length);
    expect(isTruncated(decoded)).toBe(truncated);
  });
});
