// MalmoiDropout against dropoutMask of @malmoi/ops, whose generator is checked against the vectors of Random123.
import { expect, test } from '@jest/globals';
import { dropout, dropoutMask } from '@malmoi/ops';
import type { DropoutSpec } from '@malmoi/ops';
import { ones, tensor, tidy, valueAndGrad } from '@tensorflow/tfjs-core';
import fc from 'fast-check';

import { loadAddon } from '../src/addon/load-addon.ts';
import type { DropoutWords } from '../src/addon/native-addon.ts';
import { expectEqualBits, expectSameBits } from './bits.ts';
import { describeKernelSets, FLOAT32_ONLY } from './instruction-sets.ts';

const SPEC: DropoutSpec = { rate: 0.1, seed: 42, step: 7, site: 'encoder.layer.0.output' };
/** Around vectors, counters, runs of 512 and tasks. */
const SIZES = [0, 1, 3, 4, 15, 17, 511, 512, 515, 8191, 8193, 20_001];

/** The mask and that of the gradient, as multiplied into ones. */
function masks(spec: DropoutSpec, size: number): Float32Array[] {
  return tidy(() => {
    const one = ones([size]);
    const { value, grad } = valueAndGrad((x) => dropout(x, spec))(one, one);
    return [value.dataSync<'float32'>(), grad.dataSync<'float32'>()];
  });
}

describeKernelSets('dropout', FLOAT32_ONLY, ({ instructionSet }) => {
  test.each(SIZES)('%i elements: the mask of @malmoi/ops to the bit', (size) => {
    const expected = dropoutMask(SPEC, size);
    for (const mask of masks(SPEC, size)) expectEqualBits(mask, expected);
  });

  test('any seed, step, site and rate', () => {
    const spec = fc.record({
      rate: fc.double({ min: 0.001, max: 0.999, noNaN: true }),
      seed: fc.maxSafeNat(),
      step: fc.integer({ min: 0, max: 0xffffffff }),
      site: fc.oneof(fc.string(), fc.integer({ min: 0, max: 0xffffffff })),
    });
    fc.assert(
      fc.property(spec, fc.integer({ min: 0, max: 200 }), (each, size) => {
        for (const mask of masks(each, size)) expectEqualBits(mask, dropoutMask(each, size));
      }),
      { numRuns: 50, seed: 2 },
    );
  });

  test('NaN and Infinity are not dropped silently', () => {
    const values = [NaN, Infinity, -Infinity, 1];
    const spec = { ...SPEC, rate: 0.5 };
    const mask = dropoutMask(spec, 64);
    const x = Array.from({ length: 64 }, (_, i) => values[i % 4] ?? 0);
    const y = tidy(() => dropout(tensor(x), spec).dataSync<'float32'>());
    expect(y).toEqual(Float32Array.from(x, (value, i) => value * (mask[i] ?? 0)));
  });

  test('the number of threads changes nothing', () => {
    expectSameBits(instructionSet, () => masks(SPEC, 100_003));
  });
});

test('a dropout that is none is refused', () => {
  const addon = loadAddon();
  const [x, y] = [new Float32Array(4), new Float32Array(4)];
  const problems: [readonly number[], string][] = [
    [[1, 1, 1], 'must have 7 numbers'],
    [[2 ** 32, 1, 0, 0, 0, 0, 0], 'must hold words of 32 bits beside the scale'],
    [[1, NaN, 0, 0, 0, 0, 0], 'must have a finite scale'],
  ];
  for (const [words, message] of problems) {
    expect(() => {
      addon.dropout(4, words as unknown as DropoutWords, x, y);
    }).toThrow(`dropout: argument dropout ${message}`);
  }
  expect(() => {
    addon.dropout(4, [1, 1, 0, 0, 0, 0, 0], x, new Float32Array(3));
  }).toThrow('dropout: argument y has 3 elements where 4 are expected.');
});
