// The splitter against every hand-written case, and what must hold for any text.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { splitSentences } from '../src/sentences/split-sentences.ts';
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
  });

  test.each(cases)('with its language alone: $written', ({ text, sentences }) => {
    expect(textsOf(text, language === 'korean' ? 'ko' : 'en')).toEqual(sentences);
  });
});
