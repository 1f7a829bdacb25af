// The whole pipeline on one text, step by step and with offsets: added tokens in the text as given, then
// normalization, added tokens in the normalized text, words, pieces. CorpusEncoder does the same at
// many times the speed and without offsets; tests hold the two together.
import { AddedTokenMatcher, type AddedToken } from './added-tokens.ts';
import type { CharacterTable } from './characters.ts';
import type { TokenizedText } from './encoding.ts';
import { normalizeText, type NormalizedText } from './normalize.ts';
import { preTokenize, type WordRange } from './pre-tokenize.ts';
import { unitsOf } from './surrogates.ts';
import type { WordPieceModel } from './word-piece-model.ts';

export class TextTokenizer {
  /** Looked for in the text as given. */
  readonly verbatim: AddedTokenMatcher;
  /** Looked for in the normalized text. */
  readonly normalized: AddedTokenMatcher;
  readonly #table: CharacterTable;
  readonly #model: WordPieceModel;

  constructor(table: CharacterTable, model: WordPieceModel, addedTokens: readonly AddedToken[]) {
    this.#table = table;
    this.#model = model;
    this.verbatim = new AddedTokenMatcher(
      addedTokens.filter((token) => !token.normalized),
      (token) => token.content,
    );
    this.normalized = new AddedTokenMatcher(
      addedTokens.filter((token) => token.normalized),
      (token) => normalizeText(token.content, table).text,
    );
  }

  tokenize(text: string): TokenizedText {
    const tokens = new TokenList(text);
    for (const { token, start, end } of this.verbatim.split(text)) {
      if (token === undefined)
        this.#tokenizePart(normalizeText(text, this.#table, start, end), tokens);
      else tokens.addToken(token.id, start, end);
    }
    return tokens;
  }

  #tokenizePart(part: NormalizedText, tokens: TokenList): void {
    const units = unitsOf(part.text);
    for (const { token, start, end } of this.normalized.split(part.text)) {
      if (token !== undefined) {
        tokens.addToken(token.id, part.starts[start] ?? 0, part.ends[end - 1] ?? 0);
        continue;
      }
      for (const word of preTokenize(part.text, start, end)) {
        this.#tokenizeWord(part, units, word, tokens);
      }
    }
  }

  #tokenizeWord(
    part: NormalizedText,
    units: Uint16Array,
    word: WordRange,
    tokens: TokenList,
  ): void {
    const count = this.#model.tokenizeWord(units, word.start, word.end);
    const starts: number[] = [];
    const ends: number[] = [];
    let from = word.start;
    for (const to of this.#model.ends.subarray(0, count)) {
      starts.push(part.starts[from] ?? 0);
      ends.push(part.ends[to - 1] ?? 0);
      from = to;
    }
    tokens.addWord(this.#model.ids.subarray(0, count), starts, ends);
  }
}

class TokenList implements TokenizedText {
  readonly text: string;
  readonly ids: number[] = [];
  readonly wordIds: number[] = [];
  readonly starts: number[] = [];
  readonly ends: number[] = [];
  readonly addedWords = new Set<number>();
  #words = 0;

  constructor(text: string) {
    this.text = text;
  }

  addToken(id: number, start: number, end: number): void {
    this.addedWords.add(this.#words);
    this.addWord([id], [start], [end]);
  }

  addWord(ids: Iterable<number>, starts: readonly number[], ends: readonly number[]): void {
    for (const id of ids) {
      this.ids.push(id);
      this.wordIds.push(this.#words);
    }
    for (const start of starts) this.starts.push(start);
    for (const end of ends) this.ends.push(end);
    this.#words++;
  }
}
