// Further reference encodings (tools/parity/generate_tokenizer_extras.py): added tokens with every flag,
// truncation of pairs in every strategy, marks that NFD sorts, offsets on NFD Korean.
import { describe, expect, test } from '@jest/globals';

import {
  CharacterTable,
  TokenizerOptionError,
  type NewToken,
  type Offsets,
  type Side,
  type TruncationStrategy,
} from '../src/index.ts';
import { fixtureTokenizer, readFixture, type FixtureName } from './fixtures.ts';
import { wordsOf } from './words-of.ts';

type Numbers = readonly number[];

interface AddedTokenJson {
  readonly content: string;
  readonly special?: boolean;
  readonly normalized?: boolean;
  readonly single_word?: boolean;
  readonly lstrip?: boolean;
  readonly rstrip?: boolean;
}

interface Extras {
  readonly addedTokens: {
    readonly tokens: readonly AddedTokenJson[];
    readonly cases: Record<
      FixtureName,
      readonly [text: string, ids: Numbers, offsets: Numbers, wordIds: readonly (number | null)[]][]
    >;
  };
  readonly truncation: readonly [
    a: string,
    b: string | null,
    strategy: TruncationStrategy,
    side: Side,
    maxLength: number,
    stride: number,
    windows: readonly Numbers[] | null,
  ][];
  readonly marks: readonly {
    readonly options: Record<string, boolean | null>;
    readonly cases: readonly [text: string, words: readonly string[]][];
  }[];
  readonly nfdKorean: Record<
    FixtureName,
    readonly [text: string, ids: Numbers, offsets: Numbers][]
  >;
}

const extras = JSON.parse(readFixture('extras.json')) as Extras;
const flat = (offsets: readonly Offsets[]): number[] => offsets.flat();

const newToken = (token: AddedTokenJson): NewToken => ({
  content: token.content,
  special: token.special ?? false,
  ...(token.normalized === undefined ? {} : { normalized: token.normalized }),
  singleWord: token.single_word ?? false,
  lstrip: token.lstrip ?? false,
  rstrip: token.rstrip ?? false,
});

describe.each(['korean-cased', 'uncased'] as const)('%s', (name) => {
  test('added tokens are found as the reference finds them', () => {
    // The reference adds all tokens that are not special first.
    const tokens = extras.addedTokens.tokens.map(newToken);
    const tokenizer = fixtureTokenizer(name).withAddedTokens(tokens);
    const cases = extras.addedTokens.cases[name];
    const ours = cases.map(([text]) => {
      const { inputIds, codePointOffsets, wordIds } = tokenizer.encode(text);
      return [text, inputIds, flat(codePointOffsets), wordIds];
    });
    expect(ours).toEqual(cases);
  });

  test('offsets refer to the original text, in NFD too', () => {
    const tokenizer = fixtureTokenizer(name);
    const cases = extras.nfdKorean[name];
    const ours = cases.map(([text]) => {
      const { inputIds, codePointOffsets } = tokenizer.encode(text);
      return [text, inputIds, flat(codePointOffsets)];
    });
    expect(ours).toEqual(cases);
  });
});

describe('truncation', () => {
  const tokenizer = fixtureTokenizer('korean-cased');
  const encode = ([
    a,
    b,
    strategy,
    side,
    maxLength,
    stride,
  ]: Extras['truncation'][number]): Numbers[] => {
    const encoding = tokenizer.encode(b === null ? a : [a, b], {
      truncation: strategy,
      truncationSide: side,
      maxLength,
      stride,
      returnOverflowingTokens: true,
      stopEarly: true,
    });
    return [encoding, ...encoding.overflowing].map(({ inputIds }) => inputIds);
  };
  const possible = extras.truncation.filter((row) => row[6] !== null);
  const impossible = extras.truncation.filter((row) => row[6] === null);

  test('gives the windows of the reference', () => {
    expect(possible.map((row) => [...row.slice(0, 6), encode(row)])).toEqual(possible);
    expect(possible).toHaveLength(124);
  });

  test.each(impossible)('what the reference refuses is refused: %j', (...row) => {
    expect(() => encode(row)).toThrow(TokenizerOptionError);
  });
});

test.each(extras.marks)('marks: $options', ({ options, cases }) => {
  const table = new CharacterTable({
    cleanText: options['clean_text'] ?? true,
    handleChineseChars: options['handle_chinese_chars'] ?? true,
    stripAccents: options['strip_accents'] ?? null,
    lowercase: options['lowercase'] ?? true,
  });
  expect(cases.map(([text]) => [text, wordsOf(table, text)])).toEqual(cases);
});
