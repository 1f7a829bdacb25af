import {
  type DocumentSource,
  ExampleStream,
  FullSentenceExamples,
  NextSentenceExamples,
  tokenizedDocuments,
} from '@malmoi/datasets';
import { describe, expect, test } from '@jest/globals';

import { firstDocuments, LimitedExampleStream } from './first-examples.ts';

const VOCABULARY = 100;

/** Shards of so many documents; each has three sentences of four tokens, which are the document's number. */
function corpusOf(...shardDocuments: number[]): DocumentSource & { readonly loaded: number[] } {
  const loaded: number[] = [];
  return {
    shardDocuments,
    loaded,
    load: (shard) => {
      loaded.push(shard);
      const first = shardDocuments.slice(0, shard).reduce((sum, count) => sum + count, 0);
      const documents = Array.from({ length: shardDocuments[shard] ?? 0 }, (_, i) =>
        Array.from({ length: 3 }, () => Array.from({ length: 4 }, () => 10 + first + i)),
      );
      return Promise.resolve(tokenizedDocuments(documents, VOCABULARY));
    },
  };
}

const pairs = new NextSentenceExamples({ maxSeqLength: 11 });
// A sentence fills an example: three of each document.
const sentences = new FullSentenceExamples({ maxSeqLength: 6 });

/** What the sources hold, document by document. */
async function documentsOf(source: DocumentSource): Promise<number[]> {
  const found: number[] = [];
  for (const shard of source.shardDocuments.keys()) {
    const { tokens, documentOffsets, sentenceOffsets, documentIds } = await source.load(shard);
    expect(documentOffsets).toHaveLength(documentIds.length + 1);
    expect(documentIds).toHaveLength(source.shardDocuments[shard] ?? 0);
    expect(tokens).toHaveLength(sentenceOffsets.at(-1) ?? 0);
    found.push(...new Set(tokens));
  }
  return found;
}

describe('firstDocuments', () => {
  test('takes as many as make the examples, and reads no shard behind them', async () => {
    const source = corpusOf(2, 3, 4);
    const first = await firstDocuments(source, sentences, 10);
    expect(source.loaded).toEqual([0, 1]);
    expect(first.shardDocuments).toEqual([2, 2]);
    expect(await documentsOf(first)).toEqual([10, 11, 12, 13]);
  });

  test('takes all where there are no more, and as many as pairs need', async () => {
    expect((await firstDocuments(corpusOf(2, 1), sentences, 1000)).shardDocuments).toEqual([2, 1]);
    expect((await firstDocuments(corpusOf(5), pairs, 1)).shardDocuments).toEqual([2]);
    expect((await firstDocuments(corpusOf(1, 1, 1), pairs, 1)).shardDocuments).toEqual([1, 1]);
  });
});

describe('LimitedExampleStream', () => {
  const streamOf = (source: DocumentSource, most: number): LimitedExampleStream =>
    new LimitedExampleStream(source, pairs, { seed: 3, windowShards: 1 }, most);
  const take = async (stream: ExampleStream, count: number): Promise<number[]> => {
    const sizes: number[] = [];
    for (let i = 0; i < count; i++) sizes.push((await stream.next(4)).length);
    return sizes;
  };

  test('ends its epochs after so many examples, over windows, from any cursor', async () => {
    const source = corpusOf(3, 3, 3);
    const whole = await take(new ExampleStream(source, pairs, { seed: 3, windowShards: 1 }), 1);
    expect(whole).toEqual([4]);
    const stream = streamOf(source, 6);
    expect(await take(stream, 6)).toEqual([4, 2, 0, 4, 2, 0]);
    expect(stream.cursor).toMatchObject({ epoch: 2, window: 0, position: 0, before: 0 });
    const half = streamOf(source, 6);
    await half.next(4);
    const resumed = streamOf(source, 6);
    resumed.seek(half.cursor);
    expect(await take(resumed, 3)).toEqual([2, 0, 4]);
  });

  test('is another stream than that of all examples, for a run that is resumed', () => {
    const source = corpusOf(4);
    const [six, seven] = [streamOf(source, 6), streamOf(source, 7)];
    expect(six.description).not.toEqual(seven.description);
    expect(six.description).not.toEqual(new ExampleStream(source, pairs, { seed: 3 }).description);
  });
});
