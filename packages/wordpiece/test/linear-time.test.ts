// Texts made to be slow: doubling them at most doubles the work, which is counted, not timed.
import { describe, expect, test } from '@jest/globals';

import { IdBuffer, WordPieceTokenizer } from '../src/index.ts';
import { AddedTokenMatcher } from '../src/added-tokens.ts';
import { specialToken } from '../src/tokenizer-definition.ts';
import { fixtureTokenizer } from './fixtures.ts';

const LENGTH = 40_000;
const mixedMarks = ['\u0301', '\u0316', '\u0334', '\u302e', '\u0345', '\u1dfb'];
const repeat = (parts: readonly string[], length: number): string =>
  Array.from({ length }, (_, i) => parts[i % parts.length]).join('');

const attacks: readonly (readonly [name: string, make: (length: number) => string])[] = [
  ['mixed marks', (length) => `e${repeat(mixedMarks, length)}`],
  [
    'marks that stay, in the worst order',
    (length) => 'a' + '\u302e'.repeat(length / 2) + '\u{1e94a}'.repeat(length / 4),
  ],
  ['one long word', (length) => '가'.repeat(length)],
  ['inner spaces', (length) => `a${' '.repeat(length)}b`],
  ['punctuation', (length) => '.'.repeat(length)],
  ['beginnings of a special token', (length) => '[MAS'.repeat(length / 4)],
  ['special tokens', (length) => '[MASK]'.repeat(length / 6)],
  [
    'different words of 100 characters',
    (length) => repeat(['가', '나', '다', '\u0301'], length).replaceAll(/(.{100})/gsu, '$1 '),
  ],
  ['dropped characters', (length) => '\u200d'.repeat(length)],
  ['half pairs', (length) => '\ud83d'.repeat(length)],
];

describe.each(attacks)('%s', (_, make) => {
  const tokenizer = fixtureTokenizer('uncased');

  test('work at most doubles, and both paths agree', () => {
    const workOf = (text: string): number => {
      const one = fixtureTokenizer('uncased');
      one.encodeToIds(text, new IdBuffer());
      return one.work.words + one.work.missedUnits;
    };
    const text = make(LENGTH);
    expect(workOf(make(LENGTH * 2))).toBeLessThanOrEqual(workOf(text) * 2.5 + 16);
    const into = new IdBuffer();
    tokenizer.encodeToIds(text, into);
    const slow = tokenizer.encode(text, { addSpecialTokens: false }).inputIds;
    expect([...into.view()]).toEqual(slow);
    // No more tokens than characters that NFD could make of the text.
    expect(slow.length).toBeLessThanOrEqual(text.length * 3);
  });
});

test('an added token is not searched for where it cannot be', () => {
  const matcher = new AddedTokenMatcher(
    [specialToken(`[${'a'.repeat(200)}]`, 0)],
    ({ content }) => content,
  );
  expect(matcher.mayMatch('a'.repeat(1000))).toBe(false);
  expect(matcher.split('['.repeat(1000))).toEqual([{ token: undefined, start: 0, end: 1000 }]);
});

test('the longest input does not make a word longer than allowed', () => {
  const tokenizer = WordPieceTokenizer.fromVocab(['[UNK]', 'a', '##a'], {
    maxInputCharsPerWord: 10,
  });
  const ids = (text: string): readonly number[] =>
    tokenizer.encode(text, { addSpecialTokens: false }).inputIds;
  expect(ids('a'.repeat(10))).toHaveLength(10);
  expect(ids('a'.repeat(11))).toEqual([0]);
  expect(ids('😀'.repeat(10))).toEqual([0]);
});
