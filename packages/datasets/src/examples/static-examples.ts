// Examples that were made once and written to shards: there is nothing left to draw but their order.
import type { Random } from '../random.ts';
import type { ExampleStrategy } from './example-strategy.ts';
import { NO_LABEL, type ExampleLabel, type ExampleTable } from './example-table.ts';
import { segmentOf } from './segments.ts';
import { documentStart, type TokenizedDocuments } from './tokenized-documents.ts';

/** Reads back the examples that `writeExamples` wrote: every document is one. */
export class StaticExamples implements ExampleStrategy {
  readonly name = 'static';
  readonly pairs: boolean;
  readonly minDocuments = 1;

  /** @param pairs whether the examples have two segments */
  constructor(pairs: boolean) {
    this.pairs = pairs;
  }

  addExamples(
    documents: TokenizedDocuments,
    document: number,
    _random: Random,
    table: ExampleTable,
  ): void {
    const first = documentStart(documents, document);
    const a = segmentOf(documents, document, first, first + 1);
    const label = (documents.labels?.[document] ?? NO_LABEL) as ExampleLabel;
    if (label === NO_LABEL) table.addSingle(a);
    else table.addPair(a, segmentOf(documents, document, first + 1, first + 2), label);
  }
}
