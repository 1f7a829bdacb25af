// Reads a data source in groups of micro-batches, one batch ahead, so that the last group of an epoch knows
// that it is the last.
import type { Json } from '../json.ts';
import { TrainerError } from '../trainer-error.ts';
import type { DataSource } from './data-source.ts';

/** The micro-batches of one update. */
export interface BatchGroup<Batch> {
  readonly batches: readonly Batch[];
  /** The cursor before the first of them. */
  readonly start: Json;
  /** The cursor after the last of them; the next epoch's first where this group ends one. */
  readonly end: Json;
  /** Whether the epoch has no batch after these. */
  readonly endsEpoch: boolean;
}

/** The data has no batch at all. */
export class EmptyDataError extends TrainerError {
  override readonly name = 'EmptyDataError';

  constructor() {
    super('The training data has no batch: an epoch ended before its first one. Check its files.');
  }
}

/** A batch that was read ahead, or the end of an epoch. */
interface Ahead<Batch> {
  readonly start: Json;
  readonly batch: Batch | undefined;
}

/** Groups the batches of a source. It alone may move the source. */
export class BatchReader<Batch> {
  readonly #source: DataSource<Batch>;
  #ahead: Ahead<Batch> | undefined;

  constructor(source: DataSource<Batch>) {
    this.#source = source;
  }

  /** Continues at a cursor; what was read ahead is dropped. */
  seek(cursor: Json): void {
    this.#ahead = undefined;
    this.#source.seek(cursor);
  }

  /**
   * The next `count` batches, fewer where an epoch ends.
   *
   * @throws EmptyDataError when an epoch has none.
   */
  async read(count: number): Promise<BatchGroup<Batch>> {
    const batches: Batch[] = [];
    const first = await this.#peek();
    while (batches.length < count) {
      const { batch } = await this.#peek();
      if (batch === undefined) break;
      batches.push(batch);
      this.#ahead = undefined;
    }
    if (batches.length === 0) throw new EmptyDataError();
    const following = await this.#peek();
    const endsEpoch = following.batch === undefined;
    if (endsEpoch) this.#ahead = undefined;
    const end = endsEpoch ? this.#source.cursor : following.start;
    return { batches, start: first.start, end, endsEpoch };
  }

  async #peek(): Promise<Ahead<Batch>> {
    if (this.#ahead === undefined) {
      const start = this.#source.cursor;
      this.#ahead = { start, batch: await this.#source.next() };
    }
    return this.#ahead;
  }
}
