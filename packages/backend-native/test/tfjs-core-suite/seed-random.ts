// Some specs draw samples and judge their distribution: with chance from a seed, a run is like the one before.
import { randomNumbers } from '../random.ts';

/** Replaces Math.random by numbers in [0, 1) from a seed. */
export function seedRandom(seed = 1): void {
  const next = randomNumbers(seed);
  Math.random = () => (next() + 1) / 2;
}
