// A run that was stopped, and shards of it that the disk has lost or changed before it goes on.
import {
  existsSync,
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

import { prepareDocuments } from '../src/node/prepare/prepare-documents.ts';
import type { PrepareOptions } from '../src/node/prepare/prepare-options.ts';
import { ShardError } from '../src/shards/shard-error.ts';
import { exampleDocuments, exampleTokenizer, inputOf } from './prepare-inputs.ts';

const OPTIONS: PrepareOptions = {
  tokensPerShard: 1500,
  threads: 0,
  validationSplitPercentage: 20,
};
const PROGRESS = 'prepare-progress.json';
const documents = exampleDocuments(200);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'malmoi-damage-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const at = (...names: string[]): string => join(folder, ...names);
const isShard = (name: string): boolean => name.endsWith('.safetensors');
const shardsOf = (name: string): string[] => readdirSync(at(name)).filter(isShard).toSorted();

/** All files of a folder by name. */
function contents(name: string): Map<string, string> {
  const names = readdirSync(at(name)).toSorted();
  return new Map(names.map((file) => [file, readFileSync(at(name, file)).toString('base64')]));
}

/** Prepares until five shards are there. */
async function prepareFiveShards(name: string): Promise<void> {
  const stop = new AbortController();
  const input = inputOf(documents, () => {
    if (existsSync(at(name)) && shardsOf(name).length >= 5) stop.abort();
  });
  const options = { ...OPTIONS, signal: stop.signal };
  await expect(prepareDocuments(input, exampleTokenizer, at(name), options)).rejects.toThrow(
    /abort/i,
  );
  expect(readdirSync(at(name))).toContain(PROGRESS);
}

/** Goes on. @returns what it said */
async function goOn(name: string, options: PrepareOptions = {}): Promise<string[]> {
  const messages: string[] = [];
  await prepareDocuments(inputOf(documents), exampleTokenizer, at(name), {
    ...OPTIONS,
    ...options,
    onMessage: (message) => messages.push(message),
  });
  return messages;
}

function flipLastByte(path: string): void {
  const bytes = readFileSync(path);
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
  writeFileSync(path, bytes);
}

describe('an interrupted run goes on', () => {
  test.each<[string, string, RegExp, (path: string) => void]>([
    [
      'changed',
      'train-00001',
      /^train-00001\.safetensors is damaged .*and the \d after it$/,
      flipLastByte,
    ],
    [
      'cut short',
      'train-00000',
      /^train-00000\.safetensors is damaged/,
      (path) => {
        truncateSync(path, 100);
      },
    ],
    ['gone', 'train-00002', /^train-00002\.safetensors is missing: it is made again/, rmSync],
    [
      'another',
      'validation-00000',
      /^validation-00000\.safetensors is damaged/,
      (path) => {
        writeFileSync(path, readFileSync(path.replace('validation', 'train')));
      },
    ],
  ])(
    'a shard that is %s is made again, and what comes after it',
    async (_, shard, said, damage) => {
      await goOn('whole');
      await prepareFiveShards('cut');
      damage(at('cut', `${shard}.safetensors`));
      const messages = await goOn('cut');
      expect(messages[0]).toMatch(said);
      expect(messages[1]).toMatch(/^going on after \d+ documents/);
      expect(contents('cut')).toEqual(contents('whole'));
    },
  );

  test('shards that are sound stay as they are', async () => {
    await prepareFiveShards('cut');
    const before = shardsOf('cut').map((name) => readFileSync(at('cut', name)));
    const messages = await goOn('cut');
    expect(messages).toHaveLength(1);
    expect(messages[0]).toMatch(/^going on after \d+ documents/);
    const after = shardsOf('cut').map((name) => readFileSync(at('cut', name)));
    for (const bytes of before) expect(after.some((other) => other.equals(bytes))).toBe(true);
  });

  test('stopped once more after damage was found, it still ends with the same bytes', async () => {
    await goOn('whole');
    await prepareFiveShards('cut');
    flipLastByte(at('cut', 'train-00000.safetensors'));
    const stop = new AbortController();
    const stopped = goOn('cut', {
      signal: stop.signal,
      onProgress: () => {
        stop.abort();
      },
    });
    await expect(stopped).rejects.toThrow(/abort/i);
    await goOn('cut');
    expect(contents('cut')).toEqual(contents('whole'));
  });

  test.each<[string, (text: string) => string]>([
    ['no record of progress', (text) => text.replace('"train":', '"trian":')],
    ['is not complete', (text) => text.replace('"entryCounts":[{', '"entryCounts":[{},{')],
    ['is no plain file name', (text) => text.replace('train-00000', '../train-00000')],
    ['is no SHA-256', (text) => text.replace(/[0-9a-f]{64}(?=","documents)/, 'x')],
  ])('its record is refused when it %s', async (problem, edit) => {
    await prepareFiveShards('cut');
    const path = at('cut', PROGRESS);
    writeFileSync(path, edit(readFileSync(path, 'utf8')));
    await expect(goOn('cut')).rejects.toThrow(ShardError);
    await expect(goOn('cut')).rejects.toThrow(problem);
    await goOn('cut', { overwriteCache: true });
    expect(readdirSync(at('cut'))).toContain('index.json');
  });
});
