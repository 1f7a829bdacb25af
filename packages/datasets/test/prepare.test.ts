// Preparing a corpus: the shards against the tokenizer, whatever the threads; killed, resumed, cached, damaged.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { saveSafetensorsFile } from '@malmoi/safetensors/node';
import { IdBuffer } from '@malmoi/wordpiece';

import type { TokenizedDocuments } from '../src/examples/tokenized-documents.ts';
import { lockFolder } from '../src/node/folder-lock.ts';
import { prepareDocuments } from '../src/node/prepare/prepare-documents.ts';
import { PrepareError } from '../src/node/prepare/prepare-errors.ts';
import type { PrepareOptions } from '../src/node/prepare/prepare-options.ts';
import { openTokenShards } from '../src/node/shards/open-token-shards.ts';
import { ShardError } from '../src/shards/shard-error.ts';
import { SHARD_METADATA, shardTensors } from '../src/shards/token-shard.ts';
import { exampleDocuments, exampleTokenizer, inputOf } from './prepare-inputs.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'malmoi-prepare-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const out = (name = 'shards'): string => join(folder, name);
const OPTIONS: PrepareOptions = {
  tokensPerShard: 1500,
  threads: 0,
  validationSplitPercentage: 20,
};
const documents = exampleDocuments(200);

const prepare = (name: string, options: PrepareOptions = {}, texts = documents) =>
  prepareDocuments(inputOf(texts), exampleTokenizer, out(name), { ...OPTIONS, ...options });

/** All files of a folder by name. */
function contents(name: string): Map<string, string> {
  const names = readdirSync(out(name)).toSorted();
  return new Map(
    names.map((file) => [file, readFileSync(join(out(name), file)).toString('base64')]),
  );
}

/** Documents of shards as lists of sentences of ids. */
function nested(shard: TokenizedDocuments): number[][][] {
  return Array.from({ length: shard.documentOffsets.length - 1 }, (_, d) => {
    const first = shard.documentOffsets[d] ?? 0;
    const end = shard.documentOffsets[d + 1] ?? 0;
    return Array.from({ length: end - first }, (_, s) => [
      ...shard.tokens.slice(shard.sentenceOffsets[first + s], shard.sentenceOffsets[first + s + 1]),
    ]);
  });
}

function encode(text: string): number[] {
  const ids = new IdBuffer();
  exampleTokenizer.encodeToIds(text, ids);
  return [...ids.view()];
}

async function allDocuments(name: string, split: 'train' | 'validation'): Promise<number[][][]> {
  const shards = (await openTokenShards(out(name)))[split];
  const found: number[][][] = [];
  for (let i = 0; i < shards.entries.length; i++) found.push(...nested(await shards.load(i)));
  return found;
}

