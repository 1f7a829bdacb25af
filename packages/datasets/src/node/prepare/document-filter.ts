// Decides, document by document and from its text alone, whether it is kept and in which split: so the same
// document goes to the same split however the corpus grows, and a resumed run decides as the first one did.
import { createHash } from 'node:crypto';

import type { SplitName } from '../../shards/shard-index.ts';
import { DigestSet } from './digest-set.ts';

/** What becomes of a document. */
export type DocumentFate = SplitName | 'duplicate' | 'near-empty';

/** Options of {@link DocumentFilter}. */
export interface DocumentFilterOptions {
  /** Leaves out documents whose sentences equal those of an earlier one. */
  readonly dropDuplicates: boolean;
  /** Leaves out documents with fewer characters (UTF-16 units, without the breaks between sentences). */
  readonly minDocumentCharacters: number;
  /** Percentage of the documents that go to validation, from 0 to 100. */
  readonly validationSplitPercentage: number;
}

/** The decisions of one run. Holds the digests of the documents seen, when duplicates are dropped. */
export class DocumentFilter {
  private readonly options: DocumentFilterOptions;
  private readonly seen = new DigestSet();

  constructor(options: DocumentFilterOptions) {
    this.options = options;
  }

  /** Decides about the next document. */
  decide(sentences: readonly string[]): DocumentFate {
    const { dropDuplicates, minDocumentCharacters, validationSplitPercentage } = this.options;
    let characters = 0;
    const hash = createHash('sha256');
    for (const sentence of sentences) {
      characters += sentence.length;
      hash.update(sentence).update('\n');
    }
    if (characters < minDocumentCharacters) return 'near-empty';
    const digest = hash.digest();
    if (dropDuplicates && !this.seen.add(digest)) return 'duplicate';
    // Other bits than those that DigestSet looks at first.
    const share = digest.readUInt32LE(16) / 0x1_0000_0000;
    return share * 100 < validationSplitPercentage ? 'validation' : 'train';
  }
}
