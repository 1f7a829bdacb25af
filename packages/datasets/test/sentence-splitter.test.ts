// The splitter against every hand-written case, and what must hold for any text.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { splitLines, splitSentences } from '../src/sentences/split-sentences.ts';
import { sentenceCases } from './sentence-cases.ts';

const textsOf = (text: string, language?: 'ko' | 'en'): string[] =>
  splitSentences(text, language === undefined ? {} : { language }).map((sentence) => sentence.text);

describe.each(['korean', 'english'] as const)('%s cases', (language) => {
  const cases = sentenceCases(language);

  test('there are at least 150', () => {
    expect(cases.length).toBeGreaterThanOrEqual(150);
  });

  test.each(cases)('$heading: $written', ({ text, sentences }) => {
    expect(textsOf(text)).toEqual(sentences);
    expect(textsOf(text, language === 'korean' ? 'ko' : 'en')).toEqual(sentences);
  });
});

test.each(sentenceCases('korean'))('in jamo (NFD): $written', ({ text, sentences }) => {
  expect(textsOf(text.normalize('NFD'))).toEqual(sentences.map((s) => s.normalize('NFD')));
});

describe('line breaks', () => {
  const wrapped =
    'The first sentence goes\nover two lines. The second\r\ndoes too.\n\nA new paragraph';

  test('as spaces: hard-wrapped sentences run on, a blank line ends them', () => {
    const spans = splitSentences(wrapped, { lineBreaks: 'space' });
    expect(spans.map(({ text }) => text)).toEqual([
      'The first sentence goes\nover two lines.',
      'The second\r\ndoes too.',
      'A new paragraph',
    ]);
  });

  test('as spaces: a quotation may go over a line break, not over a blank line', () => {
    const text = '그는 “이제 간다.\n잘 있어라.”라고 했다. “열린 따옴표다.\n\n새 문단이다. 끝.';
    const spans = splitSentences(text, { lineBreaks: 'space' });
    expect(spans.map((span) => span.text)).toEqual([
      '그는 “이제 간다.\n잘 있어라.”라고 했다.',
      '“열린 따옴표다.',
      '새 문단이다.',
      '끝.',
    ]);
  });

  test('U+0085 and U+2028 are spaces', () => {
    expect(textsOf('한 줄\u0085이어진 줄\u2028또 이어진 줄')).toHaveLength(1);
    expect(textsOf('첫 문장이다.\u2028둘째 문장이다.')).toEqual(['첫 문장이다.', '둘째 문장이다.']);
  });

  test('splitLines: every line a sentence, blank ones none', () => {
    const text = '  하나. 둘.\r\n\n셋 \r넷';
    const spans = splitLines(text).map(({ start, end }) => text.slice(start, end));
    expect(spans).toEqual(['하나. 둘.', '셋', '넷']);
  });
});

describe('languages', () => {
  test('en knows no Korean endings, ko no English capitals', () => {
    expect(textsOf('좋아요 ㅎㅎ 또 올게요', 'en')).toHaveLength(1);
    expect(textsOf('좋아요 ㅎㅎ 또 올게요', 'ko')).toHaveLength(2);
    expect(textsOf('Yahoo! is a company', 'ko')).toHaveLength(2);
    expect(textsOf('Yahoo! is a company', 'en')).toHaveLength(1);
  });
});

/** Texts made of what the rules look at, so that they meet in every combination. */
const pieces = [
  '다', '요', '죠', '가', '했다', '라고', '고', 'Mr', 'etc', 'U.S', 'He', 'said', 'a', '1', '12', '2019', '.', '.', '...',
  '…', '!', '?', '。', ' ', ' ', '\n', '\r\n', '\u2028', '"', "'", '“', '”', '(', ')', '[', ']', 'ㅋㅋ', 'ㅠ', '^^', ':)', '~', ';;',
  '😀', '👩‍👩‍👧', '\ud800', '\0', '\u0301', '한', 'http://a.b/?c', 'www.', '①', '-', ',', 'ㄱ', '\ufeff', '\u1112\u1161',
]; // prettier-ignore
const ruleText = fc
  .array(fc.constantFrom(...pieces), { maxLength: 60 })
  .map((parts) => parts.join(''));
const anyText = fc.oneof(ruleText, fc.string({ unit: 'binary', maxLength: 80 }));
const anyOptions = fc.record(
  {
    language: fc.constantFrom('ko' as const, 'en' as const),
    lineBreaks: fc.constantFrom('boundary' as const, 'space' as const),
  },
  { requiredKeys: [] },
);

/** What JavaScript and the splitter take for white space: \s and NEL. */
const isBlank = (text: string): boolean => /^[\s\u0085]*$/u.test(text);

test('for any text: slices in order, nothing but white space between them', () => {
  fc.assert(
    fc.property(anyText, anyOptions, (text, options) => {
      let last = 0;
      for (const sentence of splitSentences(text, options)) {
        expect(isBlank(text.slice(last, sentence.start))).toBe(true);
        expect(sentence.text).toBe(text.slice(sentence.start, sentence.end));
        expect(isBlank(sentence.text.slice(0, 1)) || isBlank(sentence.text.slice(-1))).toBe(false);
        last = sentence.end;
      }
      expect(isBlank(text.slice(last))).toBe(true);
    }),
    { numRuns: 1500 },
  );
});

test('for any text: no sentence goes over a line break, and lines do not influence each other', () => {
  fc.assert(
    fc.property(anyText, anyText, (first, second) => {
      const apart = [...textsOf(first), ...textsOf(second)];
      expect(textsOf(`${first}\n${second}`)).toEqual(apart);
    }),
    { numRuns: 500 },
  );
});
