// A copy before the activation that is too large for the caches is stored past them (kStreamedElements of
// matrix_product.h): it must be the same numbers, at every address that a row can begin at.
import { expect, test } from '@jest/globals';

import { loadAddon } from '../src/addon/load-addon.ts';
import { ACTIVATION_CODES } from '../src/kernels/matrix.ts';
import { randomFloats } from './random.ts';

const addon = loadAddon();
const DEPTH = 5;
/** Rows that all begin at a multiple of 64 bytes, and rows of which most do not; more than 2^21 elements each. */
const SHAPES = [
  [8200, 256],
  [8200, 257],
] as const;

/** Elements that begin at a multiple of 64 bytes, as those of tensors do. */
function aligned(size: number, value = 0): Float32Array {
  const buffer = new ArrayBuffer(4 * size + 64);
  return new Float32Array(buffer, addon.alignBuffer(buffer), size).fill(value);
}

test.each(addon.instructionSets().usable)('a copy of 8 MB on %s', (instructionSet) => {
  addon.selectInstructionSet(instructionSet);
  addon.setThreads(2);
  for (const [rows, columns] of SHAPES) {
    const a = randomFloats(rows * DEPTH, 1);
    const b = randomFloats(DEPTH * columns, 2);
    const product = (activation: number, c: Float32Array, copy: Float32Array | null): void => {
      const flags = [false, false, false, false] as const;
      addon.matMul(1, rows, columns, DEPTH, ...flags, activation, 0, a, b, c, null, copy);
    };
    const plain = aligned(rows * columns);
    const activated = aligned(rows * columns);
    const copy = aligned(rows * columns, NaN);
    product(ACTIVATION_CODES.linear, plain, null);
    product(ACTIVATION_CODES.relu, activated, copy);
    expect(copy.every((value, i) => value === plain[i])).toBe(true);
    expect(activated.every((value, i) => value === Math.max(0, plain[i] ?? NaN))).toBe(true);
  }
});
