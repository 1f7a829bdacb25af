// Which elements dropout keeps: a pure function of (rate, seed, step, site) and the element's index, so
// that a resumed run, another backend or a C++ kernel draws the same mask. Counter layout: README, "Dropout".
import { OpValueError } from './errors.ts';
import { philox4x32 } from './philox.ts';

/** Where and when a dropout happens; equal specs give equal masks. */
export interface DropoutSpec {
  /** Probability that an element is zeroed, in [0, 1). */
  readonly rate: number;
  /** The run's seed: a non-negative safe integer. */
  readonly seed: number;
  /** Counts forward passes (micro-batches, not optimizer steps): an integer in [0, 2^32). */
  readonly step: number;
  /** Which dropout of the model this is: an integer in [0, 2^32), or a name such as `encoder.layer.0.output`. */
  readonly site: number | string;
}

/** A DropoutSpec resolved to the 32-bit words that a kernel needs; no strings, no floating point but `scale`. */
export interface DropoutAttributes {
  /** An element is kept where its random word is >= threshold. round(rate * 2^32). */
  threshold: number;
  /** float32(1 / (1 - rate)): what kept elements are multiplied by. */
  scale: number;
  seedLow: number;
  seedHigh: number;
  step: number;
  siteLow: number;
  siteHigh: number;
}

/**
 * Checks a spec and resolves it to kernel attributes.
 *
 * @throws OpValueError for a rate outside [0, 1), or a seed, step or site that is no integer in range.
 */
export function dropoutAttributes(spec: DropoutSpec, op = 'dropout'): DropoutAttributes {
  const { rate, seed, step, site } = spec;
  if (!(rate >= 0 && rate < 1)) {
    throw new OpValueError(op, 'dropout rate', rate, 'a number in [0, 1)');
  }
  checkInteger(op, 'dropout seed', seed, Number.MAX_SAFE_INTEGER);
  checkInteger(op, 'dropout step', step, 0xffffffff);
  const [siteLow, siteHigh] = siteWords(op, site);
  return {
    threshold: Math.min(Math.round(rate * 2 ** 32), 0xffffffff),
    scale: Math.fround(1 / (1 - rate)),
    seedLow: seed >>> 0,
    seedHigh: Math.floor(seed / 2 ** 32),
    step,
    siteLow,
    siteHigh,
  };
}

/**
 * The multiplier of each element: 0 where dropped, 1 / (1 - rate) where kept.
 *
 * Element i takes word i mod 4 of Philox4x32-10 with counter (floor(i / 4), step, siteLow, siteHigh) and
 * key (seedLow, seedHigh); it is kept where that word is at least round(rate * 2^32).
 *
 * @param size number of elements, below 2^34.
 * @throws OpValueError as dropoutAttributes.
 */
export function dropoutMask(spec: DropoutSpec, size: number): Float32Array {
  checkInteger('dropoutMask', 'size', size, 2 ** 34 - 1);
  return maskFromAttributes(dropoutAttributes(spec, 'dropoutMask'), size);
}

/** dropoutMask for a spec that is already resolved. */
export function maskFromAttributes(attributes: DropoutAttributes, size: number): Float32Array {
  const { threshold, scale, seedLow, seedHigh, step, siteLow, siteHigh } = attributes;
  const mask = new Float32Array(size);
  const words = new Uint32Array(4);
  for (let start = 0; start < size; start += 4) {
    philox4x32(start / 4, step, siteLow, siteHigh, seedLow, seedHigh, words);
    const end = Math.min(4, size - start);
    for (let lane = 0; lane < end; lane++) {
      mask[start + lane] = (words[lane] ?? 0) >= threshold ? scale : 0;
    }
  }
  return mask;
}

/** A number is its own low word; a name is hashed to 64 bits (FNV-1a over its UTF-16 code units, low byte first). */
function siteWords(op: string, site: number | string): [number, number] {
  if (typeof site === 'number') {
    checkInteger(op, 'dropout site', site, 0xffffffff);
    return [site, 0];
  }
  let hash = 0xcbf29ce484222325n;
  for (let i = 0; i < site.length; i++) {
    const unit = site.charCodeAt(i);
    hash = BigInt.asUintN(64, (hash ^ BigInt(unit & 0xff)) * 0x100000001b3n);
    hash = BigInt.asUintN(64, (hash ^ BigInt(unit >>> 8)) * 0x100000001b3n);
  }
  return [Number(hash & 0xffffffffn), Number(hash >> 32n)];
}

function checkInteger(op: string, argument: string, value: number, max: number): void {
  if (!Number.isInteger(value) || value < 0 || value > max) {
    throw new OpValueError(op, argument, value, `an integer from 0 to ${max}`);
  }
}
