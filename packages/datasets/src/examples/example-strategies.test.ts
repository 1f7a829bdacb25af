import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { anyDocuments, documentsOfLengths } from '../../test/random-documents.ts';
import { Random } from '../random.ts';
import { DatasetsOptionError } from '../errors.ts';
import type { ExampleStrategy } from './example-strategy.ts';
import { ExampleTable, IS_NEXT, NO_LABEL, NOT_NEXT, type Segment } from './example-table.ts';
import { FullSentenceExamples } from './full-sentence-examples.ts';
import { NextSentenceExamples } from './next-sentence-examples.ts';
import { SentenceOrderExamples } from './sentence-order-examples.ts';
import {
  documentCount,
  documentStart,
  sentenceStart,
  type TokenizedDocuments,
} from './tokenized-documents.ts';

function examplesOf(strategy: ExampleStrategy, documents: TokenizedDocuments, seed = 1) {
  const table = new ExampleTable();
  for (let document = 0; document < documentCount(documents); document++) {
    strategy.addExamples(documents, document, new Random(seed, document), table);
  }
  return Array.from({ length: table.length }, (_, i) => table.at(i));
}

const length = ({ start, end }: Segment): number => end - start;

/** A segment lies in its sentences, and its sentences in its document. */
function expectSound(documents: TokenizedDocuments, segment: Segment): void {
  expect(length(segment)).toBeGreaterThan(0);
  expect(segment.start).toBeGreaterThanOrEqual(sentenceStart(documents, segment.firstSentence));
  expect(segment.end).toBeLessThanOrEqual(sentenceStart(documents, segment.endSentence));
  const first = documentStart(documents, segment.document);
  expect(segment.firstSentence).toBeGreaterThanOrEqual(first);
  expect(segment.endSentence).toBeLessThanOrEqual(documentStart(documents, segment.document + 1));
}

function expectEverySentence(documents: TokenizedDocuments, segments: readonly Segment[]): void {
  const seen = new Set<number>();
  for (const { firstSentence, endSentence } of segments) {
    for (let sentence = firstSentence; sentence < endSentence; sentence++) seen.add(sentence);
  }
  expect(seen.size).toBe(documents.sentenceOffsets.length - 1);
}

describe('NextSentenceExamples', () => {
  const options = fc.record({
    maxSeqLength: fc.integer({ min: 5, max: 64 }),
    shortSeqProbability: fc.constantFrom(0, 0.1, 1),
    nspProbability: fc.constantFrom(0, 0.5, 1),
  });

  test('IsNext is adjacent, NotNext is from elsewhere, all fits, no sentence is lost', () => {
    fc.assert(
      fc.property(anyDocuments(2), options, fc.integer(), (documents, given, seed) => {
        const examples = examplesOf(new NextSentenceExamples(given), documents, seed);
        const fromText: Segment[] = [];
        for (const { a, b, label } of examples) {
          if (b === undefined) throw new Error('a pair without B');
          expectSound(documents, a);
          expectSound(documents, b);
          expect(length(a) + length(b)).toBeLessThanOrEqual(given.maxSeqLength - 3);
          const sameDocument = b.document === a.document;
          const adjacent = sameDocument && b.firstSentence === a.endSentence;
          expect(label === IS_NEXT ? adjacent : label === NOT_NEXT && !sameDocument).toBe(true);
          fromText.push(...(label === IS_NEXT ? [a, b] : [a]));
        }
        expectEverySentence(documents, fromText);
      }),
    );
  });

  test('text that was not used as B is put back: A segments follow each other without gaps', () => {
    const documents = documentsOfLengths([new Array<number>(40).fill(3), [2, 2]]);
    const examples = examplesOf(new NextSentenceExamples({ maxSeqLength: 20 }), documents);
    let next = 0;
    for (const { a, b, label } of examples.filter(({ a }) => a.document === 0)) {
      expect(a.firstSentence).toBe(next);
      next = label === IS_NEXT ? (b?.endSentence ?? -1) : a.endSentence;
    }
    expect(next).toBe(40);
  });

  test('where there is a choice, the share of random B is nspProbability', () => {
    const documents = documentsOfLengths(
      Array.from({ length: 500 }, () => new Array<number>(30).fill(4)),
    );
    for (const nspProbability of [0.25, 0.5]) {
      const strategy = new NextSentenceExamples({ maxSeqLength: 32, nspProbability });
      // A lone last sentence has no choice; every other chunk of this corpus has.
      const free = examplesOf(strategy, documents).filter(
        ({ a }) => a.endSentence < documentStart(documents, a.document + 1),
      );
      const random = free.filter(({ label }) => label === NOT_NEXT).length;
      const n = free.length;
      expect(n).toBeGreaterThan(1000);
      expect(Math.abs(random - n * nspProbability)).toBeLessThan(
        5 * Math.sqrt(n * nspProbability * (1 - nspProbability)),
      );
    }
  });

  test('every other document is drawn equally often', () => {
    const documents = documentsOfLengths(Array.from({ length: 5 }, () => [1]));
    const counts = new Map<number, number>();
    const draws = 20_000;
    const strategy = new NextSentenceExamples();
    const table = new ExampleTable();
    for (let i = 0; i < draws; i++) strategy.addExamples(documents, 2, new Random(9, i), table);
    for (let i = 0; i < draws; i++) {
      const other = table.at(i).b?.document ?? -1;
      counts.set(other, (counts.get(other) ?? 0) + 1);
    }
    expect([...counts.keys()].toSorted()).toEqual([0, 1, 3, 4]);
    for (const count of counts.values()) {
      expect(Math.abs(count - draws / 4)).toBeLessThan(5 * Math.sqrt(draws * 0.25 * 0.75));
    }
  });

  test('truncation takes from the front and from the back', () => {
    const documents = documentsOfLengths([[200], [200]]);
    const examples = Array.from({ length: 50 }, (_, seed) =>
      examplesOf(new NextSentenceExamples({ maxSeqLength: 64 }), documents, seed),
    ).flat();
    for (const { a, b } of examples) {
      expect(length(a) + (b === undefined ? 0 : length(b))).toBe(61);
    }
    const front = examples.filter(({ a }) => a.start % 200 > 0).length;
    const back = examples.filter(({ a }) => a.end % 200 > 0).length;
    expect([front, back]).toEqual([examples.length, examples.length]);
  });

  test.each([
    ['maxSeqLength', { maxSeqLength: 4 }],
    ['maxSeqLength', { maxSeqLength: 12.5 }],
    ['shortSeqProbability', { shortSeqProbability: 1.5 }],
    ['nspProbability', { nspProbability: Number.NaN }],
  ])('refuses a %s that cannot be', (option, given) => {
    expect(() => new NextSentenceExamples(given)).toThrow(DatasetsOptionError);
    expect(() => new NextSentenceExamples(given)).toThrow(new RegExp(`^${option} is `));
  });
});

