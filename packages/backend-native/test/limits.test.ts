// The work that benchmarks measure the machine's limits with does what it says: else their percentages mean nothing.
import { expect, test } from '@jest/globals';

import { expectEqualBits } from './bits.ts';
import { describeKernelSets, PRECISIONS } from './instruction-sets.ts';
import { randomFloats } from './random.ts';

describeKernelSets('limits', PRECISIONS, ({ addon, precision }) => {
  test.each([
    [1, 1],
    [5, 3],
  ])('%i tasks of %i rounds of multiply-adds come to 1 each', (tasks, rounds) => {
    const results = new Float32Array(tasks);
    addon.multiplyAdds(precision === 'bfloat16' ? 1 : 0, tasks, rounds, results);
    expect([...results]).toEqual(Array.from({ length: tasks }, () => 1));
  });

  test.each([
    [0, 1],
    [7, 3],
    [1024, 1],
    [40_001, 4],
    [100, 40],
  ])('%i elements in %i parts: each is read once', (size, tasks) => {
    // Small integers: their sums are exact in any order.
    const x = Float32Array.from({ length: size }, (_, i) => (i % 13) + 1);
    const sums = new Float32Array(tasks).fill(NaN);
    addon.sumParts(size, tasks, x, sums);
    const total = (values: Float32Array): number => values.reduce((sum, each) => sum + each, 0);
    expect(total(sums)).toBe(total(x));
  });

  test.each([
    [0, 1],
    [7, 3],
    [40_001, 4],
    [100, 40],
  ])('%i elements in %i parts: each is updated once', (size, tasks) => {
    const x = randomFloats(size, 1);
    const y = randomFloats(size, 2);
    const expected = y.map((value, i) => value + 0.5 * (x[i] ?? NaN));
    addon.addScaled(size, tasks, 0.5, x, y);
    expectEqualBits(y, expected);
  });

  test('arrays of another size are refused', () => {
    const four = new Float32Array(4);
    expect(() => {
      addon.multiplyAdds(0, 3, 1, four);
    }).toThrow('results');
    expect(() => {
      addon.sumParts(5, 4, four, four);
    }).toThrow('argument x');
    expect(() => {
      addon.sumParts(4, 5, four, four);
    }).toThrow('sums');
    expect(() => {
      addon.addScaled(4, 1, 1, four, new Float32Array(5));
    }).toThrow('argument y');
  });
});
