// Some specs draw samples and judge their distribution: with chance from a seed, a run is like the one before.

/** Replaces Math.random by Mulberry32 (Tommy Ettinger's 32-bit generator) from a fixed seed. */
export function seedRandom(seed = 0x6d616c6d): void {
  let state = seed;
  Math.random = () => {
    state = (state + 0x6d2b79f5) | 0;
    let z = Math.imul(state ^ (state >>> 15), state | 1);
    z ^= z + Math.imul(z ^ (z >>> 7), z | 61);
    return ((z ^ (z >>> 14)) >>> 0) / 2 ** 32;
  };
}
