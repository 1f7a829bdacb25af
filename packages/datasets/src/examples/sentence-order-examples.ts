// Sentence order prediction, the objective of ALBERT (Lan et al., "ALBERT: A Lite BERT for Self-supervised
// Learning of Language Representations", 2019): both segments follow each other, and half are swapped.
import type { Random } from '../random.ts';
import { lengthOptions, targetLength, type LengthOptions } from './example-options.ts';
import type { ExampleStrategy, ExampleStrategyOptions } from './example-strategy.ts';
import { IS_NEXT, NOT_NEXT, type ExampleTable } from './example-table.ts';
import { chunkEnd, segmentOf, truncatePair, type MutableSegment } from './segments.ts';
import { documentStart, type TokenizedDocuments } from './tokenized-documents.ts';

/**
 * Pairs of neighbouring text, in order (label 0) or swapped (label 1) with equal chance. A chunk of one
 * sentence is cut inside it; a last sentence of one token joins the sentence before it. A document of a
 * single token has no order, and makes no example.
 */
export class SentenceOrderExamples implements ExampleStrategy {
  readonly name = 'sop';
  readonly pairs = true;
  readonly minDocuments = 1;
  private readonly lengths: LengthOptions;

  /** @throws DatasetsOptionError for a length or probability that cannot be. */
  constructor(options: ExampleStrategyOptions = {}) {
    this.lengths = lengthOptions(options, 3, 0.1);
  }

  addExamples(
    documents: TokenizedDocuments,
    document: number,
    random: Random,
    table: ExampleTable,
  ): void {
    const start = documentStart(documents, document);
    const end = documentStart(documents, document + 1);
    const target = targetLength(this.lengths, random);
    let first = start;
    while (first < end) {
      const last = chunkEnd(documents, first, end, target);
      const whole = segmentOf(documents, document, first, last);
      const lone = whole.end - whole.start === 1;
      if (lone && first === start) return;
      const [a, b] = split(documents, document, lone ? first - 1 : first, last, random);
      truncatePair(a, b, this.lengths.maxTokens, random);
      if (random.chance(0.5)) table.addPair(b, a, NOT_NEXT);
      else table.addPair(a, b, IS_NEXT);
      first = last;
    }
  }
}

/** Cuts a run of sentences in two: between sentences, or inside the only one. */
function split(
  documents: TokenizedDocuments,
  document: number,
  first: number,
  last: number,
  random: Random,
): [MutableSegment, MutableSegment] {
  if (last - first >= 2) {
    const between = first + random.between(1, last - first - 1);
    return [
      segmentOf(documents, document, first, between),
      segmentOf(documents, document, between, last),
    ];
  }
  const whole = segmentOf(documents, document, first, last);
  const cut = whole.start + random.between(1, whole.end - whole.start - 1);
  return [
    { ...whole, end: cut },
    { ...whole, start: cut },
  ];
}
