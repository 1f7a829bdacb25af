// All pairs of neighbouring symbols seen so far: how often each occurs, and where.
import { grown } from './typed-arrays.ts';

/**
 * Pairs by id. A pair is never removed: one that no longer occurs has the count 0. Where a pair occurs is
 * a run of cell offsets in `occurrences`; an offset goes stale when its cell takes part in a merge, which
 * the cell itself tells (see word-cells.ts), so nothing is ever taken out of a run.
 */
export class PairTable {
  /** Left and right token of each pair. */
  lefts = new Int32Array(0);
  rights = new Int32Array(0);
  /** How often each pair occurs in the corpus, words weighted by their counts. */
  counts = new Float64Array(0);
  /** The run of each pair in `occurrences`. */
  runStarts = new Int32Array(0);
  runEnds = new Int32Array(0);
  occurrences = new Int32Array(0);
  occurrencesUsed = 0;
  size = 0;

  /** For each token the latest pair that has it on the left (right); each pair links to the one before. */
  readonly #latestByLeft: Int32Array;
  readonly #latestByRight: Int32Array;
  #earlierByLeft = new Int32Array(0);
  #earlierByRight = new Int32Array(0);

  /** @param maxTokens one more than the highest token id that will ever be used */
  constructor(maxTokens: number) {
    this.#latestByLeft = new Int32Array(maxTokens).fill(-1);
    this.#latestByRight = new Int32Array(maxTokens).fill(-1);
  }

  /** Makes room for `more` pairs, so that the arrays stay in place while they are added. */
  reservePairs(more: number): void {
    const needed = this.size + more;
    if (needed <= this.lefts.length) return;
    this.lefts = grown(this.lefts, needed);
    const { length } = this.lefts;
    this.rights = grown(this.rights, length);
    this.counts = grown(this.counts, length);
    this.runStarts = grown(this.runStarts, length);
    this.runEnds = grown(this.runEnds, length);
    this.#earlierByLeft = grown(this.#earlierByLeft, length);
    this.#earlierByRight = grown(this.#earlierByRight, length);
  }

  /** Makes room for `more` occurrences. */
  reserveOccurrences(more: number): void {
    const needed = this.occurrencesUsed + more;
    if (needed > this.occurrences.length) this.occurrences = grown(this.occurrences, needed);
  }

  /** Adds a pair that is not there yet, with the count 0; {@link PairTable.reservePairs} comes first. */
  add(left: number, right: number): number {
    const pair = this.size++;
    this.lefts[pair] = left;
    this.rights[pair] = right;
    this.#earlierByLeft[pair] = this.#latestByLeft[left] ?? -1;
    this.#earlierByRight[pair] = this.#latestByRight[right] ?? -1;
    this.#latestByLeft[left] = pair;
    this.#latestByRight[right] = pair;
    return pair;
  }

  /**
   * Enters the pairs of `token` under their other token: those it ends in `before`, those it begins in
   * `after`. Both arrays are indexed by token.
   */
  enterPairsOf(token: number, before: Int32Array, after: Int32Array): void {
    for (let pair = this.#latestByRight[token] ?? -1; pair >= 0;) {
      before[this.lefts[pair] ?? 0] = pair;
      pair = this.#earlierByRight[pair] ?? -1;
    }
    for (let pair = this.#latestByLeft[token] ?? -1; pair >= 0;) {
      after[this.rights[pair] ?? 0] = pair;
      pair = this.#earlierByLeft[pair] ?? -1;
    }
  }

  /** Writes -1 wherever {@link PairTable.enterPairsOf} would write a pair of `token`. */
  clearPairsOf(token: number, before: Int32Array, after: Int32Array): void {
    for (let pair = this.#latestByRight[token] ?? -1; pair >= 0;) {
      before[this.lefts[pair] ?? 0] = -1;
      pair = this.#earlierByRight[pair] ?? -1;
    }
    for (let pair = this.#latestByLeft[token] ?? -1; pair >= 0;) {
      after[this.rights[pair] ?? 0] = -1;
      pair = this.#earlierByLeft[pair] ?? -1;
    }
  }
}
