import { expect, test } from '@jest/globals';

import { sinusoidalPositions } from './sinusoidal-positions.ts';

test('row by row: zeros, then sines in even and cosines in odd columns', () => {
  const [size, second] = [4, 1 / 10_000 ** (2 / 4)];
  const expected = [
    [0, 0, 0, 0],
    [Math.sin(1), Math.cos(1), Math.sin(second), Math.cos(second)],
    [Math.sin(2), Math.cos(2), Math.sin(2 * second), Math.cos(2 * second)],
  ].flat();
  expect([...sinusoidalPositions(3, size)]).toEqual(expected.map(Math.fround));
});
