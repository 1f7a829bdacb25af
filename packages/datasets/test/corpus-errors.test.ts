// Every bad corpus gets its typed error, which says what, where and what to do, or a counted warning.
import { open, symlink, truncate } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';

import { describe, expect, test } from '@jest/globals';
import { parquetWriteBuffer } from 'hyparquet-writer';

import {
  CorpusEncodingError,
  CorpusReadError,
  CorpusSourceError,
  DatasetsError,
  DatasetsOptionError,
  EmptyCorpusError,
  MissingColumnError,
  RecordError,
  UnsafeArchiveError,
} from '../src/index.ts';
import { type CorpusOptions, openCorpus } from '../src/node.ts';
import { corpusError, readCorpus, tarOf, TestFolder, thrownBy } from './corpus-files.ts';

const folder = new TestFolder();

describe('nothing to read', () => {
  test.each([
    ['empty.txt', ''],
    ['blanks.txt', ' \n\t\n\u3000\n\u2028\r\n'],
    ['mark.txt', '\ufeff'],
    ['blanks.md', '\n \n'],
    ['empty.jsonl', '\n\n'],
    ['nulls.jsonl', '{"text":null}\n{"text":" "}'],
    ['header.csv', 'text\n'],
    ['empty.csv', ''],
    ['empty.txt.gz', gzipSync('')],
  ])('%s', async (name, contents) => {
    const path = await folder.write(`nothing/${name}`, contents);
    const error = await corpusError(path);
    expect(error).toBeInstanceOf(EmptyCorpusError);
    expect(error).toMatchObject({ code: 'EMPTY_CORPUS', source: path });
  });

  test('an empty file beside others is counted, and so are records without text', async () => {
    const empty = await folder.write('beside/empty.txt', '\n');
    const records = await folder.write(
      'beside/records.jsonl',
      '{"text":""}\n{"text":"글"}\n{"text":[]}',
    );
    const { corpus, sentences } = await readCorpus([empty, records]);
    expect(sentences).toEqual([['글']]);
    expect(corpus.warnings.list()).toEqual([
      { kind: 'emptyRecords', count: 2, first: `${records}:1` },
      { kind: 'emptySources', count: 1, first: empty },
    ]);
  });

  test('tiny corpora are read: one document, one sentence', async () => {
    expect((await readCorpus(await folder.write('tiny.txt', '하나'))).sentences).toEqual([
      ['하나'],
    ]);
  });
});

describe('sources', () => {
  test.each<[string, () => Promise<string | string[]>, CorpusOptions, string]>([
    ['a missing file', () => folder.at('none.txt'), {}, 'NOT_FOUND'],
    [
      'a file below a file',
      async () => `${await folder.write('file.txt', 'a')}/x.txt`,
      {},
      'NOT_FOUND',
    ],
    ['a glob without matches', () => folder.at('*.nothing'), {}, 'NO_MATCH'],
    ['no source', () => Promise.resolve([]), {}, 'NO_MATCH'],
    ['an unknown extension', () => folder.write('a.doc', 'a'), {}, 'UNKNOWN_FORMAT'],
    ['no extension', () => folder.write('corpus', 'a'), {}, 'UNKNOWN_FORMAT'],
    [
      'a folder without a known file',
      async () => {
        await folder.write('unreadable/x/.hidden.txt', 'a');
        await folder.write('unreadable/image.png', 'a');
        return folder.at('unreadable');
      },
      {},
      'NO_READABLE_FILE',
    ],
    ['a URL', () => Promise.resolve('https://example.com/a.txt'), {}, 'IS_URL'],
    ['Parquet under gzip', () => folder.write('a.parquet.gz', 'a'), {}, 'UNKNOWN_FORMAT'],
    [
      'Parquet from standard input',
      () => Promise.resolve('-'),
      { format: 'parquet' },
      'NOT_A_FILE',
    ],
  ])('%s', async (_, source, options, code) => {
    const error = await corpusError(await source(), options);
    expect(error).toBeInstanceOf(CorpusSourceError);
    expect(error).toMatchObject({ code });
  });

  test('a folder that becomes a file’s place: a directory where a file is expected', async () => {
    const path = await folder.write('swapped.txt', 'a');
    const corpus = await openCorpus(path);
    const { rm, mkdir } = await import('node:fs/promises');
    await rm(path);
    await mkdir(path);
    const error = await thrownBy(async () => {
      for await (const document of corpus) expect(document).toBeUndefined();
    });
    expect(error).toBeInstanceOf(CorpusSourceError);
    expect(error).toMatchObject({ code: 'IS_DIRECTORY', source: path });
  });

  test('a link to nothing', async () => {
    const path = await folder.at('broken.txt');
    await symlink(await folder.at('nowhere.txt'), path);
    expect(await corpusError(path)).toMatchObject({ code: 'NOT_FOUND' });
  });

  test('standard input can be read once', async () => {
    async function* stdin(): AsyncGenerator<Uint8Array> {
      yield await Promise.resolve(new TextEncoder().encode('글'));
    }
    const { corpus } = await readCorpus('-', { stdin: stdin() });
    const error = await thrownBy(async () => {
      for await (const document of corpus) expect(document).toBeUndefined();
    });
    expect(error).toMatchObject({ code: 'STDIN_CONSUMED' });
  });
});

