// What the counting threads and the thread that trains say to each other.
import type { ScanTotals } from '../train/word-scanner.ts';
import type { WordTableData } from '../train/word-table.ts';
import type { CorpusRange } from './corpus-files.ts';

/** Given to a worker when it starts. */
export interface CountWorkerData {
  /** For WordScanner. */
  readonly classes: Uint8Array;
}

export type CountRequest =
  { readonly kind: 'count'; readonly range: CorpusRange } | { readonly kind: 'finish' };

export type CountReply =
  /** Ready for a range. */
  | { readonly kind: 'ready' }
  /** The last answer: all words counted. */
  | { readonly kind: 'counted'; readonly table: WordTableData; readonly totals: ScanTotals }
  /** A CorpusError. */
  | { readonly kind: 'failed'; readonly file: string; readonly problem: string };
