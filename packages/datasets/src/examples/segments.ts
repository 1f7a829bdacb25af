// Segments of an example: runs of whole sentences of one document, which may then be cut.
import type { Random } from '../random.ts';
import type { Segment } from './example-table.ts';
import { sentenceStart, type TokenizedDocuments } from './tokenized-documents.ts';

/** A segment whose token range may still shrink. */
export interface MutableSegment extends Segment {
  start: number;
  end: number;
}

/** The sentences `[firstSentence, endSentence)` as a segment. */
export function segmentOf(
  documents: TokenizedDocuments,
  document: number,
  firstSentence: number,
  endSentence: number,
): MutableSegment {
  const start = sentenceStart(documents, firstSentence);
  const end = sentenceStart(documents, endSentence);
  return { document, firstSentence, endSentence, start, end };
}

/**
 * Where a chunk ends that begins at a sentence: after the sentence with which it reaches `target` tokens, or
 * at the end of the document.
 */
export function chunkEnd(
  documents: TokenizedDocuments,
  firstSentence: number,
  documentEnd: number,
  target: number,
): number {
  const reached = sentenceStart(documents, firstSentence) + target;
  let end = firstSentence + 1;
  while (end < documentEnd && sentenceStart(documents, end) < reached) end++;
  return end;
}

/**
 * Shortens the longer of two segments (B when they are equal) until both fit: each token is taken from the
 * front or from the back with equal chance, so that neither end of a text is favoured. This is
 * truncate_seq_pair of google-research/bert, on ranges.
 *
 * @param maxTokens most tokens of both together, at least 2
 */
export function truncatePair(
  a: MutableSegment,
  b: MutableSegment,
  maxTokens: number,
  random: Random,
): void {
  let lengthA = a.end - a.start;
  let lengthB = b.end - b.start;
  while (lengthA + lengthB > maxTokens) {
    const isA = lengthA > lengthB;
    const longer = isA ? a : b;
    if (random.chance(0.5)) longer.start++;
    else longer.end--;
    if (isA) lengthA--;
    else lengthB--;
  }
}
