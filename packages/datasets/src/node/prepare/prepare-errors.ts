// What can keep a corpus from being prepared, beyond what reading it can throw.
import { DatasetsError } from '../../errors.ts';

export type PrepareErrorCode = 'OTHER_CONTENTS' | 'OTHER_SHARDS' | 'NO_DOCUMENTS';

/** The output folder, or the corpus, is not one that can be prepared into shards. */
export class PrepareError extends DatasetsError {
  declare readonly code: PrepareErrorCode;

  constructor(code: PrepareErrorCode, folder: string, problem: string) {
    super(code, folder, `${folder}: ${problem}`);
  }
}
