// What the pairs around one merge gain: gathered while the merge walks over the words, then entered into
// the pair table in one go, each pair's occurrences side by side.
import type { PairTable } from './pair-table.ts';
import { grown } from './typed-arrays.ts';
import { PAIR } from './word-cells.ts';

/** The occurrences gained during one merge. */
export class GainedOccurrences {
  readonly #table: PairTable;
  readonly #cells: Int32Array;
  #pairs = new Int32Array(1024);
  #firstCells = new Int32Array(1024);
  #size = 0;
  /** How many occurrences each pair gains; all zero between merges. */
  #lengths = new Int32Array(1024);

  constructor(table: PairTable, cells: Int32Array) {
    this.#table = table;
    this.#cells = cells;
  }

  /** Makes room for `more` calls of {@link GainedOccurrences.move}. */
  reserve(more: number): void {
    if (more <= this.#pairs.length) return;
    this.#pairs = grown(this.#pairs, more);
    this.#firstCells = grown(this.#firstCells, more);
  }

  /** One occurrence changes hands: pair `lost` no longer stands at `firstCell`, pair `gained` does. */
  move(firstCell: number, lost: number, gained: number, count: number): void {
    const { counts } = this.#table;
    counts[lost] = (counts[lost] ?? 0) - count;
    counts[gained] = (counts[gained] ?? 0) + count;
    this.#pairs[this.#size] = gained;
    this.#firstCells[this.#size++] = firstCell;
  }

  /** Enters everything gathered into the table; returns the pairs that gained. */
  commit(): readonly number[] {
    const gaining = this.#countPerPair();
    const table = this.#table;
    let total = 0;
    for (const pair of gaining) {
      total +=
        (this.#lengths[pair] ?? 0) + (table.runEnds[pair] ?? 0) - (table.runStarts[pair] ?? 0);
    }
    table.reserveOccurrences(total);
    for (const pair of gaining) {
      this.#openRun(pair, this.#lengths[pair] ?? 0);
      this.#lengths[pair] = 0;
    }
    const { runEnds, occurrences } = table;
    for (let i = 0; i < this.#size; i++) {
      const pair = this.#pairs[i] ?? 0;
      const end = runEnds[pair] ?? 0;
      occurrences[end] = this.#firstCells[i] ?? 0;
      runEnds[pair] = end + 1;
    }
    this.#size = 0;
    return gaining;
  }

  /** Drops what has gone stale since it was gathered, and counts the rest by pair. */
  #countPerPair(): number[] {
    if (this.#lengths.length < this.#table.size) {
      this.#lengths = grown(this.#lengths, this.#table.size);
    }
    const gaining: number[] = [];
    let kept = 0;
    for (let i = 0; i < this.#size; i++) {
      const pair = this.#pairs[i] ?? 0;
      const cell = this.#firstCells[i] ?? 0;
      if (this.#cells[cell + PAIR] !== pair) continue;
      const length = this.#lengths[pair] ?? 0;
      if (length === 0) gaining.push(pair);
      this.#lengths[pair] = length + 1;
      this.#pairs[kept] = pair;
      this.#firstCells[kept++] = cell;
    }
    this.#size = kept;
    return gaining;
  }

  /**
   * Starts a run with room for `more` occurrences. A pair that had some already (its token was reached
   * by another merge before) takes them along. That copy cannot happen often: a token of n characters
   * is reached by at most n - 1 merges.
   */
  #openRun(pair: number, more: number): void {
    const table = this.#table;
    const { runStarts, runEnds, occurrences } = table;
    const start = runStarts[pair] ?? 0;
    const end = runEnds[pair] ?? 0;
    const used = table.occurrencesUsed;
    occurrences.copyWithin(used, start, end);
    runStarts[pair] = used;
    runEnds[pair] = used + end - start;
    table.occurrencesUsed = used + end - start + more;
  }
}