describe('SentenceOrderExamples', () => {
  test('both segments follow each other, in order or swapped, and no sentence is lost', () => {
    fc.assert(
      fc.property(anyDocuments(1), fc.integer(), (documents, seed) => {
        const examples = examplesOf(
          new SentenceOrderExamples({ maxSeqLength: 40 }),
          documents,
          seed,
        );
        const segments: Segment[] = [];
        for (const { a, b, label } of examples) {
          if (b === undefined) throw new Error('a pair without B');
          const [before, after] = label === IS_NEXT ? [a, b] : [b, a];
          expect(before.document).toBe(after.document);
          const cutInside = before.firstSentence === after.firstSentence;
          expect(cutInside || after.firstSentence === before.endSentence).toBe(true);
          expect(before.end).toBeLessThanOrEqual(after.start);
          expect(length(a) + length(b)).toBeLessThanOrEqual(37);
          segments.push(a, b);
        }
        for (const segment of segments) expectSound(documents, segment);
        const tooShort = Array.from({ length: documentCount(documents) }, (_, d) => d).filter(
          (d) =>
            sentenceStart(documents, documentStart(documents, d + 1)) -
              sentenceStart(documents, documentStart(documents, d)) ===
            1,
        );
        if (tooShort.length === 0) expectEverySentence(documents, segments);
      }),
    );
  });

  test('swaps half of the pairs', () => {
    const documents = documentsOfLengths(Array.from({ length: 2000 }, () => [5, 5]));
    const examples = examplesOf(new SentenceOrderExamples({ shortSeqProbability: 0 }), documents);
    const swapped = examples.filter(({ label }) => label === NOT_NEXT).length;
    expect(Math.abs(swapped - 1000)).toBeLessThan(5 * Math.sqrt(500));
  });
});

describe('FullSentenceExamples', () => {
  test('covers every token exactly once and fits', () => {
    fc.assert(
      fc.property(anyDocuments(1), fc.integer({ min: 4, max: 50 }), (documents, maxSeqLength) => {
        const examples = examplesOf(new FullSentenceExamples({ maxSeqLength }), documents);
        let next = 0;
        for (const { a, label, b } of examples) {
          expect([label, b]).toEqual([NO_LABEL, undefined]);
          expectSound(documents, a);
          expect(length(a)).toBeLessThanOrEqual(maxSeqLength - 2);
          expect(a.start).toBe(next);
          next = a.end;
        }
        expect(next).toBe(documents.tokens.length);
      }),
    );
  });
});
