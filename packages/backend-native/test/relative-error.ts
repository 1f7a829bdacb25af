// How far results are from a reference, as one number.

/** The distance of two vectors over the length of the second; NaN where either has one. */
export function relativeError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) {
    throw new RangeError(`${actual.length} values beside ${expected.length} expected ones.`);
  }
  let error = 0;
  let size = 0;
  for (let i = 0; i < expected.length; i++) {
    const value = expected[i] ?? NaN;
    error += ((actual[i] ?? NaN) - value) ** 2;
    size += value ** 2;
  }
  return error === 0 ? 0 : Math.sqrt(error / size);
}
