// Examples written once and read back, and an example as it is shown to a person.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { describeExample } from '../src/collate/describe-example.ts';
import { MlmCollator } from '../src/collate/mlm-collator.ts';
import { mlmVocabulary } from '../src/collate/mlm-vocabulary.ts';
import { ExampleStream, type ExampleReference } from '../src/examples/example-stream.ts';
import type { ExampleStrategy } from '../src/examples/example-strategy.ts';
import { FullSentenceExamples } from '../src/examples/full-sentence-examples.ts';
import { NextSentenceExamples } from '../src/examples/next-sentence-examples.ts';
import { StaticExamples } from '../src/examples/static-examples.ts';
import { writeExamples } from '../src/node/examples/write-examples.ts';
import { prepareDocuments, type PreparedCorpus } from '../src/node/prepare/prepare-documents.ts';
import { exampleDocuments, exampleTokenizer, inputOf } from './prepare-inputs.ts';

let folder: string;
let corpus: PreparedCorpus;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'malmoi-static-'));
  corpus = await prepareDocuments(
    inputOf(exampleDocuments(60)),
    exampleTokenizer,
    join(folder, 'corpus'),
    {
      tokensPerShard: 1000,
      threads: 0,
    },
  );
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function textOf({ window, index }: ExampleReference): string {
  const { a, b, label } = window.table.at(index);
  const segments = [a, ...(b === undefined ? [] : [b])];
  const tokens = segments.map(({ start, end }) => window.documents.tokens.slice(start, end).join());
  return `${label} ${tokens.join('|')}`;
}

async function epochOf(stream: ExampleStream): Promise<string[]> {
  const found: string[] = [];
  for (let batch = await stream.next(50); batch.length > 0; batch = await stream.next(50)) {
    found.push(...batch.map(textOf));
  }
  return found;
}

describe('writeExamples', () => {
  test.each<[string, ExampleStrategy]>([
    ['pairs', new NextSentenceExamples({ maxSeqLength: 48 })],
    ['single segments', new FullSentenceExamples({ maxSeqLength: 48 })],
  ])('%s come back as they were, of every epoch that was asked for', async (name, strategy) => {
    const dynamic = (): ExampleStream => new ExampleStream(corpus.train, strategy, { seed: 3 });
    const out = join(folder, name);
    const written = await writeExamples(dynamic(), corpus.train, out, {
      dupeFactor: 2,
      tokensPerShard: 3000,
    });
    expect(written.train.entries.length).toBeGreaterThan(1);
    const again = dynamic();
    const expected = [...(await epochOf(again)), ...(await epochOf(again))];
    const stored = new ExampleStream(written.train, new StaticExamples(strategy.pairs));
    const found = await epochOf(stored);
    expect(found).not.toEqual(expected); // Shuffled once more,
    expect(found.toSorted()).toEqual(expected.toSorted()); // but the same.
    await expect(writeExamples(dynamic(), corpus.train, out)).rejects.toThrow(/not empty/);
  });
});

describe('describeExample', () => {
  test('shows the pieces, what was hidden and how, and the label', async () => {
    const stream = new ExampleStream(corpus.train, new NextSentenceExamples({ maxSeqLength: 32 }));
    const collator = new MlmCollator(mlmVocabulary(exampleTokenizer), { mlmProbability: 0.5 });
    const batch = collator.collate(await stream.next(20));
    const texts = Array.from({ length: 20 }, (_, row) =>
      describeExample(batch, row, exampleTokenizer),
    );
    const all = texts.join('\n');
    expect(all).toMatch(/IsNext \(0\)/);
    expect(all).toMatch(/NotNext \(1\)/);
    expect(all).toMatch(/\(kept\)/);
    expect(all).toMatch(/\(random\)/);
    expect(texts[0]).toMatch(/^\[CLS\] .*\[SEP\].*\[SEP\]\nA \(\d+ tokens\) {3}\[CLS\]/);
    const shown = all.match(/ <- /g)?.length;
    expect(shown).toBe(batch.maskedPositions.length);
    expect(() => describeExample(batch, 20, exampleTokenizer)).toThrow(/row 20 of 20/);
  });
});
