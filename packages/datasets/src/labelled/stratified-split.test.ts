import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { DatasetsOptionError } from '../errors.ts';
import { countClasses } from './class-counts.ts';
import { stratifiedSplit } from './stratified-split.ts';

const itself = (label: string): string => label;

describe('stratifiedSplit', () => {
  test('a partition in order, of the exact size, every class within one of its share', () => {
    const labels = fc.array(fc.constantFrom('a', 'a', 'a', 'b', 'c'), { maxLength: 200 });
    const share = fc.double({ min: 0.01, max: 0.99, noNaN: true });
    fc.assert(
      fc.property(labels, share, fc.integer(), (all, validationShare, seed) => {
        const examples = all.map((label, index) => ({ label, index }));
        const { train, validation } = stratifiedSplit(examples, ({ label }) => label, {
          validationShare,
          seed,
        });
        const indexes = (part: typeof examples): number[] => part.map(({ index }) => index);
        expect([...indexes(train), ...indexes(validation)].sort((a, b) => a - b)).toEqual(
          indexes(examples),
        );
        expect(indexes(train)).toEqual(indexes(train).sort((a, b) => a - b));
        expect(validation).toHaveLength(Math.round(all.length * validationShare));
        const chosen = countClasses(validation.map(({ label }) => label));
        for (const [label, count] of countClasses(all)) {
          expect(Math.abs((chosen.get(label) ?? 0) - count * validationShare)).toBeLessThan(1);
        }
      }),
    );
  });

  test('equal seeds give equal splits, other seeds others', () => {
    const examples = Array.from({ length: 100 }, (_, i) => `${i % 2}`);
    const indexed = examples.map((label, index) => ({ label, index }));
    const split = (seed: number) =>
      stratifiedSplit(indexed, ({ label }) => label, { validationShare: 0.2, seed }).validation;
    expect(split(1)).toEqual(split(1));
    expect(split(1)).not.toEqual(split(2));
  });

  test.each([0, 1, -0.5, Number.NaN])('a share of %p is refused', (validationShare) => {
    expect(() => stratifiedSplit(['a'], itself, { validationShare })).toThrow(DatasetsOptionError);
  });
});

test('countClasses counts labels of any name', () => {
  expect([...countClasses(['b', 'a', 'b', '__proto__'])]).toEqual([
    ['b', 2],
    ['a', 1],
    ['__proto__', 1],
  ]);
});
