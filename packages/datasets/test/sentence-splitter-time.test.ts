// Time linear in the text, counted instead of measured: how many characters the splitter looks at. Every
// charCodeAt is counted; twice the text may cost at most two and a half times the looks.
import { describe, expect, jest, test } from '@jest/globals';

import { splitSentences } from '../src/sentences/split-sentences.ts';

/** How often splitting the text asks for a character. */
function looks(text: string, lineBreaks: 'boundary' | 'space'): number {
  const spy = jest.spyOn(String.prototype, 'charCodeAt');
  try {
    splitSentences(text, { lineBreaks });
    return spy.mock.calls.length;
  } finally {
    spy.mockRestore();
  }
}

const attacks = {
  'spaces inside': (n: number) => `가${' '.repeat(n)}나`,
  'spaced dots': (n: number) => '. '.repeat(n / 2),
  'opening brackets': (n: number) => '('.repeat(n),
  'closing brackets': (n: number) => ')'.repeat(n),
  'opening and closing': (n: number) => '('.repeat(n / 2) + ')'.repeat(n / 2),
  'quotation marks': (n: number) => '"'.repeat(n),
  'quotation marks and spaces': (n: number) => '" '.repeat(n / 2),
  apostrophes: (n: number) => " '가".repeat(n / 3),
  terminators: (n: number) => '.'.repeat(n),
  'exclamation marks between words': (n: number) => '가! '.repeat(n / 3),
  'laughing letters': (n: number) => 'ㅋ'.repeat(n),
  'laughing letters and words': (n: number) => 'ㅋ가'.repeat(n / 2),
  'terminators, space and laughing': (n: number) => '. ㅋ가'.repeat(n / 4),
  'one long word': (n: number) => 'a'.repeat(n),
  'one long number': (n: number) => `${'1'.repeat(n)}. 가`,
  'one long address': (n: number) => `http://${'a.'.repeat(n / 2)}`,
  addresses: (n: number) => 'www. '.repeat(n / 5),
  'line breaks': (n: number) => '\n'.repeat(n),
  'list markers': (n: number) => '1. '.repeat(n / 3),
  'footnote openings': (n: number) => '.['.repeat(n / 2),
  'combining marks': (n: number) => `가${'\u0301\u0323'.repeat(n / 2)}다.`,
  jamo: (n: number) => '\u1103\u1161.'.repeat(n / 3),
};

describe.each(['boundary', 'space'] as const)(
  'line break is %s: twice the text, at most 2.5 times the looks',
  (lineBreaks) => {
    test.each(Object.entries(attacks))('%s', (_, attack) => {
      const once = looks(attack(1200), lineBreaks);
      const twice = looks(attack(2400), lineBreaks);
      expect(once).toBeGreaterThan(300);
      expect(twice / once).toBeLessThanOrEqual(2.5);
    });
  },
);

test('80,000 mixed combining marks are one sentence', () => {
  const text = `가${'\u0301\u0323\u0316\u0308'.repeat(20_000)}다.`;
  expect(splitSentences(text)).toEqual([{ start: 0, end: text.length, text }]);
});
