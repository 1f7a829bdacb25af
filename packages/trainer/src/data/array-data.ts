// Examples in memory as a data source: shuffled anew in every epoch, then cut into batches.
import { createHash } from 'node:crypto';

import { Random } from '@malmoi/datasets';

import { ArgumentError } from '../arguments/argument-error.ts';
import type { Json } from '../json.ts';
import { TrainerError } from '../trainer-error.ts';
import type { DataSource } from './data-source.ts';

/** Options of {@link ArrayData}. */
export interface ArrayDataOptions {
  /** Examples of a batch; the last of an epoch may have fewer. Default 8. */
  readonly batchSize?: number;
  /** Default true. */
  readonly shuffle?: boolean;
  /** Names the order. Default 42. */
  readonly seed?: number;
}

/** A cursor that does not belong to the source it was given to. */
export class CursorError extends TrainerError {
  override readonly name = 'CursorError';
  readonly cursor: Json;

  constructor(cursor: Json, expectation: string) {
    super(
      `The data cursor ${JSON.stringify(cursor)} cannot be entered; expected ${expectation}. ` +
        'Resume with the data the checkpoint was made with.',
    );
    this.cursor = cursor;
  }
}

/** What the random stream of the order is named with, besides seed and epoch. */
const EXAMPLE_ORDER = 1;

/** Examples in memory, turned into batches by a collator of the caller's. */
export class ArrayData<Example, Batch> implements DataSource<Batch> {
  readonly fingerprint: string;
  readonly #examples: readonly Example[];
  readonly #collate: (examples: readonly Example[], epoch: number) => Batch;
  readonly #options: Required<ArrayDataOptions>;
  #epoch = 0;
  #position = 0;
  #order: { epoch: number; indices: Uint32Array } | undefined;

  /**
   * @param collate makes a batch of examples; it gets the epoch too, for masks that change with it.
   * @throws ArgumentError for no examples, or a batch size below 1.
   */
  constructor(
    examples: readonly Example[],
    collate: (examples: readonly Example[], epoch: number) => Batch,
    options: ArrayDataOptions = {},
  ) {
    this.#examples = examples;
    this.#collate = collate;
    this.#options = { batchSize: 8, shuffle: true, seed: 42, ...options };
    const { batchSize, seed, shuffle } = this.#options;
    if (examples.length === 0) throw new ArgumentError('examples', [], 'at least one example');
    if (!Number.isInteger(batchSize) || batchSize < 1) {
      throw new ArgumentError('batchSize', batchSize, 'a whole number of at least 1');
    }
    const hash = createHash('sha256').update(JSON.stringify({ seed, shuffle }));
    for (const example of examples) hash.update(JSON.stringify([example]));
    this.fingerprint = hash.digest('hex');
  }

  get batchesPerEpoch(): number {
    return Math.ceil(this.#examples.length / this.#options.batchSize);
  }

  /** `epoch`, and how many examples of it are behind. */
  get cursor(): { readonly epoch: number; readonly position: number } {
    return { epoch: this.#epoch, position: this.#position };
  }

  seek(cursor: Json): void {
    const { epoch, position } = (cursor ?? {}) as Partial<ArrayData<Example, Batch>['cursor']>;
    if (!isCount(epoch) || !isCount(position) || position > this.#examples.length) {
      const most = this.#examples.length;
      throw new CursorError(cursor, `{ epoch, position } with a position from 0 to ${most}`);
    }
    this.#epoch = epoch;
    this.#position = position;
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- the interface is for sources that read files
  async next(): Promise<Batch | undefined> {
    const { batchSize } = this.#options;
    if (this.#position >= this.#examples.length) {
      this.#epoch++;
      this.#position = 0;
      return undefined;
    }
    const chosen = this.#indices().subarray(this.#position, this.#position + batchSize);
    const examples = Array.from(chosen, (index) => this.#examples[index] as Example);
    this.#position += examples.length;
    return this.#collate(examples, this.#epoch);
  }

  #indices(): Uint32Array {
    const { seed, shuffle } = this.#options;
    const { length } = this.#examples;
    if (this.#order?.epoch !== this.#epoch) {
      const indices = Uint32Array.from({ length }, (_, index) => index);
      if (shuffle) new Random(EXAMPLE_ORDER, seed, this.#epoch).shuffle(indices);
      this.#order = { epoch: this.#epoch, indices };
    }
    return this.#order.indices;
  }
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
