// Which part of one or two texts fits a length, and which windows hold the rest: the arithmetic of
// Hugging Face tokenizers' truncate_encodings.
import type { TokenizedText } from './encoding.ts';
import { TokenizerOptionError } from './errors.ts';

/** From which text tokens are removed. */
export type TruncationStrategy = 'longest_first' | 'only_first' | 'only_second';
export type Side = 'left' | 'right';

/** A window `[from, to)` of a text's tokens. */
export interface TokenWindow {
  readonly from: number;
  readonly to: number;
}

/**
 * How many tokens of each text to keep.
 *
 * @param lengths tokens of the first text and, for a pair, of the second
 * @param available how many both may have together, special tokens not counted
 * @throws TokenizerOptionError when the strategy's text is missing or has too few tokens to remove
 */
export function truncatedLengths(
  [first, second]: readonly [number, number | undefined],
  available: number,
  strategy: TruncationStrategy,
): [number, number] {
  const excess = first + (second ?? 0) - available;
  if (excess <= 0) return [first, second ?? 0];
  if (available === 0) return [0, 0];
  if (strategy === 'longest_first') {
    return second === undefined ? [available, 0] : longestFirst(first, second, available);
  }
  const target = strategy === 'only_first' ? first : second;
  if (target === undefined) {
    throw new TokenizerOptionError('truncation', `'only_second' needs a second text.`);
  }
  if (target <= excess) {
    throw new TokenizerOptionError(
      'truncation',
      `'${strategy}' would have to remove ${excess} tokens of ${target}; ` +
        `raise maxLength or use 'longest_first'.`,
    );
  }
  return strategy === 'only_first' ? [first - excess, second ?? 0] : [first, target - excess];
}

/** Shortens the longer text to the shorter; if that is not enough, both share equally. */
function longestFirst(first: number, second: number, available: number): [number, number] {
  let shorter = Math.min(first, second);
  let longer = shorter > available ? shorter : Math.max(shorter, available - shorter);
  if (shorter + longer > available) {
    shorter = Math.floor(available / 2);
    longer = shorter + (available % 2);
  }
  return first > second ? [longer, shorter] : [shorter, longer];
}

/**
 * The windows of `length` tokens, each at most `size` long and sharing `stride` tokens with the one
 * before it. The first is the one that is kept.
 *
 * @throws TokenizerOptionError unless stride is less than size
 */
export function tokenWindows(
  length: number,
  size: number,
  stride: number,
  side: Side,
): TokenWindow[] {
  if (length <= size) return [{ from: 0, to: length }];
  if (size === 0)
    return [
      { from: 0, to: 0 },
      { from: 0, to: length },
    ];
  if (stride >= size) {
    throw new TokenizerOptionError(
      'stride',
      `${stride} is not less than the ${size} tokens that maxLength leaves for this text.`,
    );
  }
  const windows: TokenWindow[] = [];
  for (let skipped = 0; ; skipped += size - stride) {
    const left = Math.max(0, length - skipped);
    const window =
      side === 'right'
        ? { from: skipped, to: Math.min(skipped + size, length) }
        : { from: Math.max(0, left - size), to: left };
    windows.push(window);
    if (side === 'right' ? window.to === length : window.from === 0) return windows;
  }
}

/**
 * What the reference reads of a text that is to be truncated: it stops after the first word, added
 * tokens aside, that brings the text to `maxLength` tokens. Its lengths, not those of the whole text,
 * decide which text of a pair gets the odd token.
 *
 * @param side 'left' reads from the end
 */
export function readWindow(
  { ids, wordIds, addedWords }: TokenizedText,
  maxLength: number,
  side: Side,
): TokenWindow {
  const { length } = ids;
  const wordAt = (read: number): number | undefined =>
    wordIds[side === 'right' ? read : length - 1 - read];
  let read = Math.max(1, maxLength);
  while (read < length) {
    const last = wordAt(read - 1);
    if (last !== wordAt(read) && last !== undefined && !addedWords.has(last)) break;
    read++;
  }
  read = Math.min(read, length);
  return side === 'right' ? { from: 0, to: read } : { from: length - read, to: length };
}
