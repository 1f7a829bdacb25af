// The merges against the naive implementation, on random corpora that are made to be awkward: few
// letters, long runs, tokens that several merges lead to, counts past 2^32.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { collectAlphabet } from '../src/train/alphabet.ts';
import { MergeLearner } from '../src/train/merge-learner.ts';
import { resolveTrainOptions } from '../src/train/options.ts';
import { initialTokens, segmentWords } from '../src/train/segment-words.ts';
import type { UniqueWords } from '../src/train/unique-words.ts';
import { trainNaively, type NaiveMerge } from './naive-training.ts';

interface Settings {
  readonly vocabSize?: number;
  readonly minFrequency?: number;
  readonly limitAlphabet?: number;
  readonly initialAlphabet?: readonly string[];
  readonly continuingSubwordPrefix?: string;
}

function uniqueWords(words: ReadonlyMap<string, number>): UniqueWords {
  const starts = new Uint32Array(words.size + 1);
  const units: number[] = [];
  for (const [i, word] of [...words.keys()].entries()) {
    for (let at = 0; at < word.length; at++) units.push(word.charCodeAt(at));
    starts[i + 1] = units.length;
  }
  return { units: Uint16Array.from(units), starts, counts: Float64Array.from(words.values()) };
}

function learn(
  words: ReadonlyMap<string, number>,
  settings: Settings,
): { tokens: readonly string[]; merges: NaiveMerge[]; alphabet: string[] } {
  const options = resolveTrainOptions(settings);
  const unique = uniqueWords(words);
  const alphabet = collectAlphabet(unique, options);
  const { tokens, ids } = initialTokens(alphabet, options);
  const learner = new MergeLearner(segmentWords(unique, ids), tokens, options);
  const merges: NaiveMerge[] = [];
  for (let merge = learner.next(); merge !== undefined; merge = learner.next()) {
    const { left, right, token, count } = merge;
    merges.push({
      left: tokens.at(left),
      right: tokens.at(right),
      token: tokens.at(token),
      count,
    });
  }
  const kept = alphabet.kept.map((codePoint) => String.fromCodePoint(codePoint));
  return { tokens: tokens.tokens, merges, alphabet: kept };
}

function expectParity(words: ReadonlyMap<string, number>, settings: Settings): void {
  const options = resolveTrainOptions(settings);
  const learned = learn(words, settings);
  const naive = trainNaively(words, {
    vocabSize: options.vocabSize,
    minFrequency: options.minFrequency,
    specialTokens: options.specialTokens,
    prefix: options.continuingSubwordPrefix,
    alphabet: learned.alphabet,
  });
  expect(learned.merges).toEqual(naive.merges);
  expect(learned.tokens).toEqual(naive.tokens);
}

const corpus = (letters: string[], maxLength: number, maxCount: number) =>
  fc
    .array(
      fc.tuple(
        fc.string({ unit: fc.constantFrom(...letters), minLength: 1, maxLength }),
        fc.integer({ min: 1, max: maxCount }),
      ),
      { minLength: 1, maxLength: 40 },
    )
    .map((entries) => new Map(entries));

describe('merges equal those of the naive implementation', () => {
  test('few letters: long runs and overlapping pairs', () => {
    fc.assert(
      fc.property(
        corpus(['a', 'b'], 12, 4),
        fc.integer({ min: 0, max: 4 }),
        (words, minFrequency) => {
          expectParity(words, { minFrequency });
        },
      ),
      { numRuns: 60 },
    );
  });

  test('Korean, hanja and characters outside the basic plane', () => {
    fc.assert(
      fc.property(corpus(['가', '나', '다', '漢', '😀', 'x', 'ㅋ'], 8, 1000), (words) => {
        expectParity(words, { vocabSize: 60 });
      }),
      { numRuns: 60 },
    );
  });

  test('a limited alphabet: dropped characters at the beginning and inside of words', () => {
    fc.assert(
      fc.property(
        corpus(['a', 'b', 'c', 'd', 'e'], 8, 9),
        fc.integer({ min: 0, max: 5 }),
        (words, limitAlphabet) => {
          expectParity(words, { limitAlphabet, initialAlphabet: ['z', 'c'] });
        },
      ),
      { numRuns: 60 },
    );
  });

  test('other prefixes, the empty one included', () => {
    fc.assert(
      fc.property(
        corpus(['a', 'b', 'c'], 8, 9),
        fc.constantFrom('', '@@', 'zz'),
        (words, continuingSubwordPrefix) => {
          expectParity(words, { continuingSubwordPrefix });
        },
      ),
      { numRuns: 60 },
    );
  });

  test('a prefix made of letters: merges lead to tokens that are there already', () => {
    fc.assert(
      fc.property(
        corpus(['a', 'b'], 14, 5),
        fc.constantFrom('a', 'ab', 'b', 'ba', 'aa'),
        (words, continuingSubwordPrefix) => {
          expectParity(words, { continuingSubwordPrefix, minFrequency: 1, vocabSize: 60 });
        },
      ),
      { numRuns: 60 },
    );
  });

  test('one long word', () => {
    expectParity(new Map([['ab'.repeat(150) + 'a'.repeat(100), 3]]), { minFrequency: 1 });
  });
});

describe('merges, exactly', () => {
  test('a run of one letter: three letters hold two pairs, and merge from the left', () => {
    const { merges } = learn(new Map([['xaaa', 5]]), { minFrequency: 1 });
    expect(merges).toEqual([
      { left: '##a', right: '##a', token: '##aa', count: 10 },
      { left: 'x', right: '##aa', token: 'xaa', count: 5 },
      { left: 'xaa', right: '##a', token: 'xaaa', count: 5 },
    ]);
  });

  test('counts past 2^32 are exact, and one more or less decides', () => {
    const big = 2 ** 45;
    const { merges } = learn(
      new Map([
        ['ab', big],
        ['cd', big + 1],
        ['ef', big - 1],
      ]),
      {},
    );
    expect(merges.map(({ token, count }) => [token, count])).toEqual([
      ['cd', big + 1],
      ['ab', big],
      ['ef', big - 1],
    ]);
  });

  test('counts past 2^53 are refused, not rounded', () => {
    expect(() => learn(new Map([['ab', 2 ** 53]]), {})).toThrow(
      /exact up to 2\^53.*Learn the vocabulary from a part/s,
    );
  });

  test('no pair below the minimum frequency merges, the first at it does', () => {
    const words = new Map([
      ['ab', 3],
      ['cd', 2],
    ]);
    expect(learn(words, { minFrequency: 3 }).merges.map(({ token }) => token)).toEqual(['ab']);
    expect(learn(words, { minFrequency: 4 }).merges).toEqual([]);
  });

  test('the order of the words decides nothing', () => {
    fc.assert(
      fc.property(corpus(['a', 'b', 'c'], 10, 5), (words) => {
        const reversed = new Map([...words].reverse());
        expect(learn(reversed, {}).tokens).toEqual(learn(words, {}).tokens);
      }),
      { numRuns: 60 },
    );
  });
});
