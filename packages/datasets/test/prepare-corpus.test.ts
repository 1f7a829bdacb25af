// prepareCorpus from files: what is read, when it is known to be the same, and progress.
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import { EmptyCorpusError } from '../src/errors.ts';
import { prepareCorpus, type PrepareCorpusOptions } from '../src/node/prepare/prepare-corpus.ts';
import type { PrepareProgressReport } from '../src/node/prepare/prepare-options.ts';
import { reportLines } from '../src/node/prepare/prepare-report.ts';
import { exampleDocuments, exampleTokenizer } from './prepare-inputs.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'malmoi-prepare-corpus-'));
  writeFileSync(path('a.txt'), text);
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const documents = exampleDocuments(80);
const text = documents.map((sentences) => sentences.join('\n')).join('\n\n');
const path = (name: string): string => join(folder, name);
const prepare = (source: string, options: PrepareCorpusOptions = {}) =>
  prepareCorpus(source, exampleTokenizer, path('shards'), { threads: 0, ...options });

describe('prepareCorpus', () => {
  test('reads files of any format, and tells how far it is and what it found', async () => {
    const progress: PrepareProgressReport[] = [];
    writeFileSync(path('b.txt.gz'), gzipSync(text));
    const prepared = await prepare(path('*.{txt,gz}'), {
      onProgress: (report) => progress.push(report),
      validationSplitPercentage: 10,
    });
    expect(prepared.report.sources).toEqual([path('a.txt'), path('b.txt.gz')]);
    expect(prepared.report.read.read).toBe(160);
    const last = progress.at(-1);
    expect(last?.bytes).toBe(last?.totalBytes);
    expect(last?.documents).toBe(160);
    expect(last?.megabytesPerSecond).toBeGreaterThan(0);
    const lines = reportLines(prepared.report).join('\n');
    expect(lines).toContain('documents read   160');
    expect(lines).toMatch(
      /train +\d+ documents, \d[\d,]* sentences, [\d,]+ tokens, 0\.00 % \[UNK\]/,
    );
  });

  test('the same content is the same input, under another name too; other content is not', async () => {
    expect((await prepare(path('a.txt'))).cached).toBe(false);
    renameSync(path('a.txt'), path('c.txt'));
    expect((await prepare(path('c.txt'))).cached).toBe(true);
    writeFileSync(path('c.txt'), `${text}\n\n이순신은 무신이다.`);
    await expect(prepare(path('c.txt'))).rejects.toThrow(/other inputs/);
    expect((await prepare(path('c.txt'), { overwriteCache: true })).report.read.read).toBe(81);
  });

  test('how files are read is part of what they are', async () => {
    await prepare(path('a.txt'));
    const running: PrepareCorpusOptions = { corpus: { format: 'text' } };
    await expect(prepare(path('a.txt'), running)).rejects.toThrow(/other options/);
  });

  test.each<[string, () => [string, PrepareCorpusOptions]]>([
    ['standard input', () => ['-', { corpus: { stdin: chunksOf(text) } }]],
    [
      'a splitter of one’s own',
      () => [
        path('a.txt'),
        { corpus: { format: 'text', splitter: (line) => [{ start: 0, end: line.length }] } },
      ],
    ],
  ])('%s cannot be compared, and is tokenized every time', async (_, make) => {
    expect((await prepare(...make())).cached).toBe(false);
    await expect(prepare(...make())).rejects.toThrow(/other inputs/);
    const [source, options] = make();
    expect((await prepare(source, { ...options, overwriteCache: true })).cached).toBe(false);
  });

  test('a corpus without a sentence, and a signal that is set', async () => {
    writeFileSync(path('empty.txt'), ' \n\n');
    await expect(prepare(path('empty.txt'))).rejects.toThrow(EmptyCorpusError);
    const signal = AbortSignal.abort();
    await expect(prepare(path('a.txt'), { signal })).rejects.toThrow(/abort/i);
  });
});

async function* chunksOf(content: string): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(Buffer.from(content));
}
