// Corpora for property tests: any number of documents and sentences, every token its own number, so that a
// token found in an example tells where it came from.
import fc from 'fast-check';

import {
  tokenizedDocuments,
  type TokenizedDocuments,
} from '../src/examples/tokenized-documents.ts';

/** Documents whose tokens count upwards from 5 (0 to 4 are special tokens). */
export function documentsOfLengths(lengths: readonly (readonly number[])[]): TokenizedDocuments {
  let next = 5;
  const nested = lengths.map((document) =>
    document.map((length) => Array.from({ length }, () => next++)),
  );
  return tokenizedDocuments(nested, next);
}

/** Between `min` and 8 documents of 1 to 12 sentences of 1 to 30 tokens. */
export function anyDocuments(min: number): fc.Arbitrary<TokenizedDocuments> {
  const sentence = fc.integer({ min: 1, max: 30 });
  const document = fc.array(sentence, { minLength: 1, maxLength: 12 });
  return fc.array(document, { minLength: min, maxLength: 8 }).map(documentsOfLengths);
}
