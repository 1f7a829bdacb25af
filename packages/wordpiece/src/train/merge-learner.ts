// Learns merges: again and again the most frequent pair of neighbouring symbols becomes one token. The
// algorithm of Hugging Face's BpeTrainer with a continuing-subword prefix (which WordPieceTrainer runs),
// with exact counts and every tie decided by token ids. docs: README.md, "What is learned".
import { GainedOccurrences } from './gained-occurrences.ts';
import { collectPairs } from './initial-pairs.ts';
import { PairQueue } from './pair-queue.ts';
import type { PairTable } from './pair-table.ts';
import type { SymbolCorpus } from './symbol-corpus.ts';
import type { TokenList } from './token-list.ts';
import { layOutWords, NO_PAIR, NO_SYMBOL, CELL, PAIR, SPAN, SYMBOL, WORD } from './word-cells.ts';

/** One learned merge: tokens `left` and `right`, neighbours `count` times, became `token`. */
export interface Merge {
  readonly left: number;
  readonly right: number;
  readonly token: number;
  readonly count: number;
}

export interface MergeOptions {
  /** Learning stops at this many tokens. */
  readonly vocabSize: number;
  /** Pairs that occur less often are not merged. */
  readonly minFrequency: number;
  /** What marks a token that continues a word, as '##'. */
  readonly continuingSubwordPrefix: string;
}

/** Occurrences merged at a time: their cells fit the first-level cache. */
const BATCH = 256;

/**
 * Learns one merge per call of {@link MergeLearner.next}. The pair merged is the one that occurs most
 * often (each word times its count; 'aaa' holds two pairs 'aa'), of equals the one with the lowest left
 * id, then the lowest right id. Within a word pairs merge from left to right. A merge whose string is
 * already a token leads to that token.
 */
export class MergeLearner {
  readonly #tokens: TokenList;
  readonly #options: MergeOptions;
  readonly #cells: Int32Array;
  readonly #wordCounts: Float64Array;
  readonly #pairs: PairTable;
  readonly #queue: PairQueue;
  /** During one merge: the pair that each token forms with the merged token, before it and after it. */
  readonly #pairBefore: Int32Array;
  readonly #pairAfter: Int32Array;
  readonly #gains: GainedOccurrences;
  readonly #batchCounts = new Float64Array(BATCH);

