// A max-heap of pairs: the highest count first, then the lowest left id, then the lowest right id,
// which is the order of the Hugging Face BpeTrainer's queue.
import type { PairTable } from './pair-table.ts';

/**
 * Binary heap over the pairs of a {@link PairTable}. An entry remembers the count its pair had when it
 * was pushed; {@link PairQueue.pop} brings stale entries up to date, so counts may fall freely between
 * calls. A pair whose count has risen must be pushed again.
 */
export class PairQueue {
  readonly #pairs: PairTable;
  readonly #minimum: number;
  #ids = new Int32Array(1024);
  #counts = new Float64Array(1024);
  #size = 0;

  /** @param minimum pairs that occur less often are never returned */
  constructor(pairs: PairTable, minimum: number) {
    this.#pairs = pairs;
    this.#minimum = Math.max(1, minimum);
  }

  /** Queues a pair under its present count; one below the minimum is left out. */
  push(pair: number): void {
    const count = this.#pairs.counts[pair] ?? 0;
    if (count < this.#minimum) return;
    if (this.#size === this.#ids.length) this.#grow();
    let slot = this.#size++;
    while (slot > 0) {
      const parent = (slot - 1) >> 1;
      if (!this.#before(count, pair, parent)) break;
      this.#move(parent, slot);
      slot = parent;
    }
    this.#place(slot, count, pair);
  }

  /** Removes and returns the first pair, or -1 when no pair reaches the minimum any more. */
  pop(): number {
    while (this.#size > 0) {
      const pair = this.#ids[0] ?? -1;
      const count = this.#pairs.counts[pair] ?? 0;
      const stale = count !== this.#counts[0];
      if (stale && count >= this.#minimum) {
        this.#sink(count, pair);
        continue;
      }
      this.#size--;
      this.#sink(this.#counts[this.#size] ?? 0, this.#ids[this.#size] ?? -1);
      if (!stale) return pair;
    }
    return -1;
  }

  /** Puts an entry in place of the root and lets it sink to where it belongs. */
  #sink(count: number, pair: number): void {
    const size = this.#size;
    let slot = 0;
    for (;;) {
      let child = 2 * slot + 1;
      if (child >= size) break;
      const right = child + 1;
      if (right < size && this.#before(this.#counts[right] ?? 0, this.#ids[right] ?? -1, child)) {
        child = right;
      }
      if (this.#before(count, pair, child)) break;
      this.#move(child, slot);
      slot = child;
    }
    this.#place(slot, count, pair);
  }

  /** Whether (count, pair) comes before the entry in `slot`. */
  #before(count: number, pair: number, slot: number): boolean {
    const otherCount = this.#counts[slot] ?? 0;
    if (count !== otherCount) return count > otherCount;
    const { lefts, rights } = this.#pairs;
    const other = this.#ids[slot] ?? -1;
    const left = lefts[pair] ?? 0;
    const otherLeft = lefts[other] ?? 0;
    return left !== otherLeft ? left < otherLeft : (rights[pair] ?? 0) < (rights[other] ?? 0);
  }

  #place(slot: number, count: number, pair: number): void {
    this.#counts[slot] = count;
    this.#ids[slot] = pair;
  }

  #move(from: number, to: number): void {
    this.#place(to, this.#counts[from] ?? 0, this.#ids[from] ?? -1);
  }

  #grow(): void {
    const ids = new Int32Array(2 * this.#ids.length);
    const counts = new Float64Array(2 * this.#counts.length);
    ids.set(this.#ids);
    counts.set(this.#counts);
    this.#ids = ids;
    this.#counts = counts;
  }
}
