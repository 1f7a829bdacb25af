import { expect, test } from '@jest/globals';

import { CorpusWarnings } from './warnings.ts';

test('counts by kind, keeps the first place, describes, merges and clears', () => {
  const warnings = new CorpusWarnings();
  expect(warnings.list()).toEqual([]);
  warnings.add('linesCut', 'b.txt', 7);
  warnings.add('linesCut', 'a.txt', 1, 2);
  const other = new CorpusWarnings();
  other.add('invalidUtf8', 'c.txt');
  other.add('linesCut', 'c.txt');
  warnings.merge(other.list());
  expect(warnings.list()).toEqual([
    { kind: 'invalidUtf8', count: 1, first: 'c.txt' },
    { kind: 'linesCut', count: 4, first: 'b.txt:7' },
  ]);
  expect(warnings.describe()).toEqual([
    '1 malformed UTF-8 sequences were replaced by U+FFFD (first: c.txt)',
    '4 over-long lines were cut into pieces (first: b.txt:7)',
  ]);
  expect(warnings.count('nulCharacters')).toBe(0);
  warnings.clear();
  expect(warnings.list()).toEqual([]);
});
