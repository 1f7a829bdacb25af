// Padding: Encodings, and their overflowing windows, made equally long.
import type { Encoding, Offsets } from './encoding.ts';
import { TokenizerOptionError } from './errors.ts';
import type { Side } from './truncation.ts';

/** 'longest': to the longest of the batch; 'max_length': to maxLength. */
export type PaddingStrategy = 'longest' | 'max_length';

export interface PaddingToken {
  readonly id: number;
  readonly token: string;
}

/**
 * The length to pad to.
 *
 * @throws TokenizerOptionError when 'max_length' has no maxLength, or the multiple is not positive
 */
export function paddedLength(
  encodings: readonly Encoding[],
  strategy: PaddingStrategy,
  maxLength: number | undefined,
  padToMultipleOf: number | undefined,
): number {
  if (strategy === 'max_length' && maxLength === undefined) {
    throw new TokenizerOptionError('padding', `'max_length' needs maxLength.`);
  }
  const longest = encodings.reduce((most, { inputIds }) => Math.max(most, inputIds.length), 0);
  const length = strategy === 'longest' ? longest : (maxLength ?? longest);
  if (padToMultipleOf === undefined) return length;
  if (!Number.isInteger(padToMultipleOf) || padToMultipleOf < 1) {
    throw new TokenizerOptionError(
      'padToMultipleOf',
      `expected a positive integer, not ${padToMultipleOf}.`,
    );
  }
  return Math.ceil(length / padToMultipleOf) * padToMultipleOf;
}

/** `encoding` and its overflowing windows padded to `length`; those that are longer stay as they are. */
export function padEncoding(
  encoding: Encoding,
  length: number,
  side: Side,
  padding: PaddingToken,
): Encoding {
  const missing = Math.max(0, length - encoding.inputIds.length);
  const pad = <T>(list: readonly T[], value: T): readonly T[] => {
    const filler = new Array<T>(missing).fill(value);
    return side === 'right' ? [...list, ...filler] : [...filler, ...list];
  };
  const nowhere: Offsets = [0, 0];
  return {
    inputIds: pad(encoding.inputIds, padding.id),
    tokenTypeIds: pad(encoding.tokenTypeIds, 0),
    attentionMask: pad(encoding.attentionMask, 0),
    specialTokensMask: pad(encoding.specialTokensMask, 1),
    tokens: pad(encoding.tokens, padding.token),
    wordIds: pad(encoding.wordIds, null),
    sequenceIds: pad(encoding.sequenceIds, null),
    offsets: pad(encoding.offsets, nowhere),
    codePointOffsets: pad(encoding.codePointOffsets, nowhere),
    overflowing: encoding.overflowing.map((other) => padEncoding(other, length, side, padding)),
  };
}
