import { describe, expect, test } from '@jest/globals';

import { createRandomWords, fillTruncatedNormal } from './random-normal.ts';

function draw(count: number, seed = 0, stream = 'weights'): Float32Array {
  const values = new Float32Array(count);
  fillTruncatedNormal(values, 0.02, createRandomWords(seed, stream));
  return values;
}

describe('fillTruncatedNormal', () => {
  const values = draw(200_000);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;

  test('never passes two standard deviations, and comes close', () => {
    const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    expect(largest).toBeLessThanOrEqual(Math.fround(0.04));
    expect(largest).toBeGreaterThan(0.0399);
  });

  test('has the moments of the truncated distribution', () => {
    // Its standard deviation is 0.8796 of the untruncated one (variance 1 - 4φ(2) / (2Φ(2) - 1)).
    expect(Math.abs(mean)).toBeLessThan(2e-4);
    expect(Math.sqrt(variance) / 0.02).toBeCloseTo(0.8796, 2);
  });

  test('puts 0.4011 of the values below half a standard deviation', () => {
    // (2Φ(0.5) - 1) / (2Φ(2) - 1)
    const share = values.filter((value) => Math.abs(value) < 0.01).length / values.length;
    expect(share).toBeCloseTo(0.4011, 2);
  });
});

describe('createRandomWords', () => {
  test('repeats for a seed and a stream, and differs for any other', () => {
    const words = (seed: number, stream: string): number[] => {
      const next = createRandomWords(seed, stream);
      return Array.from({ length: 8 }, next);
    };
    expect(words(1, 'a')).toEqual(words(1, 'a'));
    const others = [words(2, 'a'), words(1, 'b'), words(1 + 2 ** 32, 'a'), words(1, '')];
    for (const other of others) {
      expect(other.filter((word, index) => word === words(1, 'a')[index])).toEqual([]);
    }
  });

  test('is sfc32: the words after 12 rounds from a known state', () => {
    // State: seed 1 → a = 1, b = 0; c = FNV-1a of '' = 0x811c9dc5; counter = 1.
    const next = createRandomWords(1, '');
    expect(Array.from({ length: 4 }, next)).toEqual(sfc32Reference(1, 0, 0x811c9dc5, 16).slice(12));
  });

  test.each([-1, 0.5, NaN, 2 ** 53])('refuses %p as a seed', (seed) => {
    expect(() => createRandomWords(seed, '')).toThrow(RangeError);
  });
});

/** sfc32 of PractRand in 64-bit integers, written from its description. */
function sfc32Reference(seedA: number, seedB: number, seedC: number, count: number): number[] {
  const mask = 0xffffffffn;
  let [a, b, c, counter] = [BigInt(seedA), BigInt(seedB), BigInt(seedC), 1n];
  return Array.from({ length: count }, () => {
    const word = (a + b + counter) & mask;
    counter = (counter + 1n) & mask;
    a = b ^ (b >> 9n);
    b = (c + (c << 3n)) & mask;
    c = ((((c << 21n) & mask) | (c >> 11n)) + word) & mask;
    return Number(word);
  });
}
