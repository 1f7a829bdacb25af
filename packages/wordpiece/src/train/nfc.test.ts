import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { CharacterClass } from '../characters.ts';
import { composeWord, NFC_SUSPECT, withNfcSuspects } from './nfc.ts';

/** Blocks without marks and without anything that NFC changes: ideographs, Hangul, surrogates, private use. */
const plain = [
  [0x3400, 0x9fff],
  [0xac00, 0xf8ff],
  [0x20000, 0x2f7ff],
] as const;

/** Every code point up to the last that Unicode gives to letters and marks, but those of plain blocks. */
const codePoints = Array.from({ length: 0x30000 }, (_, codePoint) => codePoint).filter(
  (codePoint) => !plain.some(([first, last]) => codePoint >= first && codePoint <= last),
);

describe('withNfcSuspects', () => {
  const marked = withNfcSuspects(new Uint8Array(0x110000), false);

  test('suspects every character that NFC changes by itself', () => {
    const missed = codePoints.filter((codePoint) => {
      const character = String.fromCodePoint(codePoint);
      return character.normalize('NFC') !== character && marked[codePoint] !== NFC_SUSPECT;
    });
    expect(missed).toEqual([]);
  });

  test('suspects every character that composes with one before it', () => {
    const missed = codePoints.filter((codePoint) => {
      const parts = Array.from(String.fromCodePoint(codePoint).normalize('NFD')).slice(1);
      return parts.some((part) => marked[part.codePointAt(0) ?? 0] !== NFC_SUSPECT);
    });
    expect(missed).toEqual([]);
  });

  test('suspects every mark, which may stand in the wrong order, and no ordinary letter', () => {
    const missed = codePoints.filter(
      (codePoint) =>
        /\p{M}/u.test(String.fromCodePoint(codePoint)) && marked[codePoint] !== NFC_SUSPECT,
    );
    expect(missed).toEqual([]);
    for (const letter of ['a', 'é', '가', 'ㅋ', '字', 'か']) {
      expect(marked[letter.codePointAt(0) ?? 0]).toBe(CharacterClass.WORD);
    }
  });

  test('leaves characters that are no part of a word alone', () => {
    const classes = new Uint8Array(0x110000).fill(CharacterClass.DROP);
    const changed = withNfcSuspects(classes, false).findIndex(
      (kind) => kind !== CharacterClass.DROP,
    );
    expect(changed).toBe(-1);
  });
});

describe('composeWord', () => {
  test('equals normalize', () => {
    const unit = fc.oneof(
      fc.constantFrom('e', '\u0301', '\u0323', '\u1112', '\u1161', '\u11ab', '한', '\u{1f600}'),
      fc.string({ unit: 'binary', maxLength: 1 }),
    );
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 300 }), (word) => {
        expect(composeWord(word)).toBe(word.normalize('NFC'));
      }),
    );
  });

  test('equals normalize on long words of short runs', () => {
    const word = 'e\u0301\u0323가\u1112\u1161\u11ab'.repeat(500);
    expect(composeWord(word)).toBe(word.normalize('NFC'));
  });

  test('composes 80,000 marks in parts', () => {
    const composed = composeWord(`e${'\u0301\u0323'.repeat(40_000)}`);
    expect(composed.startsWith('\u1eb9\u0323')).toBe(true);
    expect(composed.length).toBe(80_000);
  });
});
