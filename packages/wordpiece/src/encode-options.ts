// Options of encode and encodeBatch, and what they come to for a given tokenizer.
import { TokenizerOptionError } from './errors.ts';
import type { PaddingStrategy } from './padding.ts';
import type { Side, TruncationStrategy } from './truncation.ts';

export interface EncodeOptions {
  /** Puts [CLS] and [SEP] around the texts, as the tokenizer's template says. Default true. */
  readonly addSpecialTokens?: boolean;
  /** Cuts to maxLength; `true` is 'longest_first'. Default false. */
  readonly truncation?: boolean | TruncationStrategy;
  /** Tokens, special tokens included. Default: the tokenizer's modelMaxLength. */
  readonly maxLength?: number;
  /** Which end loses tokens. Default 'right'. */
  readonly truncationSide?: Side;
  /** How many tokens consecutive windows of a truncated text share. Default 0. */
  readonly stride?: number;
  /** Returns the windows that truncation cut off, in `overflowing`. Default false. */
  readonly returnOverflowingTokens?: boolean;
  /**
   * Lets the windows cover only what the reference reads: it stops at the end of the first word that
   * brings a text to maxLength tokens, and what follows is in no window. Default false: the windows
   * cover the whole text.
   */
  readonly stopEarly?: boolean;
  /** `true` is 'longest'. Default false. */
  readonly padding?: boolean | PaddingStrategy;
  /** Rounds the padded length up. Default: no rounding. */
  readonly padToMultipleOf?: number;
  /** Which end is padded. Default 'right'. */
  readonly paddingSide?: Side;
}

export interface Truncation {
  readonly strategy: TruncationStrategy;
  readonly maxLength: number;
  readonly side: Side;
  readonly stride: number;
  readonly returnOverflowing: boolean;
  readonly stopEarly: boolean;
}

const STRATEGIES: readonly TruncationStrategy[] = ['longest_first', 'only_first', 'only_second'];

/** @throws TokenizerOptionError for a strategy, length, side or stride that is not one */
export function resolveTruncation(
  options: EncodeOptions,
  modelMaxLength: number | undefined,
): Truncation | undefined {
  const { truncation = false, truncationSide = 'right', stride = 0 } = options;
  if (truncation === false) return undefined;
  const strategy = truncation === true ? 'longest_first' : truncation;
  oneOf('truncation', strategy, STRATEGIES);
  oneOf('truncationSide', truncationSide, ['left', 'right']);
  requireCount('stride', stride);
  const maxLength = options.maxLength ?? modelMaxLength;
  if (maxLength === undefined) {
    throw new TokenizerOptionError('truncation', 'needs maxLength; the tokenizer names no limit.');
  }
  requireCount('maxLength', maxLength);
  const { returnOverflowingTokens: returnOverflowing = false, stopEarly = false } = options;
  return { strategy, maxLength, side: truncationSide, stride, returnOverflowing, stopEarly };
}

/** @throws TokenizerOptionError for a strategy or side that is not one */
export function resolvePadding(
  options: EncodeOptions,
): { readonly strategy: PaddingStrategy; readonly side: Side } | undefined {
  const { padding = false, paddingSide = 'right' } = options;
  if (padding === false) return undefined;
  const strategy = padding === true ? 'longest' : padding;
  oneOf('padding', strategy, ['longest', 'max_length']);
  oneOf('paddingSide', paddingSide, ['left', 'right']);
  return { strategy, side: paddingSide };
}

function oneOf(option: string, value: string, known: readonly string[]): void {
  if (known.includes(value)) return;
  throw new TokenizerOptionError(
    option,
    `expected ${known.join(', ')} or a boolean, not '${value}'.`,
  );
}

function requireCount(option: string, value: number): void {
  if (Number.isInteger(value) && value >= 0) return;
  throw new TokenizerOptionError(option, `expected an integer of at least 0, not ${value}.`);
}
