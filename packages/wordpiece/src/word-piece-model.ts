// WordPiece: a word becomes the longest piece that begins it, then the longest continuing pieces; if
// any part has none, the whole word is [UNK] (google-research/bert, WordpieceTokenizer).
import { VocabularyError } from './errors.ts';
import { PieceTrie } from './piece-trie.ts';
import type { Vocabulary } from './vocabulary.ts';

export interface WordPieceModelOptions {
  /** Default '[UNK]'. */
  readonly unkToken?: string;
  /** What a piece that continues a word begins with. Default '##'. */
  readonly continuingSubwordPrefix?: string;
  /** A word of more code points is [UNK]. Default 100. */
  readonly maxInputCharsPerWord?: number;
}

export class WordPieceModel {
  readonly unkTokenId: number;
  /** Ids of the last word; the first `tokenizeWord()` of them are valid. */
  readonly ids: Int32Array;
  /** Where each piece of the last word ends, in the units given to tokenizeWord. */
  readonly ends: Int32Array;
  readonly #maxChars: number;
  readonly #beginning: PieceTrie;
  readonly #continuing: PieceTrie;

  /** @throws VocabularyError when the vocabulary lacks the unknown token */
  constructor(vocabulary: Vocabulary, options: WordPieceModelOptions = {}) {
    const { unkToken = '[UNK]', continuingSubwordPrefix: prefix = '##' } = options;
    this.#maxChars = options.maxInputCharsPerWord ?? 100;
    const unkTokenId = vocabulary.tokenToId(unkToken);
    if (unkTokenId === undefined) {
      throw new VocabularyError(
        { file: vocabulary.file },
        `the vocabulary has no ${unkToken}; a word outside it could not be represented.`,
      );
    }
    this.unkTokenId = unkTokenId;
    this.ids = new Int32Array(this.#maxChars + 1);
    this.ends = new Int32Array(this.#maxChars + 1);
    const units = vocabulary.tokens.reduce((sum, token) => sum + token.length, 0);
    this.#beginning = new PieceTrie(units);
    this.#continuing = new PieceTrie(units);
    for (const [id, token] of vocabulary.tokens.entries()) {
      this.#beginning.add(token, id);
      // A bare prefix continues nothing: as an empty piece it would match for ever.
      if (token.startsWith(prefix) && token.length > prefix.length) {
        this.#continuing.add(token.slice(prefix.length), id);
      }
    }
  }

  /**
   * Tokenizes the normalized word `units[from, to)` into `ids` and `ends`, and returns how many pieces
   * it has: 0 for an empty word.
   */
  tokenizeWord(units: Uint16Array, from: number, to: number): number {
    if (from === to) return 0;
    if (this.#isTooLong(units, from, to)) return this.#unknown(to);
    let count = 0;
    let trie = this.#beginning;
    for (let position = from; position < to;) {
      const end = trie.longestMatch(units, position, to);
      if (end === -1) return this.#unknown(to);
      this.ids[count] = trie.longestId;
      this.ends[count] = end;
      count++;
      position = end;
      trie = this.#continuing;
    }
    return count;
  }

  #unknown(end: number): number {
    this.ids[0] = this.unkTokenId;
    this.ends[0] = end;
    return 1;
  }

  #isTooLong(units: Uint16Array, from: number, to: number): boolean {
    if (to - from <= this.#maxChars) return false;
    if (to - from > 2 * this.#maxChars) return true;
    let codePoints = 0;
    for (let i = from; i < to; i++) {
      // The second half of a pair belongs to the code point already counted.
      if (((units[i] ?? 0) & 0xfc00) !== 0xdc00) codePoints++;
    }
    return codePoints > this.#maxChars;
  }
}
