// Options of encode, decode and withAddedTokens: what each does on one small vocabulary, and what is refused.
import { describe, expect, test } from '@jest/globals';

import {
  TokenizerOptionError,
  WordPieceTokenizer,
  type EncodeOptions,
  type TruncationStrategy,
} from '../src/index.ts';

const VOCAB = [
  '[PAD]',
  '[UNK]',
  '[CLS]',
  '[SEP]',
  '[MASK]',
  'a',
  '##b',
  'c',
  '.',
  "'",
  's',
  'do',
  'not',
];
const tokenizer = WordPieceTokenizer.fromVocab(VOCAB);

describe('refused', () => {
  test.each<[string, EncodeOptions, string]>([
    ['truncation', { truncation: true }, 'needs maxLength'],
    ['truncation', { truncation: 'middle' as TruncationStrategy, maxLength: 4 }, "not 'middle'"],
    ['truncation', { truncation: 'only_second', maxLength: 3 }, 'needs a second text'],
    ['maxLength', { truncation: true, maxLength: -1 }, 'at least 0, not -1'],
    ['maxLength', { truncation: true, maxLength: 2.5 }, 'not 2.5'],
    [
      'maxLength',
      { truncation: true, maxLength: 1 },
      '1 has no room for the 2 special tokens alone',
    ],
    ['stride', { truncation: true, maxLength: 4, stride: 2 }, '2 is not less than the 2 tokens'],
    ['stride', { truncation: true, maxLength: 4, stride: -1 }, 'not -1'],
    ['truncationSide', { truncation: true, maxLength: 4, truncationSide: 'up' as 'left' }, "'up'"],
    ['padding', { padding: 'max_length' }, 'needs maxLength'],
    ['padding', { padding: 'shortest' as 'longest' }, "'shortest'"],
    ['padToMultipleOf', { padding: true, padToMultipleOf: 0 }, 'not 0'],
    ['paddingSide', { padding: true, paddingSide: 'up' as 'left' }, "'up'"],
  ])('%s: %j', (option, options, message) => {
    const encode = (): unknown => tokenizer.encode('a c a c', options);
    expect(encode).toThrow(TokenizerOptionError);
    expect(encode).toThrow(message);
    expect(encode).toThrow(new RegExp(`^${option}: `));
  });

  test('removing more tokens than a text has', () => {
    const options = { truncation: 'only_first', maxLength: 4 } as const;
    expect(() => tokenizer.encode(['a', 'a c a c'], options)).toThrow(
      "truncation: 'only_first' would have to remove 4 tokens of 1; raise maxLength or use 'longest_first'.",
    );
  });

  test('ids outside the vocabulary', () => {
    for (const id of [-1, 13, 1.5, NaN]) {
      expect(() => tokenizer.decode([id])).toThrow(`ids: ${id} is not an id of the 13 tokens.`);
    }
  });

  test('an empty token', () => {
    expect(() => tokenizer.withAddedTokens([''])).toThrow('tokens: a token cannot be empty.');
  });
});

test('maxLength defaults to the model', () => {
  const limited = WordPieceTokenizer.fromVocab(VOCAB, { modelMaxLength: 4 });
  expect(limited.encode('a c a c', { truncation: true }).inputIds).toEqual([2, 5, 7, 3]);
  expect(limited.encode('a', { padding: 'max_length' }).inputIds).toEqual([2, 5, 3, 0]);
});

test('a padded encoding, on either side', () => {
  const options = { padding: 'max_length', maxLength: 6 } as const;
  expect(tokenizer.encode('ab', options)).toEqual({
    inputIds: [2, 5, 6, 3, 0, 0],
    tokenTypeIds: [0, 0, 0, 0, 0, 0],
    attentionMask: [1, 1, 1, 1, 0, 0],
    specialTokensMask: [1, 0, 0, 1, 1, 1],
    tokens: ['[CLS]', 'a', '##b', '[SEP]', '[PAD]', '[PAD]'],
    wordIds: [null, 0, 0, null, null, null],
    sequenceIds: [null, 0, 0, null, null, null],
    offsets: [
      [0, 0],
      [0, 1],
      [1, 2],
      [0, 0],
      [0, 0],
      [0, 0],
    ],
    codePointOffsets: [
      [0, 0],
      [0, 1],
      [1, 2],
      [0, 0],
      [0, 0],
      [0, 0],
    ],
    overflowing: [],
  });
  const left = tokenizer.encode('ab', { ...options, paddingSide: 'left' });
  expect(left.inputIds).toEqual([0, 0, 2, 5, 6, 3]);
  expect(left.attentionMask).toEqual([0, 0, 1, 1, 1, 1]);
});

test('windows are padded with the encoding they overflow from', () => {
  const [encoding] = tokenizer.encodeBatch(['a c a c a'], {
    truncation: true,
    maxLength: 5,
    returnOverflowingTokens: true,
    padding: 'longest',
  });
  expect(encoding?.overflowing.map(({ inputIds }) => inputIds)).toEqual([[2, 7, 5, 3, 0]]);
});

describe('decoding', () => {
  test('joins pieces and closes up punctuation, token by token', () => {
    const { inputIds } = tokenizer.encode("ab c . a 's do not");
    expect(tokenizer.decode(inputIds)).toBe("ab c. a ' s do not");
    expect(tokenizer.decode(inputIds, { cleanUpTokenizationSpaces: false })).toBe(
      "ab c . a ' s do not",
    );
    expect(tokenizer.decode(inputIds, { skipSpecialTokens: false })).toMatch(
      /^\[CLS\] ab c\..*\[SEP\]$/,
    );
    expect(tokenizer.decode([6, 5])).toBe('##b a');
    expect(tokenizer.decode([])).toBe('');
  });
});

describe('added tokens', () => {
  test('keep their ids where they have one, and get the next where they have none', () => {
    const extended = tokenizer.withAddedTokens([
      'a',
      'new',
      { content: '[X]', special: true },
      'new',
    ]);
    expect(['a', 'new', '[X]'].map((token) => extended.tokenToId(token))).toEqual([5, 13, 14]);
    expect(extended.vocabSize).toBe(15);
    expect(extended.idToToken(14)).toBe('[X]');
    expect(extended.specialTokenIds).toEqual([0, 1, 2, 3, 4, 14]);
    expect(extended.tokenize('NEWab[X]')).toEqual(['new', 'a', '[UNK]', '[X]']);
    expect(extended.decode(extended.encode('c[X]c').inputIds)).toBe('c c');
    expect(tokenizer.vocabSize).toBe(13);
  });

  test('are not looked for in a part of another', () => {
    const extended = tokenizer.withAddedTokens([
      { content: '<a>', normalized: false },
      { content: '<a><b>', normalized: false },
    ]);
    expect(extended.tokenize('<a><a><b><b>')).toEqual(['<a>', '<a><b>', '[UNK]', '[UNK]', '[UNK]']);
  });
});

test('names given twice in a vocabulary in JSON leave a gap, which is seen', () => {
  const json = tokenizer.toTokenizerJson().replace('"not": 12', '"do": 12');
  expect(() => WordPieceTokenizer.fromTokenizerJson(json)).toThrow(
    /token "do" has id 12, but 12 tokens/,
  );
});
