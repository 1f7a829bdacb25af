// What must hold for every text: offsets that point into it, a fast path equal to the slow one, windows
// that cover it, and time that grows with it.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import {
  CharacterTable,
  IdBuffer,
  WordPieceTokenizer,
  type CharacterOptions,
} from '../src/index.ts';
import { normalizeText } from '../src/normalize.ts';
import { preTokenize } from '../src/pre-tokenize.ts';
import { unitsOf } from '../src/surrogates.ts';
import { fixtureTokenizer } from './fixtures.ts';
import { wordsOf } from './words-of.ts';

/** Characters that do something: marks, jamo, ideographs, controls, surrogates, special tokens. */
const interesting = fc.constantFrom(
  ...[
    '이',
    '순',
    '신',
    '은',
    '한국',
    ' ',
    '  ',
    '\t',
    '\n',
    '.',
    '!',
    'a',
    'B',
    'é',
    'É',
    'İ',
    'K',
  ],
  ...[
    'e\u0301',
    '\u0301',
    '\u0316',
    '\u302e',
    '\u1112\u1161\u11ab',
    '\u11ab',
    '漢',
    '𠀀',
    '😀',
    '👍🏽',
  ],
  ...[
    '\ufa6c',
    '\u037e',
    '\u0000',
    '\ufffd',
    '\u200d',
    '\ufeff',
    '\u0085',
    '\u2028',
    '\ud83d',
    '\ude00',
  ],
  ...['[MASK]', '[MAS', '[UNK]', '##', '\u{1d15f}', '\u{1d16d}', '\u3000', '１', 'ﬁ'],
);
const text = fc.oneof(
  fc.array(interesting, { maxLength: 24 }).map((parts) => parts.join('')),
  fc.string({ unit: 'binary', maxLength: 24 }),
  fc.string({ unit: 'grapheme', maxLength: 24 }),
);

const tokenizers = (['korean-cased', 'uncased', 'no-chinese-split'] as const).map(fixtureTokenizer);
const tokenizer = fc.constantFrom(...tokenizers);
const bare = { addSpecialTokens: false } as const;

const options: fc.Arbitrary<CharacterOptions> = fc.record({
  cleanText: fc.boolean(),
  handleChineseChars: fc.boolean(),
  stripAccents: fc.constantFrom(true, false, null),
  lowercase: fc.boolean(),
});

test('the corpus path gives the ids of encode', () => {
  fc.assert(
    fc.property(tokenizer, text, (one, value) => {
      const into = new IdBuffer(1);
      one.encodeToIds(value, into);
      const units = unitsOf(`x${value}y`);
      const fromUnits = new IdBuffer(1);
      one.encodeUnitsToIds(units, 1, units.length - 1, fromUnits);
      const expected = one.encode(value, bare).inputIds;
      expect([...into.view()]).toEqual(expected);
      expect([...fromUnits.view()]).toEqual(expected);
    }),
    { numRuns: 2000 },
  );
});

test('words cut by the table equal words cut from normalized text, under all options', () => {
  const tables = new Map<string, CharacterTable>();
  const tableOf = (given: CharacterOptions): CharacterTable => {
    const key = JSON.stringify(given);
    const table = tables.get(key) ?? new CharacterTable(given);
    tables.set(key, table);
    return table;
  };
  fc.assert(
    fc.property(options, text, (given, value) => {
      const table = tableOf(given);
      const normalized = normalizeText(value, table).text;
      const words = preTokenize(normalized).map(({ start, end }) => normalized.slice(start, end));
      expect(wordsOf(table, value)).toEqual(words);
    }),
    { numRuns: 2000 },
  );
});

