import { expect, test } from '@jest/globals';

import {
  formatBytes,
  formatCount,
  formatPercent,
  formatPlural,
  formatSeconds,
} from './format-number.ts';

test('numbers as people read them', () => {
  expect([0, 999, 1000, 8_400_000, 1e15].map(formatBytes)).toEqual([
    '0 B',
    '999 B',
    '1.0 kB',
    '8.4 MB',
    '1000.0 TB',
  ]);
  expect([0.04, 59.9, 60, 185, 3723].map(formatSeconds)).toEqual([
    '0.0 s',
    '59.9 s',
    '1:00',
    '3:05',
    '1:02:03',
  ]);
  expect(formatCount(1_234_567)).toBe('1,234,567');
  expect([formatPlural(1, 'file'), formatPlural(2, 'file')]).toEqual(['1 file', '2 files']);
  expect(formatPercent(0.12345)).toBe('12.35 %');
});
