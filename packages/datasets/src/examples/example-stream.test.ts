import { describe, expect, test } from '@jest/globals';

import { documentsOfLengths } from '../../test/random-documents.ts';
import { Random } from '../random.ts';
import { DatasetsOptionError } from '../errors.ts';
import { CorpusTooSmallError } from './corpus-too-small-error.ts';
import {
  ExampleStream,
  type DocumentSource,
  type ExampleReference,
  type ExampleStreamOptions,
} from './example-stream.ts';
import { FullSentenceExamples } from './full-sentence-examples.ts';
import { joinDocuments } from './join-documents.ts';
import { NextSentenceExamples } from './next-sentence-examples.ts';
import type { TokenizedDocuments } from './tokenized-documents.ts';

/** A corpus of `shards` shards of 10 documents, whose ids go on from shard to shard. */
function corpus(shards: number): DocumentSource & { loads: number } {
  const random = new Random(11);
  const parts = Array.from({ length: shards }, (_, shard): TokenizedDocuments => {
    const lengths = Array.from({ length: 10 }, () =>
      Array.from({ length: random.between(1, 9) }, () => random.between(1, 12)),
    );
    const documents = documentsOfLengths(lengths);
    return { ...documents, documentIds: documents.documentIds.map((id) => id + shard * 10) };
  });
  return {
    loads: 0,
    shardDocuments: parts.map(() => 10),
    load(shard) {
      this.loads++;
      const part = parts[shard];
      return part === undefined ? Promise.reject(new Error('no shard')) : Promise.resolve(part);
    },
  };
}

/** An example by what it holds, comparable across streams. */
function describeReference({ window, index }: ExampleReference): string {
  const { a, b, label } = window.table.at(index);
  const id = (document: number): number => window.documents.documentIds[document] ?? -1;
  const text = [a, ...(b === undefined ? [] : [b])].map(
    (segment) =>
      `${id(segment.document)}:${window.documents.tokens.slice(segment.start, segment.end).join()}`,
  );
  return `${window.epoch} ${label} ${text.join('|')}`;
}

async function epochOf(stream: ExampleStream, batch = 7): Promise<string[]> {
  const all: string[] = [];
  for (;;) {
    const found = await stream.next(batch);
    if (found.length === 0) return all;
    all.push(...found.map(describeReference));
  }
}

const nsp = (options: ExampleStreamOptions = {}, shards = 6): ExampleStream =>
  new ExampleStream(corpus(shards), new NextSentenceExamples({ maxSeqLength: 32 }), {
    windowShards: 2,
    ...options,
  });

