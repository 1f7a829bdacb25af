// The one random generator of this package: xoshiro128** (Blackman and Vigna, "Scrambled linear
// pseudorandom number generators", 2018), in 32-bit integer arithmetic only, so that every machine draws
// the same numbers. A stream is named by integers (seed, epoch, document, ...): what one document or
// example draws does not depend on what was drawn before it, in which order, or on which thread.

/** Spreads the bits of a 32-bit integer: the finalizer of MurmurHash3 (Appleby). */
function mix32(value: number): number {
  let h = value | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

const GOLDEN_RATIO = 0x9e3779b9;

/** A seeded stream of random numbers. Cheap to re-seed: {@link Random.reset} allocates nothing. */
export class Random {
  private a = 0;
  private b = 0;
  private c = 0;
  private d = 0;

  /** @param stream integers that name the stream; equal integers give equal numbers. */
  constructor(...stream: number[]) {
    this.reset(...stream);
  }

  /** Starts the stream of the given name from its beginning. Integers beyond 32 bits count in full. */
  reset(...stream: number[]): void {
    let h = mix32(stream.length);
    for (const part of stream) {
      h = mix32(h ^ mix32((part | 0) + GOLDEN_RATIO));
      h = mix32(h + Math.floor(part / 0x1_0000_0000));
    }
    this.a = mix32(h + GOLDEN_RATIO);
    this.b = mix32(h + Math.imul(2, GOLDEN_RATIO));
    this.c = mix32(h + Math.imul(3, GOLDEN_RATIO));
    // The state must not be all zero; an odd last word makes sure of it.
    this.d = mix32(h + Math.imul(4, GOLDEN_RATIO)) | 1;
  }

  /** The next integer, uniform in [0, 2^32). */
  uint32(): number {
    const scaled = Math.imul(this.b, 5);
    const result = Math.imul((scaled << 7) | (scaled >>> 25), 9);
    const shifted = this.b << 9;
    this.c ^= this.a;
    this.d ^= this.b;
    this.b ^= this.c;
    this.a ^= this.d;
    this.c ^= shifted;
    this.d = (this.d << 11) | (this.d >>> 21);
    return result >>> 0;
  }

  /** An integer uniform in [0, bound), without bias. `bound` is from 1 to 2^32. */
  below(bound: number): number {
    // Numbers past the last multiple of `bound` would favour small results: draw again.
    const limit = 0x1_0000_0000 - (0x1_0000_0000 % bound);
    let drawn = this.uint32();
    while (drawn >= limit) drawn = this.uint32();
    return drawn % bound;
  }

  /** An integer uniform in [low, high], both included. */
  between(low: number, high: number): number {
    return low + this.below(high - low + 1);
  }

  /** True with the given probability, to a resolution of 2^-32. */
  chance(probability: number): boolean {
    return this.uint32() < probability * 0x1_0000_0000;
  }

  /** Puts the elements into an order drawn uniformly from all orders (Fisher and Yates). */
  shuffle<T extends { readonly length: number; [index: number]: number }>(values: T): T {
    for (let last = values.length - 1; last > 0; last--) {
      const chosen = this.below(last + 1);
      const kept = values[last] ?? 0;
      values[last] = values[chosen] ?? 0;
      values[chosen] = kept;
    }
    return values;
  }
}