describe('offsets', () => {
  test('lie in the text, never go back, and agree in UTF-16 units and code points', () => {
    fc.assert(
      fc.property(tokenizer, text, (one, value) => {
        const { offsets, codePointOffsets } = one.encode(value, bare);
        let last = 0;
        for (const [i, [start, end]] of offsets.entries()) {
          expect(start).toBeGreaterThanOrEqual(last);
          expect(end).toBeGreaterThan(start);
          expect(end).toBeLessThanOrEqual(value.length);
          last = start;
          const before = Array.from(value.slice(0, start)).length;
          const inside = Array.from(value.slice(start, end)).length;
          expect(codePointOffsets[i]).toEqual([before, before + inside]);
        }
      }),
      { numRuns: 1000 },
    );
  });

  test('the slice of a whole word is tokenized as the word was', () => {
    fc.assert(
      fc.property(tokenizer, text, (one, value) => {
        const encoding = one.encode(value, bare);
        for (const word of new Set(encoding.wordIds)) {
          const places = encoding.wordIds.flatMap((id, i) => (id === word ? [i] : []));
          const start = Math.min(...places.map((i) => encoding.offsets[i]?.[0] ?? 0));
          const end = Math.max(...places.map((i) => encoding.offsets[i]?.[1] ?? 0));
          const expected = places.map((i) => encoding.inputIds[i]);
          expect(one.encode(value.slice(start, end), bare).inputIds).toEqual(expected);
        }
      }),
      { numRuns: 1000 },
    );
  });
});

test('windows cover every token, keep to their size and share what they should', () => {
  const sizes = fc.record({ size: fc.integer({ min: 1, max: 9 }), shared: fc.nat(8) });
  const side = fc.constantFrom('left' as const, 'right' as const);
  fc.assert(
    fc.property(tokenizer, text, sizes, side, (one, value, { size, shared }, truncationSide) => {
      const stride = Math.min(shared, size - 1);
      const all = one.encode(value, bare).inputIds;
      const kept = one.encode(value, {
        ...bare,
        ...{ truncation: true, maxLength: size, stride, truncationSide },
        returnOverflowingTokens: true,
      });
      const windows = [kept, ...kept.overflowing].map(({ inputIds }) => inputIds);
      for (const window of windows) expect(window.length).toBeLessThanOrEqual(size);
      const fresh = windows.map((window, i) => {
        if (i === 0) return window;
        return truncationSide === 'right'
          ? window.slice(stride)
          : window.slice(0, -stride || undefined);
      });
      const joined = truncationSide === 'right' ? fresh.flat() : fresh.toReversed().flat();
      expect(joined).toEqual(all);
    }),
    { numRuns: 500 },
  );
});

test('padding makes a batch equally long and changes nothing else', () => {
  const padding = fc.record({
    padToMultipleOf: fc.integer({ min: 1, max: 16 }),
    paddingSide: fc.constantFrom('left' as const, 'right' as const),
  });
  fc.assert(
    fc.property(fc.array(text, { minLength: 1, maxLength: 4 }), padding, (texts, given) => {
      const [one] = tokenizers;
      if (one === undefined) throw new Error('there are tokenizers');
      const batch = one.encodeBatch(texts, { padding: 'longest', ...given });
      const longest = Math.max(...texts.map((value) => one.encode(value).inputIds.length));
      const expected = Math.ceil(longest / given.padToMultipleOf) * given.padToMultipleOf;
      for (const [i, encoding] of batch.entries()) {
        expect(encoding.inputIds).toHaveLength(expected);
        const real = encoding.inputIds.filter((_, at) => encoding.attentionMask[at] === 1);
        expect(real).toEqual(one.encode(texts[i] ?? '').inputIds);
        const lengths = Object.values(encoding).map((list: readonly unknown[]) => list.length);
        expect(new Set(lengths)).toEqual(new Set([expected, 0]));
      }
    }),
    { numRuns: 200 },
  );
});

test('a lone surrogate counts as U+FFFD', () => {
  const kept = WordPieceTokenizer.fromVocab(['[UNK]', 'a', '##\ufffd', '\ufffd', '##a'], {
    cleanText: false,
  });
  expect(kept.encode('a\ud800a \udc00', bare).inputIds).toEqual([1, 2, 4, 3]);
  expect(kept.encode('a\ud800a', bare).offsets).toEqual([
    [0, 1],
    [1, 2],
    [2, 3],
  ]);
  const cleaned = WordPieceTokenizer.fromVocab(['[UNK]', 'a', '##a']);
  expect(cleaned.encode('a\ud800a \udc00', bare).inputIds).toEqual([1, 2]);
});
