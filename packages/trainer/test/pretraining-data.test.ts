// Shards to batches: entered anywhere, equal again; stages and batch warm-up.
import {
  ExampleStream,
  NextSentenceExamples,
  tokenizedDocuments,
  type Batch,
  type MlmVocabulary,
} from '@malmoi/datasets';
import { describe, expect, test } from '@jest/globals';

import {
  ArgumentError,
  batchSizeWarmup,
  countExamples,
  createTrainingArguments,
  CursorError,
  PretrainingData,
  StagedData,
  trainBatchSize,
  type PretrainingDataOptions,
} from '../src/index.ts';
import { BatchReader } from '../src/data/batch-reader.ts';
import { numbersData } from './support/one-weight.ts';

const vocabSize = 30;
const vocabulary: MlmVocabulary = {
  vocabSize,
  padTokenId: 0,
  clsTokenId: 2,
  sepTokenId: 3,
  maskTokenId: 4,
  isSpecial: Uint8Array.from({ length: vocabSize }, (_, id) => (id < 5 ? 1 : 0)),
  isContinuation: new Uint8Array(vocabSize),
};

/** Two shards of four documents; each word occurs in one document only. */
const shards = [0, 1].map((shard) =>
  tokenizedDocuments(
    [0, 1, 2, 3].map((document) =>
      [0, 1, 2].map((sentence) => [5 + shard * 12 + document * 3 + sentence]),
    ),
    vocabSize,
  ),
);

function createStream(seed = 1): ExampleStream {
  const source = {
    shardDocuments: [4, 4],
    load: (shard: number) => Promise.resolve(shards[shard] ?? tokenizedDocuments([], vocabSize)),
  };
  return new ExampleStream(source, new NextSentenceExamples({ maxSeqLength: 16 }), {
    seed,
    windowShards: 1,
  });
}

function createData(options: Partial<PretrainingDataOptions> = {}): PretrainingData {
  return new PretrainingData({
    stream: createStream(),
    corpusFingerprint: 'corpus',
    vocabulary,
    collator: { mlmProbability: 0.4 },
    batchSize: 3,
    ...options,
  });
}

/** What a batch is, without the memory behind it. */
const plain = (batch: Batch | undefined): unknown =>
  batch && Object.entries(batch).map(([name, value]) => [name, Array.from([value].flat(2))]);

