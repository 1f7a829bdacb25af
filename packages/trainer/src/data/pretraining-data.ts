// Batches for pretraining from token shards: examples in the order of @malmoi/datasets' ExampleStream, masked
// anew in every epoch.
import { createHash } from 'node:crypto';

import {
  BatchBuffers,
  MlmCollator,
  type Batch,
  type ExampleReference,
  type ExampleStream,
  type MlmCollatorOptions,
  type MlmVocabulary,
} from '@malmoi/datasets';

import { ArgumentError } from '../arguments/argument-error.ts';
import type { Json } from '../json.ts';
import { CursorError } from './array-data.ts';
import type { DataSource, PlannedPart } from './data-source.ts';

/** What a {@link PretrainingData} is made of. */
export interface PretrainingDataOptions {
  /** The examples. It belongs to this data source alone from now on. */
  readonly stream: ExampleStream;
  /** Names the corpus and its tokenizer: the checksum of its shard index, say. */
  readonly corpusFingerprint: string;
  readonly vocabulary: MlmVocabulary;
  /** Length, masking and their seed. */
  readonly collator?: MlmCollatorOptions;
  /** Examples of a batch; a function of the batches before it for a warm-up. Default 8. */
  readonly batchSize?: number | ((batches: number) => number);
  /** Batches of an epoch, where known; `countExamples` finds out. */
  readonly batchesPerEpoch?: number;
}

interface Cursor {
  readonly epoch: number;
  readonly window: number;
  readonly position: number;
  readonly before: number;
  /** Batches since the beginning. */
  readonly batches: number;
}

export class PretrainingData implements DataSource<Batch> {
  readonly fingerprint: string;
  readonly batchesPerEpoch?: number;
  readonly #stream: ExampleStream;
  readonly #collator: MlmCollator;
  readonly #batchSize: (batches: number) => number;
  readonly #examplesOf = new WeakMap<Batch, readonly ExampleReference[]>();
  #batches = 0;

  /** @throws DatasetsOptionError for collator options that cannot be; ArgumentError for the batch size. */
  constructor(options: PretrainingDataOptions) {
    const { stream, vocabulary, collator = {}, batchSize = 8, batchesPerEpoch } = options;
    this.#stream = stream;
    this.#collator = new MlmCollator(vocabulary, collator);
    this.#batchSize = typeof batchSize === 'number' ? () => batchSize : batchSize;
    requireBatchSize(this.#batchSize(0));
    if (batchesPerEpoch !== undefined) this.batchesPerEpoch = batchesPerEpoch;
    const choices = [options.corpusFingerprint, stream.description, collator];
    this.fingerprint = createHash('sha256').update(JSON.stringify(choices)).digest('hex');
  }

  get cursor(): Json {
    return { ...this.#stream.cursor, batches: this.#batches };
  }

  seek(cursor: Json): void {
    const { batches, ...stream } = (cursor ?? {}) as Partial<Cursor>;
    if (!Number.isSafeInteger(batches) || stream.epoch === undefined) {
      throw new CursorError(cursor, '{ epoch, window, position, before, batches }');
    }
    this.#stream.seek(stream as Omit<Cursor, 'batches'>);
    this.#batches = batches ?? 0;
  }

  async next(): Promise<Batch | undefined> {
    const batchSize = requireBatchSize(this.#batchSize(this.#batches));
    const examples = await this.#stream.next(batchSize);
    if (examples.length === 0) return undefined;
    this.#batches++;
    // Memory of its own: a batch must outlive those of its update.
    const batch = this.#collator.collate(examples, new BatchBuffers());
    this.#examplesOf.set(batch, examples);
    return batch;
  }

  /** One part, tried with batches of the size that the last ones have. */
  planParts(batches: number): readonly PlannedPart[] {
    const full = this.#batchSize(batches - 1);
    let examples = 0;
    for (let batch = 0; batch < batches; batch++) examples += this.#batchSize(batch);
    const cursor = { ...this.#stream.cursor, batches: batches - 1 };
    return [{ cursor, batches, fullBatches: examples / full }];
  }

  /** The documents, by their number in the corpus, that a batch's examples begin in. */
  describe(batch: Batch): string {
    const examples = this.#examplesOf.get(batch) ?? [];
    const documents = examples.map(({ window, index }) => {
      const { document } = window.table.at(index).a;
      return window.documents.documentIds[document] ?? document;
    });
    return `documents ${[...new Set(documents)].join(', ')}`;
  }
}

/** Examples of the first epoch, by making all of them once; the stream stands where it stood afterwards. */
export async function countExamples(stream: ExampleStream): Promise<number> {
  const { cursor } = stream;
  stream.seek({ epoch: 0, window: 0, position: 0, before: 0 });
  let count = 0;
  for (;;) {
    const examples = await stream.next(4096);
    if (examples.length === 0) break;
    count += examples.length;
  }
  stream.seek(cursor);
  return count;
}

function requireBatchSize(batchSize: number): number {
  if (Number.isSafeInteger(batchSize) && batchSize >= 1) return batchSize;
  throw new ArgumentError('batchSize', batchSize, 'a whole number of at least 1');
}
