// Data in stages, one after the other: BERT trained 90 % of its steps on 128 tokens, then the rest on 512.
import { ArgumentError } from '../arguments/argument-error.ts';
import type { Json } from '../json.ts';
import { CursorError } from './array-data.ts';
import type { DataSource, PlannedPart } from './data-source.ts';

/** One stage. */
export interface DataStage<Batch> {
  readonly data: DataSource<Batch>;
  /** Batches after which the next stage begins; the last stage has no end. */
  readonly batches: number;
}

/**
 * Several sources, each for a number of batches. The end of an epoch is that of the source it belongs to;
 * how many batches one has depends on the stage, so a run needs `maxSteps`.
 */
export class StagedData<Batch> implements DataSource<Batch> {
  readonly fingerprint: string;
  readonly #stages: readonly DataStage<Batch>[];
  readonly #starts: readonly Json[];
  #stage = 0;
  #batches = 0;

  /**
   * @param stages in their order; the `batches` of the last one are ignored.
   * @throws ArgumentError for no stage, or one of no batches.
   */
  constructor(stages: readonly DataStage<Batch>[]) {
    this.#stages = stages;
    this.#starts = stages.map(({ data }) => data.cursor);
    const lengths = stages.slice(0, -1).map(({ batches }) => batches);
    if (
      stages.length === 0 ||
      !lengths.every((length) => Number.isSafeInteger(length) && length > 0)
    ) {
      throw new ArgumentError('stages', lengths, 'at least one stage, each of at least one batch');
    }
    this.fingerprint = JSON.stringify([stages.map(({ data }) => data.fingerprint), lengths]);
  }

  get cursor(): Json {
    return { stage: this.#stage, batches: this.#batches, data: this.#current().data.cursor };
  }

  seek(cursor: Json): void {
    const { stage, batches, data } = (cursor ?? {}) as {
      readonly stage?: number;
      readonly batches?: number;
      readonly data?: Json;
    };
    const target = this.#stages[stage ?? -1];
    if (stage === undefined || target === undefined || !Number.isSafeInteger(batches)) {
      throw new CursorError(cursor, `a stage from 0 to ${this.#stages.length - 1}`);
    }
    this.#stage = stage;
    this.#batches = batches ?? 0;
    target.data.seek(data ?? null);
  }

  async next(): Promise<Batch | undefined> {
    const isLast = this.#stage === this.#stages.length - 1;
    if (!isLast && this.#batches >= this.#current().batches) {
      this.#stage++;
      this.#batches = 0;
      this.#current().data.seek(this.#starts[this.#stage] ?? null);
    }
    const batch = await this.#current().data.next();
    if (batch !== undefined) this.#batches++;
    return batch;
  }

  planParts(batches: number): readonly PlannedPart[] {
    let left = batches;
    return this.#stages.flatMap(({ data, batches: most }, stage) => {
      const isLast = stage === this.#stages.length - 1;
      const count = isLast ? left : Math.min(most, left);
      left -= count;
      if (count === 0) return [];
      const start = this.#starts[stage] ?? null;
      const parts = data.planParts?.(count) ?? [
        { cursor: start, batches: count, fullBatches: count },
      ];
      return parts.map((part) => ({ ...part, cursor: { stage, batches: 0, data: part.cursor } }));
    });
  }

  describe(batch: Batch): string {
    const described = this.#current().data.describe?.(batch) ?? '';
    return `stage ${this.#stage + 1}${described && `, ${described}`}`;
  }

  #current(): DataStage<Batch> {
    const stage = this.#stages[this.#stage];
    if (stage === undefined) throw new RangeError(`stage ${this.#stage} of ${this.#stages.length}`);
    return stage;
  }
}