  /**
   * @param corpus symbols are ids in `tokens`
   * @param tokens special tokens and alphabet; the learned tokens are added to it
   */
  constructor(corpus: SymbolCorpus, tokens: TokenList, options: MergeOptions) {
    const maxTokens = Math.max(tokens.size, options.vocabSize) + 1;
    this.#tokens = tokens;
    this.#options = options;
    this.#wordCounts = corpus.counts;
    this.#cells = layOutWords(corpus);
    this.#pairs = collectPairs(this.#cells, corpus.counts, maxTokens);
    this.#gains = new GainedOccurrences(this.#pairs, this.#cells);
    this.#queue = new PairQueue(this.#pairs, options.minFrequency);
    for (let pair = 0; pair < this.#pairs.size; pair++) this.#queue.push(pair);
    this.#pairBefore = new Int32Array(maxTokens).fill(NO_PAIR);
    this.#pairAfter = new Int32Array(maxTokens).fill(NO_PAIR);
  }

  /** Learns the next merge, or returns undefined: the vocabulary is full or no pair is frequent enough. */
  next(): Merge | undefined {
    if (this.#tokens.size >= this.#options.vocabSize) return undefined;
    const pair = this.#queue.pop();
    if (pair < 0) return undefined;
    const pairs = this.#pairs;
    const left = pairs.lefts[pair] ?? 0;
    const right = pairs.rights[pair] ?? 0;
    const count = pairs.counts[pair] ?? 0;
    const token = this.#tokens.add(this.#join(left, right));
    pairs.enterPairsOf(token, this.#pairBefore, this.#pairAfter);
    this.#mergeOccurrences(pair, token);
    pairs.counts[pair] = 0;
    pairs.clearPairsOf(token, this.#pairBefore, this.#pairAfter);
    for (const gaining of this.#gains.commit()) this.#queue.push(gaining);
    return { left, right, token, count };
  }

  /** The string of the token that two tokens form. */
  #join(left: number, right: number): string {
    const prefix = this.#options.continuingSubwordPrefix;
    const end = this.#tokens.at(right);
    return this.#tokens.at(left) + (end.startsWith(prefix) ? end.slice(prefix.length) : end);
  }

  /** Replaces every occurrence of the pair by the token, and moves the counts of the pairs around it. */
  #mergeOccurrences(pair: number, token: number): void {
    const found = this.#occurrencesOf(pair);
    this.#pairs.reservePairs(2 * found.length);
    this.#gains.reserve(2 * found.length);
    for (let from = 0; from < found.length; from += BATCH) {
      const batch = found.subarray(from, from + BATCH);
      this.#loadCounts(batch);
      this.#mergeBatch(batch, pair, token);
    }
  }

  /**
   * Looks up the counts of the words that some occurrences stand in. Done before the merging, the loads
   * do not wait for one another, and the cells are in the cache when the merging needs them.
   */
  #loadCounts(batch: Int32Array): void {
    const cells = this.#cells;
    const wordCounts = this.#wordCounts;
    const batchCounts = this.#batchCounts;
    for (let i = 0; i < batch.length; i++) {
      batchCounts[i] = wordCounts[cells[(batch[i] ?? 0) + WORD] ?? 0] ?? 0;
    }
  }

  #mergeBatch(batch: Int32Array, pair: number, token: number): void {
    const cells = this.#cells;
    for (let i = 0; i < batch.length; i++) {
      const first = batch[i] ?? 0;
      if (cells[first + PAIR] !== pair) continue;
      const count = this.#batchCounts[i] ?? 0;
      const second = first + (cells[first + SPAN] ?? 0);
      const following = second + (cells[second + SPAN] ?? 0);

      if (cells[first - CELL + SYMBOL] !== NO_SYMBOL) {
        const previous = first - (cells[first - CELL + SPAN] ?? 0);
        const joined = this.#pairWithPrevious(cells[previous + SYMBOL] ?? 0, token);
        this.#gains.move(previous, cells[previous + PAIR] ?? 0, joined, count);
        cells[previous + PAIR] = joined;
      }
      let joined = NO_PAIR;
      const next = cells[following + SYMBOL] ?? NO_SYMBOL;
      if (next !== NO_SYMBOL) {
        joined = this.#pairWithNext(token, next);
        this.#gains.move(first, cells[second + PAIR] ?? 0, joined, count);
      }
      cells[first + SYMBOL] = token;
      cells[first + PAIR] = joined;
      cells[second + PAIR] = NO_PAIR;
      cells[first + SPAN] = following - first;
      cells[following - CELL + SPAN] = following - first;
    }
  }

  /** Offsets of the first cells of a pair, some of them stale; ascending where they may overlap. */
  #occurrencesOf(pair: number): Int32Array {
    const { lefts, rights, runStarts, runEnds, occurrences } = this.#pairs;
    const run = occurrences.subarray(runStarts[pair], runEnds[pair]);
    return lefts[pair] === rights[pair] ? run.sort() : run;
  }

  #pairWithPrevious(previous: number, token: number): number {
    const known = this.#pairBefore[previous] ?? NO_PAIR;
    return known === NO_PAIR ? this.#addPair(previous, token, token) : known;
  }

  #pairWithNext(token: number, next: number): number {
    const known = this.#pairAfter[next] ?? NO_PAIR;
    return known === NO_PAIR ? this.#addPair(token, next, token) : known;
  }

  #addPair(left: number, right: number, token: number): number {
    const pair = this.#pairs.add(left, right);
    if (right === token) this.#pairBefore[left] = pair;
    if (left === token) this.#pairAfter[right] = pair;
    return pair;
  }
}
