// What the strategies share of their options: validation, and the length an example aims at.
import type { Random } from '../random.ts';
import { DatasetsOptionError } from '../errors.ts';
import type { ExampleStrategyOptions } from './example-strategy.ts';

/** Lengths in tokens, special tokens taken off. */
export interface LengthOptions {
  /** Most tokens of an example's text. */
  readonly maxTokens: number;
  readonly shortSeqProbability: number;
}

/**
 * Validates the common options.
 *
 * @param specialTokens how many special tokens an example has
 * @param shortSeqProbability the strategy's default
 * @throws {@link DatasetsOptionError}
 */
export function lengthOptions(
  options: ExampleStrategyOptions,
  specialTokens: number,
  shortSeqProbability: number,
): LengthOptions {
  const maxSeqLength = options.maxSeqLength ?? 128;
  const least = specialTokens + 2;
  if (!Number.isInteger(maxSeqLength) || maxSeqLength < least) {
    throw new DatasetsOptionError('maxSeqLength', maxSeqLength, `an integer of at least ${least}`);
  }
  const short = options.shortSeqProbability ?? shortSeqProbability;
  requireProbability('shortSeqProbability', short);
  return { maxTokens: maxSeqLength - specialTokens, shortSeqProbability: short };
}

/** @throws {@link DatasetsOptionError} when the value is not in [0, 1]. */
export function requireProbability(option: string, value: number): void {
  if (!(value >= 0 && value <= 1)) {
    throw new DatasetsOptionError(option, value, 'a probability from 0 to 1');
  }
}

/** How many tokens the examples of a document aim at: the longest, or sometimes a random shorter length. */
export function targetLength(options: LengthOptions, random: Random): number {
  return random.chance(options.shortSeqProbability)
    ? random.between(2, options.maxTokens)
    : options.maxTokens;
}
