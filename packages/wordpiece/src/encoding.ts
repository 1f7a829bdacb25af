// What encoding a text gives: parallel lists, one entry a token, named as in transformers.

/** `[start, end)` in a text. */
export type Offsets = readonly [start: number, end: number];

/** Parallel lists of the same length. Special tokens and padding have no word, sequence or text. */
export interface Encoding {
  readonly inputIds: readonly number[];
  /** 0 for the first text, 1 for the second, as the model's template says. */
  readonly tokenTypeIds: readonly number[];
  /** 1 for a token, 0 for padding. */
  readonly attentionMask: readonly number[];
  /** 1 for what the template and padding added, 0 for what stands in the text (special or not). */
  readonly specialTokensMask: readonly number[];
  readonly tokens: readonly string[];
  /** Which word of its text a token belongs to, counted from 0; `null` for what was added. */
  readonly wordIds: readonly (number | null)[];
  /** Which text a token belongs to; `null` for what was added. */
  readonly sequenceIds: readonly (0 | 1 | null)[];
  /** UTF-16 units of the original text: `text.slice(start, end)`. `[0, 0]` for what was added. */
  readonly offsets: readonly Offsets[];
  /** The same in code points, as Python counts. */
  readonly codePointOffsets: readonly Offsets[];
  /** The further windows of a truncated text; empty unless returnOverflowingTokens is set. */
  readonly overflowing: readonly Encoding[];
}

/** The tokens of one text before the template is applied, as parallel lists. */
export interface TokenizedText {
  readonly text: string;
  readonly ids: readonly number[];
  readonly wordIds: readonly number[];
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  /** Which words are added tokens. */
  readonly addedWords: ReadonlySet<number>;
}