describe('prepareDocuments', () => {
  test('writes every document once, as the tokenizer encodes it, in order', async () => {
    const prepared = await prepare('shards');
    expect(prepared.cached).toBe(false);
    expect(prepared.train.entries.length).toBeGreaterThan(3);
    const train = await allDocuments('shards', 'train');
    const validation = await allDocuments('shards', 'validation');
    const expected = documents.map((sentences) => sentences.map(encode));
    const key = (document: number[][]): string => JSON.stringify(document);
    expect([...train, ...validation].map(key).toSorted()).toEqual(expected.map(key).toSorted());
    // Each split keeps the order of the corpus.
    const position = new Map(expected.map((document, i) => [key(document), i]));
    const order = train.map((document) => position.get(key(document)) ?? -1);
    expect(order).toEqual(order.toSorted((a, b) => a - b));
    expect(prepared.train.totals.documents).toBe(train.length);
    const ids: number[] = [];
    for (const [shard] of prepared.train.entries.entries()) {
      ids.push(...(await prepared.train.load(shard)).documentIds);
    }
    expect(ids).toEqual([...train.keys()]);
  });

  test('the number of threads changes no byte', async () => {
    await prepare('none', { threads: 0 });
    await prepare('three', { threads: 3 });
    expect(contents('three')).toEqual(contents('none'));
  });

  test('a second run finds the shards; other inputs or options are refused, or replace them', async () => {
    await prepare('shards');
    const before = contents('shards');
    expect((await prepare('shards')).cached).toBe(true);
    await expect(prepare('shards', { tokensPerShard: 600 })).rejects.toThrow(/other options/);
    await expect(prepare('shards', {}, documents.slice(1))).rejects.toThrow(PrepareError);
    expect(contents('shards')).toEqual(before);
    const replaced = await prepare('shards', { overwriteCache: true }, documents.slice(0, 50));
    expect(replaced.train.totals.documents + replaced.validation.totals.documents).toBe(50);
    await prepare('fresh', {}, documents.slice(0, 50));
    expect(contents('shards')).toEqual(contents('fresh'));
  });

  test('stopped after any shard, it goes on and ends with the same bytes', async () => {
    await prepare('whole');
    const expected = contents('whole');
    for (const stopAfter of [1, 3, 5]) {
      const name = `stopped-${stopAfter}`;
      const stop = new AbortController();
      const watched = inputOf(documents, () => {
        const written = existsSync(out(name)) ? readdirSync(out(name)) : [];
        if (written.filter((file) => file.endsWith('.safetensors')).length >= stopAfter)
          stop.abort();
      });
      const stopped = prepareDocuments(watched, exampleTokenizer, out(name), {
        ...OPTIONS,
        signal: stop.signal,
      });
      await expect(stopped).rejects.toThrow(/abort/i);
      expect(existsSync(join(out(name), 'index.json'))).toBe(false);
      const messages: string[] = [];
      await prepare(name, { onMessage: (message) => messages.push(message) });
      expect(messages.join()).toMatch(/going on after \d+ documents/);
      expect(contents(name)).toEqual(expected);
    }
  });

  test('killed at any moment, it goes on and ends with the same bytes', async () => {
    await prepare('whole');
    const expected = contents('whole');
    const program = join(import.meta.dirname, 'prepare-process.ts');
    let killed = 0;
    for (let after = 0; after < 4; after++) {
      const child = fork(program, [out('killed'), JSON.stringify(OPTIONS), String(2 + 3 * after)]);
      const [code] = (await once(child, 'exit')) as [number | null];
      if (code === null) killed++;
    }
    expect(killed).toBeGreaterThan(0);
    await prepare('killed');
    expect(contents('killed')).toEqual(expected);
  });

  test('a damaged record of an interrupted run is said, and overwriteCache begins anew', async () => {
    mkdirSync(out());
    writeFileSync(join(out(), 'prepare-progress.json'), '{"cache_key": "x", "spl');
    await expect(prepare('shards')).rejects.toThrow(ShardError);
    await expect(prepare('shards')).rejects.toThrow(/prepare-progress\.json: it is no JSON/);
    expect((await prepare('shards', { overwriteCache: true })).cached).toBe(false);
  });

  test('the validation split is the same when the corpus grows', async () => {
    await prepare('small', {}, documents.slice(0, 120));
    await prepare('large');
    const small = (await allDocuments('small', 'validation')).map((document) =>
      JSON.stringify(document),
    );
    const large = (await allDocuments('large', 'validation')).map((document) =>
      JSON.stringify(document),
    );
    expect(large.slice(0, small.length)).toEqual(small);
    expect(large.length).toBeGreaterThan(small.length);
    // 20 % of 200, within five standard deviations.
    expect(Math.abs(large.length - 40)).toBeLessThan(5 * Math.sqrt(200 * 0.2 * 0.8));
  });

  test('drops duplicates and near-empty documents, and says how many', async () => {
    const texts = [...documents, ['짧다'], ...documents.slice(0, 30), ['짧다']];
    const prepared = await prepare(
      'shards',
      { dropDuplicates: true, minDocumentCharacters: 5 },
      texts,
    );
    expect(prepared.index.report).toMatchObject({
      read: { read: 232, duplicates: 30, nearEmpty: 2 },
    });
    await prepare('plain');
    expect(await allDocuments('shards', 'train')).toEqual(await allDocuments('plain', 'train'));
  });

  test('sentences without tokens are left out and counted', async () => {
    const texts = [...documents.slice(0, 20), ['\u200b', '이순신은 무신이다.'], ['\u200b']];
    const prepared = await prepare('shards', { validationSplitPercentage: 0 }, texts);
    expect(prepared.index.report).toMatchObject({
      splits: { train: { documents: 21, emptySentences: 2, emptyDocuments: 1 } },
    });
  });

  test('the card and the report tell what is there', async () => {
    const prepared = await prepare('shards');
    const card = readFileSync(join(out(), 'README.md'), 'utf8');
    const { documents: count, tokens } = prepared.train.totals;
    expect(card).toContain(`| train | ${count} |`);
    expect(card).toContain(tokens.toLocaleString('en-US'));
    expect(card).toContain('Sources');
  });

  test('a corpus of which nothing is left for training is an error', async () => {
    await expect(prepare('none', {}, [])).rejects.toThrow(/no document is left for training, of 0/);
    await expect(prepare('short', { minDocumentCharacters: 9999 })).rejects.toThrow(/of 200 that/);
  });

  test('a folder with other files is left alone', async () => {
    mkdirSync(out());
    writeFileSync(join(out(), 'thesis.txt'), 'mine');
    await expect(prepare('shards')).rejects.toThrow(/thesis\.txt/);
    expect(readdirSync(out())).toEqual(['thesis.txt']);
  });

  test('another process in the folder is told of, or waited for', async () => {
    mkdirSync(out());
    const lock = await lockFolder(out());
    await expect(prepare('shards')).rejects.toThrow(/works in this folder/);
    const messages: string[] = [];
    const waiting = prepare('shards', {
      wait: true,
      onMessage: (message) => messages.push(message),
    });
    setTimeout(() => void lock.release(), 50);
    expect((await waiting).cached).toBe(false);
    expect(messages[0]).toMatch(/waiting for process/);
  });

  test.each<[string, PrepareOptions]>([
    ['threads', { threads: -1 }],
    ['tokensPerShard', { tokensPerShard: 1.5 }],
    ['validationSplitPercentage', { validationSplitPercentage: 100 }],
    ['minDocumentCharacters', { minDocumentCharacters: -1 }],
  ])('refuses %s that cannot be', async (option, options) => {
    await expect(prepare('shards', options)).rejects.toThrow(new RegExp(`^${option} is `));
  });
});