describe('options', () => {
  test.each<[string, unknown]>([
    ['format', 'docx'],
    ['language', 'fr'],
    ['lineBreaks', 'none'],
    ['documentBoundary', 'page'],
    ['splitter', 'magic'],
    ['maxLineBytes', 0],
    ['maxLineBytes', 1.5],
    ['maxRecordBytes', -1],
    ['maxDocumentLength', Number.NaN],
    ['textColumn', -1],
  ])('%s: %p', async (option, value) => {
    const error = await corpusError('-', { [option]: value });
    expect(error).toBeInstanceOf(DatasetsOptionError);
    expect(error).toMatchObject({ option });
  });

  test('a column by name without a header, by index in JSON lines', async () => {
    expect(await corpusError('-', { header: false })).toMatchObject({ option: 'textColumn' });
    const path = await folder.write('index.jsonl', '{"text":"a"}');
    expect(await corpusError(path, { textColumn: 0 })).toMatchObject({ option: 'textColumn' });
  });
});

describe('damaged files', () => {
  const long = Array.from({ length: 5000 }, (_, i) => `문장 ${i}`).join('\n');

  test.each([1, 10, 100, 1000])('gzip cut short by %d bytes', async (missing) => {
    const bytes = gzipSync(long);
    const path = await folder.write('cut.txt.gz', bytes.subarray(0, bytes.length - missing));
    const error = await corpusError(path);
    expect(error).toBeInstanceOf(CorpusReadError);
    expect(error).toMatchObject({ code: 'TRUNCATED', source: path });
  });

  test('gzip with a changed byte, and what is no gzip at all', async () => {
    const bytes = gzipSync(long);
    bytes[bytes.length - 6] = (bytes[bytes.length - 6] ?? 0) ^ 0xff;
    expect(await corpusError(await folder.write('changed.txt.gz', bytes))).toMatchObject({
      code: 'CORRUPT',
    });
    expect(await corpusError(await folder.write('plain.txt.gz', long))).toMatchObject({
      code: 'CORRUPT',
    });
  });

  test('a gzip file under the name of a text', async () => {
    const error = await corpusError(await folder.write('packed.txt', gzipSync(long)));
    expect(error).toBeInstanceOf(CorpusEncodingError);
    expect(error).toMatchObject({ code: 'BINARY' });
  });

  test('a file that shrinks while it is read', async () => {
    const path = await folder.write('shrinks.txt', '문장이다.\n\n'.repeat(60_000));
    const corpus = await openCorpus(path);
    const error = await thrownBy(async () => {
      for await (const { index } of corpus) if (index === 0) await truncate(path, 300_000);
    });
    expect(error).toBeInstanceOf(CorpusReadError);
    expect(error).toMatchObject({ code: 'FILE_CHANGED', source: path });
  });

  test('a file that grows while it is read ends where it ended when it was opened', async () => {
    const path = await folder.write('grows.txt', '하나\n\n둘');
    const corpus = await openCorpus(path);
    let documents = 0;
    for await (const { index } of corpus) {
      documents++;
      if (index > 0) continue;
      const file = await open(path, 'a');
      await file.write('\n\n셋');
      await file.close();
    }
    expect(documents).toBe(2);
  });

  test.each([
    ['/etc/passwd', 'absolute'],
    ['../outside.txt', '".."'],
    ['a/../../outside.txt', '".."'],
    ['a\\..\\..\\outside.txt', '".."'],
    ['\\\\server\\share.txt', 'absolute'],
    ['C:\\outside.txt', 'drive'],
  ])('an archive with the member %s', async (name, reason) => {
    const tar = await tarOf([
      { name: 'good.txt', contents: '글' },
      { name, contents: '밖' },
    ]);
    const error = await corpusError(await folder.write('unsafe.tar', tar));
    expect(error).toBeInstanceOf(UnsafeArchiveError);
    expect(error).toMatchObject({
      code: 'UNSAFE_PATH',
      message: expect.stringContaining(reason) as unknown,
    });
  });

  test.each([100, 600, 2000])('an archive cut at byte %d', async (length) => {
    const tar = await tarOf([{ name: 'a.txt', contents: '글\n'.repeat(1000) }]);
    const error = await corpusError(await folder.write('cut.tar', tar.subarray(0, length)));
    expect(error).toBeInstanceOf(CorpusReadError);
    expect(error).toMatchObject({ code: 'TRUNCATED' });
  });

  test('what is no archive, and one cut inside its compression', async () => {
    expect(await corpusError(await folder.write('no.tar', 'x'.repeat(2048)))).toMatchObject({
      code: 'CORRUPT',
    });
    const tar = gzipSync(await tarOf([{ name: 'a.txt', contents: long }]));
    const cut = await folder.write('cut.tar.gz', tar.subarray(0, tar.length / 2));
    expect(await corpusError(cut)).toMatchObject({ code: 'TRUNCATED', source: cut });
  });
});

