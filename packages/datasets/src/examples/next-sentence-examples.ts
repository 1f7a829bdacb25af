// Next-sentence prediction: the rule of google-research/bert (create_pretraining_data.py,
// create_instances_from_document) and of TextDatasetForNextSentencePrediction in transformers.
// Two slips are not repeated: transformers takes the three special tokens off the length twice, and both
// may draw, as "another" document, the same one.
import type { Random } from '../random.ts';
import {
  lengthOptions,
  requireProbability,
  targetLength,
  type LengthOptions,
} from './example-options.ts';
import type { ExampleStrategy, ExampleStrategyOptions } from './example-strategy.ts';
import { IS_NEXT, NOT_NEXT, type ExampleTable } from './example-table.ts';
import { chunkEnd, segmentOf, truncatePair, type MutableSegment } from './segments.ts';
import { documentCount, documentStart, type TokenizedDocuments } from './tokenized-documents.ts';

/** Options of {@link NextSentenceExamples}. */
export interface NextSentenceOptions extends ExampleStrategyOptions {
  /** Chance that B comes from another document, where there is a choice. Default 0.5. */
  readonly nspProbability?: number;
}

/**
 * BERT's pairs. Sentences are gathered until they reach the target length; a random number of them is A.
 * B is either the rest (label 0, IsNext) or text from a random place of another document (label 1,
 * NotNext), and then the rest is put back to begin the next example. A lone sentence always gets a random B.
 */
export class NextSentenceExamples implements ExampleStrategy {
  readonly name = 'nsp';
  readonly pairs = true;
  readonly minDocuments = 2;
  private readonly lengths: LengthOptions;
  private readonly nspProbability: number;

  /** @throws DatasetsOptionError for a length or probability that cannot be. */
  constructor(options: NextSentenceOptions = {}) {
    this.lengths = lengthOptions(options, 3, 0.1);
    this.nspProbability = options.nspProbability ?? 0.5;
    requireProbability('nspProbability', this.nspProbability);
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
      const last = chunkEnd(documents, first, end, target);
      const split = last - first >= 2 ? first + random.between(1, last - first - 1) : last;
      const a = segmentOf(documents, document, first, split);
      const isRandomNext = split === last || random.chance(this.nspProbability);
      const b = isRandomNext
        ? randomNext(documents, document, target - (a.end - a.start), random)
        : segmentOf(documents, document, split, last);
      truncatePair(a, b, this.lengths.maxTokens, random);
      table.addPair(a, b, isRandomNext ? NOT_NEXT : IS_NEXT);
      first = isRandomNext ? split : last;
    }
  }
}

/** Whole sentences from a random place of another document, until they reach `target` tokens. */
function randomNext(
  documents: TokenizedDocuments,
  document: number,
  target: number,
  random: Random,
): MutableSegment {
  // One of the others, each with the same chance: those from `document` on move up by one.
  const drawn = random.below(documentCount(documents) - 1);
  const other = drawn < document ? drawn : drawn + 1;
  const start = documentStart(documents, other);
  const end = documentStart(documents, other + 1);
  const first = start + random.below(end - start);
  return segmentOf(documents, other, first, chunkEnd(documents, first, end, target));
}
