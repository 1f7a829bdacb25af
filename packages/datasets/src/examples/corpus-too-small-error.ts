// The corpora on which google-research/bert loops without end: a pair needs two documents.
import { DatasetsError } from '../errors.ts';

/** A corpus with too few documents for what was asked of it. */
export class CorpusTooSmallError extends DatasetsError {
  declare readonly code: 'CORPUS_TOO_SMALL';
  readonly documents: number;
  readonly needed: number;

  constructor(documents: number, needed: number, strategy: string) {
    super(
      'CORPUS_TOO_SMALL',
      'corpus',
      `the corpus has ${documents} document${documents === 1 ? '' : 's'} and the strategy '${strategy}' ` +
        `needs at least ${needed}. Check that blank lines separate the documents of the input.`,
    );
    this.documents = documents;
    this.needed = needed;
  }
}
