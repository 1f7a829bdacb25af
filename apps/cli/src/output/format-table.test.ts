import { describe, expect, test } from '@jest/globals';

import { displayWidth } from './display-width.ts';
import { formatTable } from './format-table.ts';

describe('displayWidth', () => {
  test.each([
    ['abc', 3],
    ['말모이', 6],
    ['e\u0301', 1],
    ['漢字 ㅋ', 7],
    ['😀', 2],
    ['', 0],
  ])('%j takes %i columns', (text, width) => {
    expect(displayWidth(text)).toBe(width);
  });
});

describe('formatTable', () => {
  test('columns stand below each other, also with Hangul', () => {
    const rows = [
      ['조선', '1.0 %', '가'],
      ['ab', '10.0 %', 'b'],
    ];
    expect(formatTable(rows, ['left', 'right'])).toEqual(['조선   1.0 %  가', 'ab    10.0 %  b']);
  });

  test('there is nothing after the last cell', () => {
    expect(formatTable([['a', ''], ['bb']])).toEqual(['a', 'bb']);
  });
});
