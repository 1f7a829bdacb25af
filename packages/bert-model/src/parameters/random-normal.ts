// Seeded normal numbers for initial weights, in plain JavaScript so that they are the same on every
// backend. Generator: sfc32 (C. Doty-Humphrey, PractRand). Normals: Marsaglia's polar method, which
// needs only a logarithm and a square root.

/** Draws a uniform unsigned 32-bit word. */
export type RandomWords = () => number;

const warmUpRounds = 12;

/**
 * A generator of its own for every (seed, stream): the values of one parameter do not depend on
 * which other parameters the model has, nor on their order.
 *
 * @param seed a safe integer of at least 0.
 * @param stream any text; parameters use their name.
 */
export function createRandomWords(seed: number, stream: string): RandomWords {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new RangeError(`A seed is a whole number from 0 to 2^53 - 1, not ${seed}.`);
  }
  let a = seed | 0;
  let b = Math.floor(seed / 2 ** 32) | 0;
  let c = hashText(stream);
  let counter = 1;
  const next = (): number => {
    const word = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + word) | 0;
    return word >>> 0;
  };
  for (let round = 0; round < warmUpRounds; round++) {
    next();
  }
  return next;
}

/**
 * Fills `out` from a normal distribution of mean 0 that is cut off at two standard deviations: what
 * falls outside is drawn again, as tf.truncated_normal_initializer of Google's BERT does.
 */
export function fillTruncatedNormal(
  out: Float32Array,
  standardDeviation: number,
  words: RandomWords,
): void {
  const cutOff = 2;
  let index = 0;
  while (index < out.length) {
    const x = words() / 2 ** 31 - 1;
    const y = words() / 2 ** 31 - 1;
    const square = x * x + y * y;
    if (square >= 1 || square === 0) {
      continue;
    }
    const scale = Math.sqrt((-2 * Math.log(square)) / square);
    for (const normal of [x * scale, y * scale]) {
      if (Math.abs(normal) <= cutOff && index < out.length) {
        out[index] = normal * standardDeviation;
        index++;
      }
    }
  }
}

/** FNV-1a over UTF-16 code units. */
function hashText(value: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < value.length; index++) {
    hash = Math.imul(hash ^ value.charCodeAt(index), 0x01000193);
  }
  return hash;
}
