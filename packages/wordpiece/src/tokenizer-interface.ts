// What the stages after tokenization need of a tokenizer, whoever made it.
import type { IdBuffer } from './id-buffer.ts';

/** A tokenizer as data sets, trainers and pipelines see it. */
export interface Tokenizer {
  /** How many ids there are: the rows an embedding needs. */
  readonly vocabSize: number;
  readonly padTokenId: number;
  readonly unkTokenId: number;
  readonly clsTokenId: number;
  readonly sepTokenId: number;
  readonly maskTokenId: number;
  /** Ids that stand for no text, ascending. */
  readonly specialTokenIds: readonly number[];
  /** Appends the ids of a text to `into`, without special tokens around it. */
  encodeToIds(text: string, into: IdBuffer): void;
  tokenToId(token: string): number | undefined;
  idToToken(id: number): string | undefined;
  /** Whether an id continues the word before it. */
  isContinuation(id: number): boolean;
  decode(ids: Iterable<number>, options?: DecodeOptions): string;
}

export interface DecodeOptions {
  /** Leaves out special tokens. Default true. */
  readonly skipSpecialTokens?: boolean;
  /** Closes up the space before punctuation. Default: as the tokenizer's files say, else true. */
  readonly cleanUpTokenizationSpaces?: boolean;
}
