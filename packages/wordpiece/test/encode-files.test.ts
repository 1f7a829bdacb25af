// encodeFiles: the same ids as line by line, in order, whatever the threads and chunks; odd corpora; and
// every way in which it can end early.
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { CorpusError, IdBuffer, TokenizerOptionError, WorkerDiedError } from '../src/index.ts';
import { encodeFiles, type EncodedBatch, type EncodeFilesOptions } from '../src/node.ts';
import { fixtureTokenizer } from './fixtures.ts';

const tokenizer = fixtureTokenizer('korean-cased');
let folder = '';
let files = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'malmoi-encode-'));
});

afterAll(() => rm(folder, { recursive: true }));

async function fileOf(content: string | Uint8Array): Promise<string> {
  const file = join(folder, `${files++}.txt`);
  await writeFile(file, content);
  return file;
}

async function collect(
  paths: readonly string[],
  options: EncodeFilesOptions = {},
): Promise<{
  lines: number[][];
  batches: EncodedBatch[];
  warnings: string[];
  corpus: ReturnType<typeof encodeFiles>;
}> {
  const warnings: string[] = [];
  const corpus = encodeFiles(tokenizer, paths, {
    threads: 0,
    onWarning: (warning) => warnings.push(warning),
    ...options,
  });
  const lines: number[][] = [];
  const batches: EncodedBatch[] = [];
  for await (const batch of corpus) {
    batches.push(batch);
    for (let i = 0; i + 1 < batch.offsets.length; i++) {
      lines.push([...batch.ids.subarray(batch.offsets[i], batch.offsets[i + 1])]);
    }
  }
  return { lines, batches, warnings, corpus };
}

function idsOf(text: string): number[] {
  const into = new IdBuffer();
  tokenizer.encodeToIds(text, into);
  return [...into.view()];
}

const TEXTS = [
  '이순신은 조선 중기의 무신이다.',
  '',
  '[MASK] 하이!',
  '😀 漢字 한국',
  'e\u0301 \u2028 x \u0085 y',
];
const many = Array.from({ length: 400 }, (_, i) => `${TEXTS[i % TEXTS.length] ?? ''} ${i}`);

describe('the ids of every line, in order', () => {
  test.each([
    { threads: 0, chunkBytes: 2 ** 20 },
    { threads: 1, chunkBytes: 64 },
    { threads: 3, chunkBytes: 300 },
  ])('%j', async (options) => {
    const [first, second] = await Promise.all([
      fileOf(`${many.join('\n')}\n`),
      fileOf(many.toReversed().join('\n')),
    ]);
    const { lines, batches, corpus, warnings } = await collect([first, second], options);
    expect(lines).toEqual([...many, ...many.toReversed()].map(idsOf));
    expect(corpus.totals).toMatchObject({ lines: 800, ids: lines.flat().length });
    expect(warnings).toEqual([]);
    for (const file of [first, second]) {
      let next = 0;
      for (const batch of batches.filter((one) => one.file === file)) {
        expect(batch.firstLine).toBe(next);
        next += batch.offsets.length - 1;
      }
      expect(next).toBe(400);
    }
  });
});