describe('PretrainingData', () => {
  test('gives equal batches from the cursor of every update, over the ends of epochs', async () => {
    const reader = new BatchReader(createData());
    const groups = [];
    for (let i = 0; i < 8; i++) groups.push(await reader.read(2));
    expect(groups.filter(({ endsEpoch }) => endsEpoch).length).toBeGreaterThan(1);
    for (const [i, { start, end }] of groups.entries()) {
      const other = new BatchReader(createData());
      other.seek(start);
      expect((await other.read(2)).batches.map(plain)).toEqual(groups[i]?.batches.map(plain));
      expect(groups[i + 1]?.start ?? end).toEqual(end);
    }
  });

  test('a batch stays as it is while others follow', async () => {
    const data = createData();
    const first = await data.next();
    const before = plain(first);
    for (let i = 0; i < 5; i++) await data.next();
    expect(plain(first)).toEqual(before);
  });

  test('says which documents a batch comes from', async () => {
    const data = createData({ batchSize: 2 });
    const batch = await data.next();
    expect(batch && data.describe(batch)).toMatch(/^documents \d(?:, \d)*$/u);
  });

  test('counts an epoch and leaves the stream where it was', async () => {
    const stream = createStream();
    await stream.next(5);
    const { cursor } = stream;
    const count = await countExamples(stream);
    expect(stream.cursor).toEqual(cursor);
    let examples = 0;
    const data = createData({ batchSize: 1 });
    while ((await data.next()) !== undefined) examples++;
    expect(count).toBe(examples);
  });

  test('the fingerprint tells corpus, order and masking', () => {
    const { fingerprint } = createData();
    expect(createData({ batchSize: 7 }).fingerprint).toBe(fingerprint);
    const others = [
      createData({ corpusFingerprint: 'another' }),
      createData({ stream: createStream(2) }),
      createData({ collator: { mlmProbability: 0.2 } }),
    ];
    for (const other of others) expect(other.fingerprint).not.toBe(fingerprint);
  });

  test('batches grow over a warm-up, also after a seek', async () => {
    const sizes = async (data: PretrainingData, count: number): Promise<(number | undefined)[]> => {
      const found = [];
      for (let i = 0; i < count; i++) found.push((await data.next())?.batchSize);
      return found;
    };
    const batchSize = batchSizeWarmup(1, 3, 2);
    const data = createData({ batchSize });
    expect(await sizes(data, 3)).toEqual([1, 2, 3]);
    const late = createData({ batchSize });
    await late.next();
    const { cursor } = late;
    const resumed = createData({ batchSize });
    resumed.seek(cursor);
    expect(await sizes(resumed, 2)).toEqual([2, 3]);
  });

  test('grown batches follow from the cursor of every update, too', async () => {
    const growing = { batchSize: batchSizeWarmup(1, 5, 6) };
    const reader = new BatchReader(createData(growing));
    const groups = [];
    for (let i = 0; i < 8; i++) groups.push(await reader.read(2));
    expect(groups.some(({ endsEpoch }) => endsEpoch)).toBe(true);
    for (const [i, { start }] of groups.entries()) {
      const other = new BatchReader(createData(growing));
      other.seek(start);
      expect((await other.read(2)).batches.map(plain)).toEqual(groups[i]?.batches.map(plain));
    }
  });

  test('the settings say how a batch grows: over updates, of which each has several', () => {
    const sizesOf = (options: object, before = 0): number[] => {
      const args = createTrainingArguments({ outputDir: 'out', maxSteps: 20, ...options });
      const size = trainBatchSize(args, before);
      return [0, 1, 2, 3, 4, 5].map((batches) => (typeof size === 'number' ? size : size(batches)));
    };
    expect(sizesOf({})).toEqual([8, 8, 8, 8, 8, 8]);
    const growing = { initialBatchSize: 2, perDeviceTrainBatchSize: 6, batchSizeWarmupSteps: 2 };
    expect(sizesOf(growing)).toEqual([2, 4, 6, 6, 6, 6]);
    expect(sizesOf({ ...growing, batchSizeWarmupSteps: 0.1 })).toEqual([2, 4, 6, 6, 6, 6]);
    expect(sizesOf({ ...growing, gradientAccumulationSteps: 2 })).toEqual([2, 3, 4, 5, 6, 6]);
    // A second source goes on where the first one ended.
    expect(sizesOf({ ...growing, gradientAccumulationSteps: 2 }, 3)).toEqual([5, 6, 6, 6, 6, 6]);
  });

  test('a plan tries full batches, and counts small ones for what they are', () => {
    const [part, ...others] = createData({ batchSize: batchSizeWarmup(1, 3, 2) }).planParts(10);
    expect(others).toEqual([]);
    // Sizes 1, 2 and eight times 3.
    expect(part).toMatchObject({ batches: 10, fullBatches: 9, cursor: { batches: 9 } });
  });

  test.each([0, 1.5, NaN])('a batch size of %d is refused', (batchSize) => {
    expect(() => createData({ batchSize })).toThrow(ArgumentError);
  });

  test('a cursor of other data is refused', () => {
    expect(() => {
      createData().seek({ epoch: 0 });
    }).toThrow(CursorError);
  });
});

describe('StagedData', () => {
  const create = (): StagedData<readonly number[]> =>
    new StagedData([
      { data: numbersData([1, 2, 3]), batches: 3 },
      { data: numbersData([10, 20]), batches: 0 },
    ]);

  test('goes from stage to stage, with the ends of epochs in between', async () => {
    const data = create();
    const found = [];
    for (let i = 0; i < 8; i++) found.push(await data.next());
    expect(found).toEqual([
      [1, 2],
      [3],
      undefined,
      [1, 2],
      [10, 20],
      undefined,
      [10, 20],
      undefined,
    ]);
  });

  test('is entered at any cursor', async () => {
    const data = create();
    for (let i = 0; i < 8; i++) {
      const { cursor } = data;
      const other = create();
      other.seek(cursor);
      expect(await other.next()).toEqual(await data.next());
    }
  });

  test('a plan has a part for each stage that the run comes to', async () => {
    const data = create();
    const parts = data.planParts(5);
    expect(parts.map(({ batches, fullBatches }) => [batches, fullBatches])).toEqual([
      [3, 3],
      [2, 2],
    ]);
    data.seek(parts[1]?.cursor ?? null);
    expect(await data.next()).toEqual([10, 20]);
    expect(data.planParts(2)).toHaveLength(1);
  });

  test('refuses no stages, and a cursor past them', () => {
    expect(() => new StagedData([])).toThrow(ArgumentError);
    expect(() => {
      create().seek({ stage: 2, batches: 0, data: null });
    }).toThrow(CursorError);
  });
});
