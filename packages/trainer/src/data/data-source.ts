// Where batches come from: an endless row of epochs that can be entered anywhere.
import type { Json } from '../json.ts';

/** Batches that are alike, for a plan: one place where they can be tried, and how many they come to. */
export interface PlannedPart {
  /** Cursor from which batches of this part follow. */
  readonly cursor: Json;
  /** Batches of the part. */
  readonly batches: number;
  /** The same part counted in batches of the size found at the cursor: fewer, where its own are smaller. */
  readonly fullBatches: number;
}

/** Batches, epoch after epoch. Equal cursors give equal batches. */
export interface DataSource<Batch> {
  /**
   * The next batch; undefined once at the end of an epoch, and the call after that begins the next one.
   * A batch stays as it is until it is garbage, however many follow.
   */
  next(): Promise<Batch | undefined>;
  /** Where the source stands: the batch that `next` returns depends on nothing else. */
  readonly cursor: Json;
  /**
   * Continues at a cursor.
   *
   * @throws when the cursor is none of this source.
   */
  seek(cursor: Json): void;
  /** Names the data and the choices that decide the batches; a run is not resumed on other data. */
  readonly fingerprint: string;
  /** Batches of an epoch, where known: exact, or a close estimate where epochs differ. */
  readonly batchesPerEpoch?: number;
  /**
   * The parts that the first batches of a run fall into, where they are not all alike: stages, say. Moves nothing.
   *
   * @param batches of the whole run.
   */
  planParts?(batches: number): readonly PlannedPart[];
  /** Says where a batch came from, for the message of an error about it. */
  describe?(batch: Batch): string;
}
