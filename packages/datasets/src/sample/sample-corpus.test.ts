import { createHash } from 'node:crypto';

import { describe, expect, test } from '@jest/globals';

import type { SampleEntities } from './corpus.ts';
import { SampleError } from './errors.ts';
import {
  DEFAULT_SAMPLE_DOCUMENTS,
  sampleCorpus,
  type SampleCorpusOptions,
} from './sample-corpus.ts';

const train = [...sampleCorpus({ split: 'train' })];
const validation = [...sampleCorpus({ split: 'validation' })];

/** The corpus in BERT's own format: one sentence per line, a blank line between documents. */
function asText(documents: readonly (readonly string[])[]): string {
  return documents.map((sentences) => `${sentences.join('\n')}\n`).join('\n');
}

describe('the default corpus', () => {
  test('has the same bytes everywhere', () => {
    const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
    expect(sha256(asText(train))).toBe(
      'abf790e861851829ab2feaaf94be794b4342bb2b160038b3c7b152f4ea0dd44b',
    );
    expect(sha256(asText(validation))).toBe(
      '43d580ca64373e6a221fe8910f2ab3067e6f863b4309254e9f4209975fc35edd',
    );
  });

  test('has 5,600 documents of 4 to 12 sentences, about 2 MB', () => {
    expect(train.length + validation.length).toBe(DEFAULT_SAMPLE_DOCUMENTS);
    expect(validation).toHaveLength(DEFAULT_SAMPLE_DOCUMENTS / 20);
    const lengths = [...train, ...validation].map(({ length }) => length);
    expect(Math.min(...lengths)).toBeGreaterThanOrEqual(4);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(12);
    const bytes = new TextEncoder().encode(asText([...train, ...validation])).length;
    expect(bytes).toBeGreaterThan(1_900_000);
    expect(bytes).toBeLessThan(2_400_000);
  });

  test('repeats no document, and of the sentences about a quarter', () => {
    const documents = [...train, ...validation].map((sentences) => sentences.join('\n'));
    expect(new Set(documents).size).toBe(documents.length);
    const sentences = [...train, ...validation].flat();
    expect(1 - new Set(sentences).size / sentences.length).toBeLessThan(0.26);
    expect(new Set(sentences).size).toBeGreaterThan(25_000);
  });

  test('holds out documents of which train knows no more than two in five sentences', () => {
    const known = new Set(train.flat());
    const heldOut = validation.flat();
    expect(heldOut.filter((sentence) => known.has(sentence)).length / heldOut.length).toBeLessThan(
      0.4,
    );
  });
});

describe('options', () => {
  test('a smaller corpus is the beginning of the larger one', () => {
    const few = [...sampleCorpus({ split: 'train', documents: 100 })];
    expect(few).toEqual(train.slice(0, 95));
    const heldOut = [...sampleCorpus({ split: 'validation', documents: 100 })];
    expect(heldOut).toEqual(validation.slice(0, 5));
  });

  test('another seed gives other documents, the same seed the same', () => {
    const read = (seed: number) => [...sampleCorpus({ split: 'train', documents: 40, seed })];
    expect(read(7)).toEqual(read(7));
    const others = new Set(read(8).map((sentences) => sentences.join('\n')));
    expect(read(7).some((sentences) => others.has(sentences.join('\n')))).toBe(false);
  });

  test('all entities give a corpus of more subjects', () => {
    const read = (entities: SampleEntities) => [
      ...sampleCorpus({ split: 'train', documents: 400, entities }),
    ];
    const countWords = (documents: readonly (readonly string[])[]): number =>
      new Set(documents.flat().join(' ').split(' ')).size;
    expect(countWords(read('all'))).toBeGreaterThan(1.1 * countWords(read('well-known')));
  });

  test.each([
    [{ split: 'test' }, /split must be "train" or "validation", got "test"/],
    [{ split: 'train', entities: 'some' }, /entities must be "well-known" or "all", got "some"/],
    [{ split: 'train', seed: 0.5 }, /seed must be an integer, got 0.5/],
    [{ split: 'train', documents: 19 }, /documents must be an integer from 20 .* got 19/],
    [{ split: 'train', documents: Number.POSITIVE_INFINITY }, /got Infinity/],
    [{ split: 'train', documents: 20_001 }, /to 20000.*got 20001/],
  ])('%j is refused', (options, message) => {
    const read = () => sampleCorpus(options as SampleCorpusOptions).next();
    expect(read).toThrow(SampleError);
    expect(read).toThrow(message);
  });
});
