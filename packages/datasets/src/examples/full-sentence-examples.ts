// Single segments of whole sentences, without a sentence-level objective: DOC-SENTENCES of RoBERTa
// (Liu et al., "RoBERTa: A Robustly Optimized BERT Pretraining Approach", 2019, section 4.2). Examples do
// not cross documents; packing short ones into one row is the collator's work.
import type { Random } from '../random.ts';
import { lengthOptions, targetLength, type LengthOptions } from './example-options.ts';
import type { ExampleStrategy, ExampleStrategyOptions } from './example-strategy.ts';
import type { ExampleTable } from './example-table.ts';
import { segmentOf } from './segments.ts';
import { documentStart, sentenceStart, type TokenizedDocuments } from './tokenized-documents.ts';

/**
 * As many whole sentences as fit. A sentence that alone is longer is cut into pieces, so no token is lost.
 * `shortSeqProbability` is 0 unless given, as in RoBERTa.
 */
export class FullSentenceExamples implements ExampleStrategy {
  readonly name = 'full-sentences';
  readonly pairs = false;
  readonly minDocuments = 1;
  private readonly lengths: LengthOptions;

  /** @throws DatasetsOptionError for a length or probability that cannot be. */
  constructor(options: ExampleStrategyOptions = {}) {
    this.lengths = lengthOptions(options, 2, 0);
  }

  addExamples(
    documents: TokenizedDocuments,
    document: number,
    random: Random,
    table: ExampleTable,
  ): void {
    const end = documentStart(documents, document + 1);
    const target = targetLength(this.lengths, random);
    let first = documentStart(documents, document);
    while (first < end) {
      const limit = sentenceStart(documents, first) + target;
      let last = first + 1;
      while (last < end && sentenceStart(documents, last + 1) <= limit) last++;
      const whole = segmentOf(documents, document, first, last);
      for (let start = whole.start; start < whole.end; start += target) {
        table.addSingle({ ...whole, start, end: Math.min(start + target, whole.end) });
      }
      first = last;
    }
  }
}
