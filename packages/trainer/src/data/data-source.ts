// Where batches come from: an endless row of epochs that can be entered anywhere.
import type { Json } from '../json.ts';

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
  /** Says where a batch came from, for the message of an error about it. */
  describe?(batch: Batch): string;
}
