// How documents become examples: one interface, one file per rule beside this one.
import type { Random } from '../random.ts';
import type { ExampleTable } from './example-table.ts';
import type { TokenizedDocuments } from './tokenized-documents.ts';

/** Makes the examples that start in a document. Implementations keep no state between documents. */
export interface ExampleStrategy {
  /** The name in options, caches and reports: `nsp`, `sop` or `full-sentences`. */
  readonly name: string;
  /** Whether examples have two segments, that is three special tokens ([CLS] A [SEP] B [SEP]) and not two. */
  readonly pairs: boolean;
  /** Fewest documents that a corpus (or a window of it) must have. */
  readonly minDocuments: number;
  /**
   * Adds the examples of one document to the table. Every sentence of the document is in at least one.
   *
   * @param random a stream that belongs to this document and epoch alone
   */
  addExamples(
    documents: TokenizedDocuments,
    document: number,
    random: Random,
    table: ExampleTable,
  ): void;
}

/** Options that every strategy has. */
export interface ExampleStrategyOptions {
  /** Longest example, special tokens included. Default 128. */
  readonly maxSeqLength?: number;
  /** Share of examples that aim at a random shorter length, as fine-tuning data will have. Default 0.1. */
  readonly shortSeqProbability?: number;
}