describe('records', () => {
  const parquet = new Uint8Array(
    parquetWriteBuffer({
      columnData: [
        { name: 'title', data: ['가', '나'], type: 'STRING' },
        { name: 'number', data: [1, 2], type: 'INT32' },
      ],
    }),
  );

  test.each<[string, string | Uint8Array, CorpusOptions, number]>([
    ['column.jsonl', '{"title":"가","number":1}', {}, 1],
    ['later.jsonl', '{"text":"가"}\n\n{"title":"나","number":1}', {}, 3],
    ['column.csv', 'title,number\n가,1\n', {}, 1],
    ['column.tsv', 'title\tnumber\n가\t1\n', { textColumn: 2 }, 1],
    ['column.parquet', parquet, {}, 1],
  ])('%s lacks the column: its columns are named', async (name, contents, options, line) => {
    const path = await folder.write(name, contents);
    const error = await corpusError(path, options);
    expect(error).toBeInstanceOf(MissingColumnError);
    expect(error).toMatchObject({ available: ['title', 'number'], line, source: path });
    expect(error).toMatchObject({
      message: expect.stringContaining('"title", "number"') as unknown,
    });
  });

  test('a row that is too short', async () => {
    const path = await folder.write('short.csv', 'id,text\n1,가\n2\n');
    expect(await corpusError(path)).toMatchObject({
      code: 'MISSING_COLUMN',
      line: 3,
      column: 'text',
    });
  });

  test('columns called __proto__ and constructor are columns like others', async () => {
    const path = await folder.write('proto.jsonl', '{"__proto__":"가","constructor":"나"}');
    expect((await readCorpus(path, { textColumn: '__proto__' })).sentences).toEqual([['가']]);
    expect((await readCorpus(path, { textColumn: 'constructor' })).sentences).toEqual([['나']]);
    expect(await corpusError(path, { textColumn: 'toString' })).toBeInstanceOf(MissingColumnError);
  });

  test.each<[string, string | Uint8Array, CorpusOptions, string, number]>([
    ['broken.jsonl', '{"text":"가"}\n{"text":"나"\n', {}, 'MALFORMED_JSON', 2],
    ['array.jsonl', '[{"text":"가"}]', {}, 'MALFORMED_JSON', 1],
    ['string.jsonl', '"가"', {}, 'MALFORMED_JSON', 1],
    ['deep.jsonl', '['.repeat(500_000), {}, 'MALFORMED_JSON', 1],
    ['number.jsonl', '{"text":5}', {}, 'WRONG_TYPE', 1],
    ['object.jsonl', '{"text":{"a":1}}', {}, 'WRONG_TYPE', 1],
    [
      'long.jsonl',
      `{"text":"가"}\n{"text":"${'나'.repeat(100)}"}`,
      { maxRecordBytes: 64 },
      'RECORD_TOO_LONG',
      2,
    ],
    ['quote.csv', 'text\n가\n"열린\n따옴표', {}, 'MALFORMED_CSV', 4],
    ['inside.csv', 'text\n가"나"\n', {}, 'MALFORMED_CSV', 2],
    ['long.csv', `text\n"${'나\n'.repeat(100)}`, { maxRecordBytes: 64 }, 'RECORD_TOO_LONG', 18],
    ['not.parquet', 'x'.repeat(100), {}, 'MALFORMED_PARQUET', 0],
    ['empty.parquet', '', {}, 'MALFORMED_PARQUET', 0],
    ['cut.parquet', parquet.subarray(20), { textColumn: 'title' }, 'MALFORMED_PARQUET', 1],
    ['number.parquet', parquet, { textColumn: 'number' }, 'WRONG_TYPE', 1],
  ])('%s', async (name, contents, options, code, line) => {
    const path = await folder.write(name, contents);
    const error = await corpusError(path, options);
    expect(error).toBeInstanceOf(RecordError);
    expect(error).toMatchObject({ code, line, source: path });
  });

  test('quote null: quotation marks are characters', async () => {
    const path = await folder.write('quotes.csv', 'text\n"열린 따옴표\n가"나"\n');
    const { sentences } = await readCorpus(path, { quote: null });
    expect(sentences.flat()).toEqual(['"열린 따옴표', '가"나"']);
  });
});