describe('damaged shards', () => {
  const code = async (): Promise<string> => {
    try {
      const { train } = await openTokenShards(out());
      await train.verify();
      return 'sound';
    } catch (error) {
      return error instanceof ShardError ? error.code : `untyped: ${String(error)}`;
    }
  };
  const shard = (): string => join(out(), 'train-00000.safetensors');
  const index = (): string => join(out(), 'index.json');
  const editIndex = (edit: (text: string) => string): void => {
    writeFileSync(index(), edit(readFileSync(index(), 'utf8')));
  };

  beforeEach(async () => {
    await prepare('shards');
  });

  test.each<[string, string, () => void | Promise<void>]>([
    ['sound', 'nothing', () => undefined],
    [
      'CHECKSUM',
      'a changed byte',
      () => {
        const bytes = readFileSync(shard());
        bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
        writeFileSync(shard(), bytes);
      },
    ],
    [
      'CHECKSUM',
      'a file cut short',
      () => {
        truncateSync(shard(), 100);
      },
    ],
    [
      'CHECKSUM',
      'a shard of another name',
      () => {
        cpSync(join(out(), 'train-00001.safetensors'), shard());
      },
    ],
    [
      'MISSING',
      'a missing shard',
      () => {
        rmSync(shard());
      },
    ],
    [
      'MISSING',
      'a missing index',
      () => {
        rmSync(index());
      },
    ],
    [
      'INDEX',
      'an index cut short',
      () => {
        truncateSync(index(), 50);
      },
    ],
    [
      'INDEX',
      'an index of something else',
      () => {
        writeFileSync(index(), '{"format":"x"}');
      },
    ],
    [
      'VERSION',
      'a later version',
      () => {
        editIndex((text) => text.replace('"version": 1', '"version": 2'));
      },
    ],
    [
      'INDEX',
      'a name that leads out',
      () => {
        editIndex((text) => text.replace('train-00000', '../train-00000'));
      },
    ],
    [
      'INDEX',
      'a negative count',
      () => {
        editIndex((text) => text.replace(/"tokens": \d+/, '"tokens": -1'));
      },
    ],
    [
      'TOKEN_RANGE',
      'a vocabulary that is too small',
      () => {
        editIndex((text) => text.replace(/"vocab_size": \d+/, '"vocab_size": 6'));
      },
    ],
  ])('%s: %s', async (expected, _, damage) => {
    await damage();
    expect(await code()).toBe(expected);
  });

  test('a file with the right checksum and the wrong contents', async () => {
    const { train } = await openTokenShards(out());
    const sound = await train.load(0);
    const broken: TokenizedDocuments[] = [
      { ...sound, sentenceOffsets: sound.sentenceOffsets.slice(1) },
      { ...sound, documentOffsets: sound.documentOffsets.with(1, 0) },
      { ...sound, documentIds: sound.documentIds.slice(1) },
    ];
    for (const documents of broken) {
      const saved = await saveSafetensorsFile(shard(), shardTensors(documents), {
        metadata: SHARD_METADATA,
        sha256: true,
      });
      editIndex((text) =>
        text.replace(
          /"sha256": "[0-9a-f]{64}",\n\s*"documents"/,
          `"sha256": "${saved.sha256 ?? ''}",\n"documents"`,
        ),
      );
      expect(await code()).toBe('CONTENTS');
    }
  });

  test('another tokenizer than the one that made them', async () => {
    await expect(openTokenShards(out(), { tokenizerSha256: '0'.repeat(64) })).rejects.toThrow(
      /made with tokenizer/,
    );
  });
});
