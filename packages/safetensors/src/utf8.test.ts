import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { compareUtf8, firstInvalidUtf8, hasLoneSurrogate } from './utf8.ts';

const encoder = new TextEncoder();

describe('firstInvalidUtf8', () => {
  test('agrees with the platform decoder where sequences are on the edge of valid', () => {
    const strict = new TextDecoder('utf-8', { fatal: true });
    const isValid = (bytes: Uint8Array): boolean => {
      try {
        strict.decode(bytes);
        return true;
      } catch {
        return false;
      }
    };
    const leads = '7f 80 bf c0 c1 c2 df e0 e1 ec ed ee ef f0 f1 f3 f4 f5 ff'.split(' ');
    const edges = [0x00, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xff];
    const disagreements: number[][] = [];
    for (const lead of leads.map((digits) => parseInt(digits, 16))) {
      for (let second = 0; second < 256; second++) {
        for (const rest of [[], ...edges.map((a) => [a]), ...edges.map((a) => [a, 0x80])]) {
          const bytes = Uint8Array.from([lead, second, ...rest]);
          if (firstInvalidUtf8(bytes) < 0 !== isValid(bytes)) disagreements.push([...bytes]);
        }
      }
    }
    expect(disagreements).toEqual([]);
  });

  test('gives the offset where the sequence starts that is not valid', () => {
    expect(firstInvalidUtf8(Uint8Array.from([0x61, 0xea, 0xb0, 0x80, 0xe2, 0x82]))).toBe(4);
    expect(firstInvalidUtf8(encoder.encode('한글 😀'))).toBe(-1);
  });
});

test('compareUtf8 orders strings by their bytes', () => {
  const bytewise = (a: string, b: string): number =>
    Math.sign(Buffer.compare(encoder.encode(a), encoder.encode(b)));
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
      expect(Math.sign(compareUtf8(a, b))).toBe(bytewise(a, b));
    }),
  );
  expect(compareUtf8('\u{1f600}', '\uff01')).toBeGreaterThan(0);
});

test('hasLoneSurrogate finds half pairs only', () => {
  expect(['a', '😀', '\ud83d', '\ude00😀', '😀\ud83d'].map(hasLoneSurrogate)).toEqual([
    false,
    false,
    true,
    true,
    true,
  ]);
});
