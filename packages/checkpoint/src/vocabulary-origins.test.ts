import { describe, expect, test } from '@jest/globals';
import { WordPieceTokenizer, type WordPieceTokenizerOptions } from '@malmoi/wordpiece';
import fc from 'fast-check';

import { vocabularyOrigins } from './vocabulary-origins.ts';

const tokenizerOf = (tokens: string, options: WordPieceTokenizerOptions = {}): WordPieceTokenizer =>
  WordPieceTokenizer.fromVocab(tokens.split(' '), { lowercase: false, ...options });

const OLD = tokenizerOf('[PAD] [UNK] [CLS] [SEP] [MASK] 조선 이 순 ##순 ##신 ##은 ##의 a ##b . #');

/** New tokens → the old tokens that they come from. */
function originsOf(
  newTokenizer: WordPieceTokenizer,
  oldTokenizer = OLD,
): Record<string, readonly string[]> {
  const { oldIds } = vocabularyOrigins(oldTokenizer, newTokenizer);
  return Object.fromEntries(
    oldIds.map((ids, id) => [
      newTokenizer.idToToken(id) ?? '',
      ids.map((oldId) => oldTokenizer.idToToken(oldId) ?? ''),
    ]),
  );
}

describe('vocabularyOrigins', () => {
  test('the same piece, whatever its id', () => {
    const tokenizer = tokenizerOf('[MASK] ##은 조선 [UNK] [PAD] [SEP] [CLS]');
    for (const [token, origin] of Object.entries(originsOf(tokenizer))) {
      expect(origin).toEqual([token]);
    }
    expect(vocabularyOrigins(OLD, tokenizer).counts).toEqual({
      shared: 7,
      fromPieces: 0,
      fromMean: 0,
    });
  });

  test('a new piece as the old tokenizer cuts it, at the beginning and within a word', () => {
    const tokenizer = tokenizerOf(
      '[PAD] [UNK] [CLS] [SEP] [MASK] 이순신 ##순신 ##신은 조선의 다 ##다 ##조선 순 ##.',
    );
    expect(originsOf(tokenizer)).toMatchObject({
      이순신: ['이', '##순', '##신'],
      '##순신': ['##순', '##신'],
      '##신은': ['##신', '##은'],
      조선의: ['조선', '##의'],
      // No piece of its own, and those that begin a word are none that continue one.
      다: [],
      '##다': [],
      '##조선': [],
      순: ['순'],
      '##.': [],
    });
    expect(vocabularyOrigins(OLD, tokenizer).counts).toEqual({
      shared: 6,
      fromPieces: 4,
      fromMean: 4,
    });
  });

  test('a part that is unknown is left out; punctuation stands by itself', () => {
    const tokenizer = tokenizerOf('[PAD] [UNK] [CLS] [SEP] [MASK] 조선.다 다. ##순.');
    expect(originsOf(tokenizer)).toMatchObject({
      '조선.다': ['조선', '.'],
      '다.': ['.'],
      '##순.': ['##순'],
    });
  });

  test("the old tokenizer's rules hold: case, and its own prefix", () => {
    const old = tokenizerOf('[PAD] [UNK] [CLS] [SEP] [MASK] ab @@ab @@c', {
      lowercase: true,
      continuingSubwordPrefix: '@@',
    });
    const tokenizer = tokenizerOf('[PAD] [UNK] [CLS] [SEP] [MASK] AB ##AB ##c ABc @@c');
    expect(originsOf(tokenizer, old)).toMatchObject({
      AB: ['ab'],
      '##AB': ['@@ab'],
      '##c': ['@@c'],
      ABc: ['ab', '@@c'],
    });
  });

  test('tokens of a role are the same under any name', () => {
    const specialTokens = { clsToken: '<s>', sepToken: '</s>', padToken: '<pad>' };
    const tokenizer = tokenizerOf('<pad> [UNK] <s> </s> [MASK] <x>', { specialTokens });
    expect(originsOf(tokenizer)).toMatchObject({
      '<s>': ['[CLS]'],
      '</s>': ['[SEP]'],
      '<pad>': ['[PAD]'],
      '<x>': [],
    });
  });

  test('pieces of number signs do not hide one another', () => {
    const old = tokenizerOf('[PAD] [UNK] [CLS] [SEP] [MASK] ## ###a ####a ##a');
    const tokenizer = tokenizerOf('[PAD] [UNK] [CLS] [SEP] [MASK] ##a ##aa ##');
    expect(originsOf(tokenizer, old)).toMatchObject({
      '##a': ['##a'],
      '##aa': ['##a', '##a'],
      '##': ['##'],
    });
  });

  test('added tokens outside the vocabulary have an origin, too', () => {
    const tokenizer = OLD.withAddedTokens(['조선의', { content: '[X]', special: true }]);
    const { oldIds, counts } = vocabularyOrigins(OLD, tokenizer);
    expect(oldIds).toHaveLength(18);
    expect(oldIds[16]).toEqual([5, 11]);
    expect(oldIds[17]).toEqual([]);
    expect(counts).toEqual({ shared: 16, fromPieces: 1, fromMean: 1 });
  });

  test('within a word, whatever the pieces: the longest that fits, then the next, or none at all', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '가'), minLength: 1, maxLength: 5 });
    const property = fc.property(fc.uniqueArray(text, { maxLength: 8 }), text, (pieces, word) => {
      const special = '[PAD] [UNK] [CLS] [SEP] [MASK]';
      const old = tokenizerOf([special, ...pieces.map((piece) => `##${piece}`)].join(' '));
      const origin = originsOf(tokenizerOf(`${special} ##${word}`), old)[`##${word}`];
      expect(origin).toEqual(longestPieces(word, pieces).map((piece) => `##${piece}`));
    });
    fc.assert(property, { numRuns: 200 });
  });
});

/** WordPiece's rule, written plainly. */
function longestPieces(word: string, pieces: readonly string[]): string[] {
  const found: string[] = [];
  for (let rest = word; rest !== ''; rest = rest.slice(found.at(-1)?.length)) {
    const fitting = pieces.filter((piece) => rest.startsWith(piece));
    const [longest] = fitting.sort((a, b) => b.length - a.length);
    if (longest === undefined) return [];
    found.push(longest);
  }
  return found;
}