describe('ExampleStream', () => {
  test('an epoch has every token of the corpus once, in another order than the corpus', async () => {
    const source = corpus(6);
    const stream = new ExampleStream(source, new FullSentenceExamples({ maxSeqLength: 8 }), {
      windowShards: 2,
    });
    const seen = await epochOf(stream);
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).not.toEqual(seen.toSorted());
    const tokens = seen.flatMap((row) => row.split(':')[1]?.split(',') ?? []).length;
    let expected = 0;
    for (let shard = 0; shard < 6; shard++) expected += (await source.load(shard)).tokens.length;
    expect(tokens).toBe(expected);
  });

  test('epochs differ, seeds differ, equal seeds are equal whatever the batch size', async () => {
    const stream = nsp();
    const first = await epochOf(stream);
    const second = await epochOf(stream);
    const withoutEpoch = (rows: string[]): string[] => rows.map((row) => row.slice(2));
    expect(withoutEpoch(second)).not.toEqual(withoutEpoch(first));
    expect(await epochOf(nsp(), 1)).toEqual(first);
    expect(await epochOf(nsp({ seed: 43 }))).not.toEqual(first);
  });

  test('ranks share an epoch: each example on one of them, counts differ by one at most', async () => {
    const alone = await epochOf(nsp());
    for (const worldSize of [2, 3, 5]) {
      const shares = await Promise.all(
        Array.from({ length: worldSize }, (_, rank) => epochOf(nsp({ rank, worldSize }), rank + 1)),
      );
      expect(shares.flat().toSorted()).toEqual(alone.toSorted());
      const sizes = shares.map((share) => share.length);
      expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
    }
  });

  test.each([1, 3, 4, 7])('a cursor taken anywhere continues, in batches of %i', async (size) => {
    const whole = nsp();
    const expected = [...(await epochOf(whole)), ...(await epochOf(whole))];
    const stream = nsp();
    const rows: string[] = [];
    const cursors = [{ cursor: stream.cursor, behind: 0 }];
    for (let ends = 0; ends < 2;) {
      const found = await stream.next(size);
      if (found.length === 0) ends++;
      rows.push(...found.map(describeReference));
      cursors.push({ cursor: stream.cursor, behind: rows.length });
    }
    expect(rows).toEqual(expected);
    for (const { cursor, behind } of cursors.filter((each) => each.behind < expected.length)) {
      const resumed = nsp();
      resumed.seek(JSON.parse(JSON.stringify(cursor)) as typeof cursor);
      // At the end of an epoch the first call finds nothing, and the second begins the next.
      const next = (await resumed.next(size)).map(describeReference);
      const after = next.length > 0 ? next : (await resumed.next(size)).map(describeReference);
      expect(after.length).toBeGreaterThan(0);
      expect(after).toEqual(expected.slice(behind, behind + after.length));
    }
  });

  test('holds one window: a shard is read once an epoch', async () => {
    const source = corpus(6);
    const stream = new ExampleStream(source, new FullSentenceExamples(), { windowShards: 2 });
    await epochOf(stream);
    expect(source.loads).toBe(6);
  });

  test('windows too small for the strategy are joined', async () => {
    const single = documentsOfLengths([[4, 4]]);
    const source: DocumentSource = {
      shardDocuments: [1, 1, 1],
      load: (shard) => Promise.resolve({ ...single, documentIds: Uint32Array.of(shard) }),
    };
    const stream = new ExampleStream(source, new NextSentenceExamples(), { windowShards: 1 });
    expect((await epochOf(stream)).length).toBeGreaterThanOrEqual(3);
  });

  test('too small a corpus, and options that cannot be, are said', async () => {
    const strategy = new NextSentenceExamples();
    const one: DocumentSource = { shardDocuments: [1], load: () => Promise.reject(new Error()) };
    expect(() => new ExampleStream(one, strategy)).toThrow(CorpusTooSmallError);
    expect(() => new ExampleStream(one, strategy)).toThrow(/1 document .* at least 2/);
    const bad: ExampleStreamOptions[] = [{ rank: 1 }, { worldSize: 0 }, { windowShards: 0.5 }];
    for (const options of bad) {
      expect(() => new ExampleStream(corpus(1), strategy, options)).toThrow(DatasetsOptionError);
    }
    const stream = nsp();
    expect(() => {
      stream.seek({ epoch: 0, window: 99, position: 0, before: 0 });
    }).toThrow(/cursor\.window is 99/);
    stream.seek({ epoch: 0, window: 0, position: 1_000_000, before: 0 });
    await expect(stream.next(1)).rejects.toThrow(/cursor\.position is 1000000/);
  });
});

test('joinDocuments keeps every document, sentence and id', () => {
  const parts = [documentsOfLengths([[1, 2], [3]]), documentsOfLengths([[4], [5, 6]])];
  const joined = joinDocuments(parts);
  expect([...joined.documentOffsets]).toEqual([0, 2, 3, 4, 6]);
  expect([...joined.sentenceOffsets]).toEqual([0, 1, 3, 6, 10, 15, 21]);
  expect([...joined.tokens]).toEqual(parts.flatMap(({ tokens }) => [...tokens]));
});
