// By hand; scikit-learn 1.x gives the same for these lists.
import { expect, test } from '@jest/globals';

import { ClassificationCounts } from './classification-counts.ts';

function count(
  pairs: readonly (readonly [predicted: number, label: number])[],
): ClassificationCounts {
  const counts = new ClassificationCounts();
  for (const [predicted, label] of pairs) counts.add(predicted, label);
  return counts;
}

test('two classes', () => {
  // Of class 1: two found, one missed, one wrongly claimed.
  const counts = count([
    [1, 1],
    [1, 1],
    [0, 1],
    [1, 0],
    [0, 0],
  ]);
  expect(counts.accuracy()).toBe(3 / 5);
  expect(counts.f1('binary')).toBe(4 / 6);
  expect(counts.f1('micro')).toBe(3 / 5);
  // Class 0: one found, one missed, one wrongly claimed.
  expect(counts.f1('macro')).toBeCloseTo((4 / 6 + 2 / 4) / 2, 12);
});

test('three classes, one never predicted', () => {
  const counts = count([
    [0, 0],
    [0, 2],
    [1, 1],
  ]);
  expect(counts.f1('macro')).toBeCloseTo((2 / 3 + 1 + 0) / 3, 12);
});

test('a class 1 that never occurs has a binary F1 of 0', () => {
  expect(count([[0, 0]]).f1('binary')).toBe(0);
});
