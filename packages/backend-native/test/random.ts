// Numbers for tests that are the same in every run.

/** A generator of numbers in [-1, 1) (mulberry32). */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 31 - 1;
  };
}

/** Such numbers as float32. */
export function randomFloats(size: number, seed: number): Float32Array {
  const next = randomNumbers(seed);
  return Float32Array.from({ length: size }, next);
}
