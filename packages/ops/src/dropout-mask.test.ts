import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { golden } from '../test/golden.ts';
import { dropoutAttributes, dropoutMask } from './dropout-mask.ts';

const specs = fc.record({
  rate: fc.double({ min: 0, max: 0.99, noNaN: true }),
  seed: fc.maxSafeNat(),
  step: fc.integer({ min: 0, max: 0xffffffff }),
  site: fc.oneof(fc.integer({ min: 0, max: 0xffffffff }), fc.string({ unit: 'binary' })),
});

describe('dropoutMask', () => {
  test.each(golden.dropoutMasks.map((item) => [JSON.stringify(item.spec), item] as const))(
    'draws the bits of the independent generator for %s',
    (_title, { spec, size, kept }) => {
      const mask = [...dropoutMask(spec, size)];
      expect(mask.map((value) => (value === 0 ? '0' : '1')).join('')).toBe(kept);
      expect([0, Math.fround(1 / (1 - spec.rate))]).toEqual(expect.arrayContaining(mask));
    },
  );

  test('is the same for the same spec, and a longer mask begins with a shorter one', () => {
    fc.assert(
      fc.property(specs, fc.nat(40), fc.nat(40), (spec, size, more) => {
        const short = [...dropoutMask(spec, size)];
        expect([...dropoutMask(spec, size + more)].slice(0, size)).toEqual(short);
      }),
      { numRuns: 50 },
    );
  });

  test('differs when any of seed, step and site differs', () => {
    const spec = { rate: 0.5, seed: 1, step: 2, site: 'a' };
    const others = [
      spec,
      { ...spec, seed: 1 + 2 ** 32 },
      { ...spec, step: 3 },
      { ...spec, site: 'b' },
      { ...spec, site: 97 },
    ];
    const masks = others.map((other) => dropoutMask(other, 64).join());
    expect(new Set(masks).size).toBe(others.length);
  });

  test.each([0.05, 0.1, 0.5, 0.9])('drops a share of %p and keeps the mean at 1', (rate) => {
    const size = 40000;
    const mask = dropoutMask({ rate, seed: 11, step: 0, site: 'share' }, size);
    const dropped = mask.filter((value) => value === 0).length / size;
    // Five standard deviations of a binomial share.
    const bound = 5 * Math.sqrt((rate * (1 - rate)) / size);
    expect(Math.abs(dropped - rate)).toBeLessThan(bound);
    expect(Math.abs(mask.reduce((a, b) => a + b) / size - 1)).toBeLessThan(bound / (1 - rate));
  });

  test('of rate 0 keeps everything at 1', () => {
    expect([...dropoutMask({ rate: 0, seed: 1, step: 1, site: 1 }, 5)]).toEqual([1, 1, 1, 1, 1]);
  });

  test('refuses a size that is no integer', () => {
    const spec = { rate: 0.1, seed: 1, step: 1, site: 1 };
    expect(() => dropoutMask(spec, 1.5)).toThrow(/dropoutMask: size is 1.5/);
    expect(() => dropoutMask(spec, -1)).toThrow(/size is -1/);
  });
});

describe('dropoutAttributes', () => {
  test('splits the seed and hashes a name with FNV-1a', () => {
    // FNV-1a of no bytes is its offset basis, 0xcbf29ce484222325.
    expect(dropoutAttributes({ rate: 0.25, seed: 2 ** 33 + 7, step: 5, site: '' })).toEqual({
      threshold: 2 ** 30,
      scale: Math.fround(4 / 3),
      seedLow: 7,
      seedHigh: 2,
      step: 5,
      siteLow: 0x84222325,
      siteHigh: 0xcbf29ce4,
    });
  });
});
