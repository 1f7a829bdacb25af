// What can be wrong with a set of token shards on disk.
import { DatasetsError } from '../errors.ts';

export type ShardErrorCode =
  | 'NOT_A_SHARD'
  | 'VERSION'
  | 'CONTENTS'
  | 'TOKEN_RANGE'
  | 'CHECKSUM'
  | 'MISSING'
  | 'INDEX'
  | 'TOKENIZER';

/** A shard, or the index of a shard set, cannot be used. */
export class ShardError extends DatasetsError {
  declare readonly code: ShardErrorCode;

  /** @param problem what is wrong; the advice to prepare again is added */
  constructor(code: ShardErrorCode, source: string, problem: string, options?: ErrorOptions) {
    super(
      code,
      source,
      `${source}: ${problem}. Prepare the corpus again with overwriteCache.`,
      options,
    );
  }
}
