// Every Unicode code point, alone and between letters, cut into words as the reference cuts it.
// The fixture holds digests of the reference's whole answers (tools/parity/generate_characters.py).
import { readFileSync } from 'node:fs';

import { describe, expect, test } from '@jest/globals';

import { CharacterClass, CharacterTable, type CharacterOptions } from '../src/characters.ts';
import { wordsOf } from './words-of.ts';

interface Fixture {
  readonly blockSize: number;
  readonly configurations: readonly {
    readonly options: Record<
      'clean_text' | 'handle_chinese_chars' | 'lowercase' | 'strip_accents',
      boolean | null
    >;
    readonly digests: readonly string[];
  }[];
}

const fixture = JSON.parse(
  readFileSync(new URL('fixtures/code-points.json', import.meta.url), 'utf8'),
) as Fixture;

function fnv1a(bytes: Uint8Array): string {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}

function digestOfBlock(table: CharacterTable, first: number, size: number): string {
  let answer = '';
  for (let codePoint = first; codePoint < first + size; codePoint++) {
    if (codePoint >= 0xd800 && codePoint <= 0xdfff) continue;
    const character = String.fromCodePoint(codePoint);
    // Most code points are unassigned letters: for these the general way only costs time.
    if (table.classOf(codePoint) === CharacterClass.WORD && !table.isSorted(codePoint)) {
      answer += `${character}\na${character}b\n`;
    } else {
      answer += `${wordsOf(table, character).join('|')}\n`;
      answer += `${wordsOf(table, `a${character}b`).join('|')}\n`;
    }
  }
  return fnv1a(new TextEncoder().encode(answer));
}

describe('every code point', () => {
  test.each(fixture.configurations)('$options', ({ options, digests }) => {
    const table = new CharacterTable({
      cleanText: options.clean_text === true,
      handleChineseChars: options.handle_chinese_chars === true,
      stripAccents: options.strip_accents,
      lowercase: options.lowercase === true,
    } satisfies CharacterOptions);
    const wrong: string[] = [];
    for (const [block, digest] of digests.entries()) {
      const first = block * fixture.blockSize;
      if (digestOfBlock(table, first, fixture.blockSize) !== digest) {
        wrong.push(`U+${first.toString(16)}`);
      }
    }
    expect(digests).toHaveLength(0x110000 / fixture.blockSize);
    expect(wrong).toEqual([]);
  });
});
