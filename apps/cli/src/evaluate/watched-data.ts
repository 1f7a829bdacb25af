// The batches of an evaluation, watched: between two of them a signal is heard and progress is shown, since
// computing holds up the event loop; and as many examples as were asked for are enough.
import type { DataSource, Json } from '@malmoi/trainer';

/** What happens between batches. */
export interface Watch {
  /** Examples after which the epoch ends. */
  readonly maxExamples: number;
  /** Called before every batch, and at the end. */
  readonly onProgress: (examples: number) => void;
  /** Ends the evaluation with its reason. */
  readonly signal: AbortSignal;
}

/** One epoch of another source, or the first part of it. */
export class WatchedData<
  Batch extends { readonly batchSize: number },
> implements DataSource<Batch> {
  readonly #source: DataSource<Batch>;
  readonly #watch: Watch;
  #examples = 0;

  constructor(source: DataSource<Batch>, watch: Watch) {
    this.#source = source;
    this.#watch = watch;
  }

  get fingerprint(): string {
    return this.#source.fingerprint;
  }

  get cursor(): Json {
    return this.#source.cursor;
  }

  seek(cursor: Json): void {
    this.#source.seek(cursor);
    this.#examples = 0;
  }

  async next(): Promise<Batch | undefined> {
    await new Promise((resolve) => setImmediate(resolve));
    this.#watch.signal.throwIfAborted();
    this.#watch.onProgress(this.#examples);
    if (this.#examples >= this.#watch.maxExamples) return undefined;
    const batch = await this.#source.next();
    this.#examples += batch?.batchSize ?? 0;
    return batch;
  }
}