describe('characters', () => {
  test('lone surrogates from JSON are replaced and counted', async () => {
    const path = await folder.write('surrogates.jsonl', '{"text":"가\\ud800나 \\udc00 👍"}');
    const { sentences, corpus } = await readCorpus(path);
    expect(sentences).toEqual([['가\ufffd나 \ufffd 👍']]);
    expect(corpus.warnings.list()).toEqual([
      { kind: 'loneSurrogates', count: 2, first: `${path}:1` },
    ]);
  });

  test('malformed UTF-8 in CSV is replaced and counted, characters over chunk edges are whole', async () => {
    // Chunks are 256 KiB: of three-byte syllables, one lies over each edge.
    const bytes = Buffer.concat([
      Buffer.from(`text\n${'가나다'.repeat(100_000)}\n`),
      Uint8Array.of(0x61, 0xff, 0x0a, 0xed, 0x95),
    ]);
    const { sentences, corpus } = await readCorpus(await folder.write('malformed.csv', bytes));
    expect(sentences).toEqual([['가나다'.repeat(100_000)], ['a\ufffd'], ['\ufffd']]);
    expect(corpus.warnings.list()).toMatchObject([{ kind: 'invalidUtf8', count: 2 }]);
  });

  test('a file without line breaks of 8 MiB is cut and counted', async () => {
    const path = await folder.write('one-line.txt', '가나다라 '.repeat(650_000));
    const { corpus, sentences } = await readCorpus(path);
    expect(sentences.flat().join(' ').length).toBe(5 * 650_000 - 1);
    expect(corpus.warnings.list()).toEqual([{ kind: 'linesCut', count: 1, first: `${path}:1` }]);
  });
});

describe('what was read stays out of messages', () => {
  const canary = 'CANARY-5f1c';

  test.each([
    ['canary.jsonl', `{"text":"${canary}", oops}`],
    ['canary2.jsonl', canary],
    ['canary.csv', `text\n"a" ${canary}\n`],
    ['canary3.jsonl', `{"text":{"key":"${canary}"}}`],
  ])('%s', async (name, contents) => {
    const error = await corpusError(await folder.write(name, contents));
    expect(error).toBeInstanceOf(DatasetsError);
    const { message, stack, cause } = error as DatasetsError;
    expect(`${message} ${stack} ${String(cause)} ${JSON.stringify(error)}`).not.toContain(canary);
  });

  test('a password in a URL', async () => {
    const error = await corpusError(`https://user:${canary}@example.com/a.txt`);
    expect(error).toMatchObject({ code: 'IS_URL' });
    expect(`${(error as Error).stack} ${JSON.stringify(error)}`).not.toContain(canary);
  });
});