describe('odd corpora', () => {
  test.each([
    ['empty', '', []],
    ['no final newline', 'a\nb', ['a', 'b']],
    ['only blanks', ' \n\t\n\n', [' ', '\t', '']],
    ['CRLF', 'a\r\nb\r\n', ['a', 'b']],
    [
      'lone CR, U+0085 and U+2028 are no line breaks',
      'a\rb\u0085c\u2028d\n',
      ['a\rb\u0085c\u2028d'],
    ],
    ['NUL', 'a\u0000b\n', ['ab']],
    ['a byte order mark', '\ufeffa\n\ufeffb', ['a', 'b']],
    ['NFD', '\u1112\u1161\u11ab\n', ['\u1112\u1161\u11ab']],
  ])('%s', async (_, content, expected) => {
    const { lines } = await collect([await fileOf(content)]);
    expect(lines).toEqual(expected.map(idsOf));
  });

  test('ill-formed UTF-8, also across the edge of a chunk, is counted and read as U+FFFD', async () => {
    const bad = [0x61, 0xff, 0x62, 0x0a, 0xea, 0xb0, 0x0a, 0x63, 0xed, 0xa0, 0x80];
    const bytes = Uint8Array.from([
      ...bad,
      0x0a,
      ...new TextEncoder().encode('가'.repeat(40)),
      0x0a,
    ]);
    for (const chunkBytes of [16, 17, 18, 19, 4096]) {
      const { lines, warnings, corpus } = await collect([await fileOf(bytes)], { chunkBytes });
      const expected = new TextDecoder().decode(bytes).trimEnd().split('\n');
      expect(lines).toEqual(expected.map(idsOf));
      expect(corpus.totals.invalidSequences).toBe(5);
      expect(warnings).toEqual(['Read 5 sequences that are not UTF-8 as U+FFFD.']);
    }
  });

  test('lines that are too long are cut at white space, or else between characters', async () => {
    const content = `${'가나 '.repeat(30)}\n${'가'.repeat(50)}\nshort\n`;
    const expected = ['가나 '.repeat(4), '가나 '.repeat(4), '가나 '.repeat(4), '가나 '.repeat(4)];
    expected.push('가나 '.repeat(4), '가나 '.repeat(4), '가나 '.repeat(4), '가나 '.repeat(2));
    expected.push(
      '가'.repeat(10),
      '가'.repeat(10),
      '가'.repeat(10),
      '가'.repeat(10),
      '가'.repeat(10),
    );
    expected.push('short');
    for (const chunkBytes of [16, 50, 2 ** 16]) {
      const options = { maxLineBytes: 32, chunkBytes };
      const { lines, warnings, corpus } = await collect([await fileOf(content)], options);
      expect(lines).toEqual(expected.map(idsOf));
      expect(corpus.totals).toMatchObject({ longLineCuts: 11, lines: 14 });
      expect(warnings).toEqual(['Cut lines of more than 32 bytes (maxLineBytes) in 11 places.']);
    }
  });

  test('memory does not grow with the length of a line', async () => {
    const file = await fileOf('가'.repeat(2 ** 20));
    const options = { maxLineBytes: 1000, chunkBytes: 4096 };
    const { batches, corpus } = await collect([file], options);
    expect(corpus.totals.bytes).toBe(3 * 2 ** 20);
    for (const batch of batches) expect(batch.ids.length).toBeLessThan(2000);
  });
});

describe('refused', () => {
  test.each([
    ['missing', () => Promise.resolve(join(folder, 'missing.txt')), 'there is no such file'],
    ['a directory', () => Promise.resolve(folder), 'it is a directory'],
    ['UTF-16 with a mark', () => fileOf(Uint8Array.from([0xff, 0xfe, 0x61, 0x00])), 'UTF-16'],
    ['UTF-16 without', () => fileOf(new TextEncoder().encode('a\0b\0c\0d\0e\0')), 'UTF-16'],
  ])('%s', async (_, make, message) => {
    const file = await make();
    const error: unknown = await collect([await fileOf('fine\n'), file]).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(CorpusError);
    expect((error as CorpusError).file).toBe(file);
    expect((error as CorpusError).message).toContain(message);
  });

  test('a file that becomes shorter while it is read', async () => {
    const file = await fileOf('line\n'.repeat(10_000));
    const corpus = encodeFiles(tokenizer, [file], { threads: 0, chunkBytes: 1024 });
    const drain = async (): Promise<void> => {
      for await (const { firstLine } of corpus) if (firstLine === 0) await truncate(file, 20_000);
    };
    await expect(drain()).rejects.toThrow(/became shorter while it was read: 50000 bytes at first/);
  });

  test.each([{ threads: -1 }, { threads: 1.5 }, { chunkBytes: 1 }, { maxLineBytes: -1 }])(
    'options out of range: %j',
    (options) => {
      expect(() => encodeFiles(tokenizer, [], options)).toThrow(TokenizerOptionError);
    },
  );
});

describe('ending early', () => {
  test.each([
    ['exiting', 'An encoding thread ended early, with exit code 7.'],
    ['throwing', 'An encoding thread failed: out of order'],
  ])('a thread that dies: %s', async (name, message) => {
    const worker = new URL(`workers/${name}-worker.mjs`, import.meta.url);
    const file = await fileOf('a\n'.repeat(1000));
    const error: unknown = await collect([file], { worker, threads: 2, chunkBytes: 64 }).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(WorkerDiedError);
    expect((error as Error).message).toBe(message);
  });

  test('an abort signal, before and during', async () => {
    const file = await fileOf('a\n'.repeat(1000));
    const reason = new Error('enough');
    await expect(collect([file], { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const controller = new AbortController();
    const drain = async (): Promise<void> => {
      const options = { threads: 1, chunkBytes: 64, signal: controller.signal };
      for await (const { firstLine } of encodeFiles(tokenizer, [file], options)) {
        if (firstLine > 50) controller.abort(reason);
      }
    };
    await expect(drain()).rejects.toBe(reason);
  });

  test('a consumer that stops', async () => {
    const corpus = encodeFiles(tokenizer, [await fileOf('a\n'.repeat(1000))], {
      threads: 1,
      chunkBytes: 64,
    });
    for await (const batch of corpus) {
      expect(batch.firstLine).toBe(0);
      break;
    }
    expect(corpus.totals.lines).toBe(32);
  });
});
