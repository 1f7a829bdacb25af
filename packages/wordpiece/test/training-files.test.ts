// Training from files: the same result however the corpus is divided, and every bad file a typed error.
import { mkdtempSync, mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';

import { CorpusError, EmptyCorpusError, TokenizerOptionError } from '../src/errors.ts';
import { planRanges } from '../src/node/corpus-files.ts';
import { countFiles } from '../src/node/count-files.ts';
import { countRange } from '../src/node/count-range.ts';
import { trainWordPiece } from '../src/node/train-wordpiece.ts';
import { resolveTrainOptions } from '../src/train/options.ts';
import { prepareScan } from '../src/train/scan-setup.ts';
import { trainWordPiece as trainOnTexts } from '../src/train/train-wordpiece.ts';
import { WordScanner } from '../src/train/word-scanner.ts';
import type { WordTable } from '../src/train/word-table.ts';

const corpusUrl = new URL('fixtures/training/corpus.txt', import.meta.url);
const corpus = readFileSync(corpusUrl, 'utf8');
const { classes } = prepareScan(resolveTrainOptions({ lowercase: false }));

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'malmoi-training-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Writes a file of the given content; returns its path. */
function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

function countsOf(table: WordTable): Map<string, number> {
  const counts = new Map<string, number>();
  for (let word = 0; word < table.size; word++) {
    const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(table.bytesOf(word));
    counts.set(text, table.countOf(word));
  }
  return new Map([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}

jest.setTimeout(60_000);

describe('the same tokens', () => {
  const settings = { vocabSize: 400, lowercase: false };

  test('with one, two and three threads, in any order of files, from files and from texts', async () => {
    const lines = corpus.split('\n');
    const files = [0, 1, 2].map((part) =>
      file(`part-${part}.txt`, lines.filter((_, i) => i % 3 === part).join('\n')),
    );
    const expected = await trainOnTexts(lines, settings);
    expect(expected.tokens.length).toBe(400);
    for (const threads of [1, 2, 3]) {
      files.push(files.shift() ?? '');
      const trained = await trainWordPiece({ files }, { ...settings, threads });
      expect(trained).toEqual(expected);
    }
  });

  test('whatever the line breaks, with and without one at the end', async () => {
    const lines = corpus.trimEnd().split('\n');
    const expected = await trainOnTexts(lines, settings);
    const breaks = ['\n', '\r\n', '\r', '\n\n', ' \n\t'];
    for (const [i, lineBreak] of breaks.entries()) {
      const files = file(`breaks-${i}.txt`, lines.join(lineBreak));
      expect(await trainWordPiece({ files }, settings)).toEqual(expected);
    }
    const files = file('with-mark.txt', `\ufeff${corpus}`);
    expect((await trainWordPiece({ files }, { ...settings, cleanText: false })).tokens).toEqual(
      (await trainOnTexts(lines, { ...settings, cleanText: false })).tokens,
    );
  });

  test('U+0085 and U+2028 are what the reference takes them for, and end no line; NUL is dropped', async () => {
    const files = file('separators.txt', 'ab\u0085cd\u2028ef g\0h');
    const wholeWords = async (cleanText: boolean): Promise<string[]> => {
      const { tokens } = await trainWordPiece({ files }, { minFrequency: 1, cleanText });
      return tokens.slice(5).filter((token) => token.length > 1 && !token.startsWith('##'));
    };
    expect(await wholeWords(true)).toEqual(['ab', 'ef', 'gh', 'abcd']);
    expect(await wholeWords(false)).toEqual(['ab', 'cd', 'ef', 'g\0', 'g\0h']);
  });
});

describe('ranges', () => {
  test('every word belongs to exactly one range, wherever a file is divided', () => {
    const piece = fc.oneof(
      fc.constantFrom(' ', '\n', '\r\n', '\t', '.', '\u3000'),
      fc.constantFrom(
        '가나다',
        'word',
        '漢字',
        '가'.repeat(2000),
        'x'.repeat(9000),
        '\uac00\u0301',
      ),
    );
    const content = fc.array(piece, { maxLength: 30 }).map((parts) => parts.join(''));
    const buffer = new Uint8Array(1 << 13);
    fc.assert(
      fc.property(content, fc.array(fc.nat(), { maxLength: 5 }), (text, places) => {
        const path = file('divided.txt', text);
        const size = Buffer.byteLength(text);
        const cuts = [...new Set([0, ...places.map((place) => place % (size + 1)), size])];
        cuts.sort((a, b) => a - b);
        const divided = new WordScanner(classes);
        for (const [i, start] of cuts.entries()) {
          const end = cuts[i + 1];
          if (end !== undefined) countRange({ file: path, start, end, size }, divided, buffer);
        }
        const whole = new WordScanner(classes);
        countRange({ file: path, start: 0, end: size, size }, whole, buffer);
        expect(countsOf(divided.table)).toEqual(countsOf(whole.table));
        expect(divided.totals).toEqual(whole.totals);
      }),
      { numRuns: 150 },
    );
  });

  test('a line of 10 MB without a break is read by blocks, in three ranges', async () => {
    const path = file('long-line.txt', '낱말 '.repeat(10) + 'ab'.repeat(5_000_000));
    const ranges = planRanges([path]);
    expect(ranges.length).toBe(3);
    const { table, totals } = await countFiles(ranges, classes, {
      threads: 2,
      onProgress: undefined,
      signal: undefined,
    });
    expect(totals).toEqual({ words: 10 + 2442, eojeols: 11, cuts: 2441 });
    expect([...countsOf(table).values()]).toEqual([1, 2441, 10]);
  });

  test('progress ends at the size of all files', async () => {
    const seen: [string, number, number | undefined][] = [];
    const files = [file('progress.txt', corpus)];
    await trainWordPiece(
      { files },
      { vocabSize: 400, onProgress: ({ stage, done, total }) => seen.push([stage, done, total]) },
    );
    const size = Buffer.byteLength(corpus);
    expect(seen[0]).toEqual(['count', size, size]);
    expect(seen.at(-1)).toEqual(['merge', 400, 400]);
  });
});

describe('bad files', () => {
  const train = (files: string | string[]) => trainWordPiece({ files });

  test('missing', async () => {
    const path = join(folder, 'missing.txt');
    await expect(train(path)).rejects.toThrow(CorpusError);
    await expect(train(path)).rejects.toThrow(`${path}: there is no such file. Check the path.`);
  });

  test('a directory', async () => {
    const path = join(folder, 'folder');
    mkdirSync(path);
    await expect(train(path)).rejects.toThrow(CorpusError);
    await expect(train(path)).rejects.toThrow(/folder: it is a directory\. Name the files in it/);
  });

  test.each([
    ['no file at all', []],
    ['an empty file', ['']],
    ['only blanks', [' \n\t\r\n', '\u3000\u00a0']],
    ['only control characters', ['\u0007\0']],
  ])('without a word: %s', async (name, contents) => {
    const files = contents.map((content, i) => file(`${name}-${i}.txt`, content));
    await expect(train(files)).rejects.toThrow(EmptyCorpusError);
    await expect(train(files)).rejects.toThrow(/there is no word in it/);
  });

  test.each([
    ['with a mark, little-endian', Buffer.from('\ufeff한국어', 'utf16le')],
    ['with a mark, big-endian', Buffer.from('\ufeff한국어', 'utf16le').swap16()],
    ['without a mark, little-endian', Buffer.from('한국어 text, 한국어 text', 'utf16le')],
    ['without a mark, big-endian', Buffer.from('한국어 text, 한국어 text', 'utf16le').swap16()],
  ])('UTF-16 %s', async (name, content) => {
    const path = file(`${name}.txt`, content);
    await expect(train(path)).rejects.toThrow(CorpusError);
    await expect(train(path)).rejects.toThrow(/looks like UTF-16; text must be UTF-8.*iconv/);
  });

  test('a device or pipe, which could keep a thread waiting for ever', async () => {
    await expect(train('/dev/null')).rejects.toThrow(CorpusError);
    await expect(train('/dev/null')).rejects.toThrow(/it is no regular file.*as an async iterable/);
  });

  test('one that becomes shorter while it is read', async () => {
    const path = file('shrinking.txt', corpus);
    const ranges = planRanges([path]);
    truncateSync(path, 100);
    const counted = countFiles(ranges, classes, {
      threads: 1,
      onProgress: undefined,
      signal: undefined,
    });
    await expect(counted).rejects.toThrow(CorpusError);
    await expect(counted).rejects.toThrow(
      new RegExp(
        `shrinking.txt: it became shorter while it was read: ${Buffer.byteLength(corpus)} bytes`,
      ),
    );
  });

  test('bytes that are no UTF-8 are counted in a warning', async () => {
    const files = file(
      'invalid.txt',
      Buffer.concat([Buffer.from(corpus), Buffer.of(0x20, 0xff, 0xea, 0xb0)]),
    );
    const { report, warnings } = await train(files);
    expect(report.invalidSequences).toBe(2);
    expect(warnings.map(({ kind, value }) => [kind, value])).toContainEqual(['invalid-utf8', 2]);
  });

  test('a path where texts are expected, and a wrong number of threads', async () => {
    await expect(trainWordPiece('corpus.txt')).rejects.toThrow(TokenizerOptionError);
    await expect(trainWordPiece('corpus.txt')).rejects.toThrow(
      /got string\. Put a single text into an array/,
    );
    await expect(trainWordPiece({ files: [] }, { threads: 0 })).rejects.toThrow(
      'threads: expected a whole number from 1 to 1024, got 0.',
    );
  });
});
