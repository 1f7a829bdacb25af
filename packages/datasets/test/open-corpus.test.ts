// Every format, way of naming and packing of a corpus gives the same documents.
import { symlink } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';

import { describe, expect, test } from '@jest/globals';
import { type ColumnSource, parquetWriteBuffer } from 'hyparquet-writer';

import { openCorpus } from '../src/node.ts';
import { readCorpus, tarOf, TestFolder } from './corpus-files.ts';

const folder = new TestFolder();

const expected = [
  ['첫 문장이다.', '둘째 문장이다.'],
  ['새 문서의 문장이다.', '"쉼표, 따옴표"가 있다.'],
];
const texts = expected.map((sentences) => sentences.join(' '));
const asSentences = `${expected.map((sentences) => sentences.join('\n')).join('\n\n')}\n`;
const asText = texts.join('\n\n');
const asJsonLines = texts.map((text, id) => JSON.stringify({ id, text })).join('\n');
const asCsv = `id,text\n${texts.map((text, id) => `${id},"${text.replaceAll('"', '""')}"`).join('\n')}\n`;
const asTsv = `id\ttext\n${texts.map((text, id) => `${id}\t${text}`).join('\n')}\n`;

const parquetOf = (columnData: ColumnSource[], rowGroupSize?: number): Uint8Array =>
  new Uint8Array(
    parquetWriteBuffer({ columnData, ...(rowGroupSize === undefined ? {} : { rowGroupSize }) }),
  );
const asParquet = (): Uint8Array =>
  parquetOf(
    [
      { name: 'id', data: [0, 1], type: 'INT32' },
      { name: 'text', data: texts, type: 'STRING' },
    ],
    1,
  );

describe('formats', () => {
  test.each<[string, string | (() => Uint8Array), object]>([
    ['a.txt', asSentences, {}],
    ['crlf.txt', asSentences.replaceAll('\n', '\r\n'), {}],
    ['plain.txt', asText, { format: 'text' }],
    ['a.md', asText, {}],
    ['lines.md', texts.join('\n'), { documentBoundary: 'line' }],
    ['a.jsonl', asJsonLines, {}],
    ['a.ndjson', asJsonLines.replaceAll('"text"', '"content"'), { textColumn: 'content' }],
    ['listed.jsonl', expected.map((text) => JSON.stringify({ text })).join('\n'), {}],
    ['a.csv', asCsv, {}],
    ['bom.csv', `\ufeff${asCsv}`, { textColumn: 'text' }],
    ['by-index.csv', asCsv, { textColumn: 1 }],
    ['a.tsv', asTsv, {}],
    ['no-header.tsv', asTsv.slice(asTsv.indexOf('\n') + 1), { header: false, textColumn: 1 }],
    [
      'semicolon.csv',
      asCsv.replace('id,text', 'id;text').replaceAll(/^(\d),/gm, '$1;'),
      { delimiter: ';' },
    ],
    ['a.parquet', asParquet, {}],
    ['a.unknown', asSentences, { format: 'sentences' }],
  ])('%s', async (name, contents, options) => {
    const path = await folder.write(name, typeof contents === 'string' ? contents : contents());
    const { sentences, documents, corpus } = await readCorpus(path, options);
    expect(sentences).toEqual(expected);
    expect(
      documents.map(({ index, indexInSource, source }) => [index, indexInSource, source]),
    ).toEqual([
      [0, 0, path],
      [1, 1, path],
    ]);
    expect(corpus.warnings.list()).toEqual([]);
  });

  test('one document per file with documentBoundary file; hard-wrapped lines with lineBreaks space', async () => {
    const path = await folder.write(
      'wrapped.md',
      '한 문장이\n두 줄에 있다. 또 한\n문장이다.\n\n새 문단이다.',
    );
    const { sentences } = await readCorpus(path, { documentBoundary: 'file', lineBreaks: 'space' });
    expect(sentences).toEqual([['한 문장이\n두 줄에 있다.', '또 한\n문장이다.', '새 문단이다.']]);
  });

  test('splitter: lines, and a function', async () => {
    const path = await folder.write('split.jsonl', JSON.stringify({ text: '하나. 둘.\n셋.' }));
    expect((await readCorpus(path, { splitter: 'lines' })).sentences).toEqual([
      ['하나. 둘.', '셋.'],
    ]);
    const halves = (text: string) => [
      { start: 0, end: 4 },
      { start: 4, end: text.length },
    ];
    expect((await readCorpus(path, { splitter: halves })).sentences).toEqual([
      ['하나.', '둘.\n셋.'],
    ]);
  });
});

describe('provenance', () => {
  test('line and byte offset of each sentence', async () => {
    const path = await folder.write('places.txt', '가\n나 다\r\n\n라\n');
    const { documents } = await readCorpus(path);
    expect(documents.map(({ sentences }) => sentences)).toEqual([
      [
        { text: '가', line: 1, byteOffset: 0 },
        { text: '나 다', line: 2, byteOffset: 4 },
      ],
      [{ text: '라', line: 4, byteOffset: 14 }],
    ]);
  });

  test('hard-wrapped text: the line on which a sentence starts', async () => {
    const path = await folder.write('wrapped-places.md', '하나는\n길다. 둘.\n셋은\n길다.');
    const { documents } = await readCorpus(path, { lineBreaks: 'space' });
    expect(documents[0]?.sentences.map(({ line, byteOffset }) => [line, byteOffset])).toEqual([
      [1, 0],
      [2, 10],
      [3, 23],
    ]);
  });

  test('records: the line, in Parquet the row', async () => {
    const csv = await folder.write('places.csv', 'text\n"두\n줄"\n하나\n');
    const lines = (await readCorpus(csv)).documents.map(({ sentences }) => sentences[0]?.line);
    expect(lines).toEqual([3, 4]);
    const parquet = await folder.write('places.parquet', asParquet());
    const rows = (await readCorpus(parquet)).documents.map(({ sentences }) => sentences[0]?.line);
    expect(rows).toEqual([1, 2]);
  });
});

describe('compression and archives', () => {
  test.each([
    ['a.txt.gz', () => gzipSync(asSentences)],
    ['a.jsonl.gz', () => gzipSync(asJsonLines)],
    [
      'two-members.txt.gz',
      () => Buffer.concat([gzipSync(asSentences.slice(0, 20)), gzipSync(asSentences.slice(20))]),
    ],
  ])('%s', async (name, contents) => {
    const path = await folder.write(name, contents());
    expect((await readCorpus(path)).sentences).toEqual(expected);
  });

  test.each(['tar', 'tar.gz', 'tgz'])('.%s is read in place, in its order', async (extension) => {
    const tar = await tarOf([
      { name: 'data/', type: 'directory' },
      { name: 'data/b.txt', contents: expected[0]?.join('\n') ?? '' },
      { name: 'data/a.jsonl.gz', contents: gzipSync(JSON.stringify({ text: texts[1] })) },
      { name: 'data/README', contents: 'no text of the corpus' },
      { name: 'data/link.txt', type: 'symlink', linkname: '/etc/passwd' },
      { name: 'data/hard.txt', type: 'link', linkname: 'data/b.txt' },
      { name: 'data/pipe.txt', type: 'fifo' },
    ]);
    const path = await folder.write(
      `archive.${extension}`,
      extension === 'tar' ? tar : gzipSync(tar),
    );
    const { sentences, documents, corpus } = await readCorpus(path);
    expect(sentences).toEqual(expected);
    expect(documents.map(({ source }) => source)).toEqual([
      `${path}!data/b.txt`,
      `${path}!data/a.jsonl.gz`,
    ]);
    expect(corpus.warnings.list()).toEqual([
      { kind: 'membersSkipped', count: 4, first: `${path}!data/README` },
    ]);
  });

  test('format text is for the text files of an archive, the others keep theirs; filter chooses members', async () => {
    const tar = await tarOf([
      { name: 'a.txt', contents: '하나다. 둘이다.' },
      { name: 'b.jsonl', contents: JSON.stringify({ text: '셋이다. 넷이다.' }) },
      { name: 'c.txt', contents: '다섯이다.' },
    ]);
    const path = await folder.write('mixed.tar', tar);
    const { sentences, corpus } = await readCorpus(path, {
      format: 'text',
      filter: (name) => name !== 'c.txt',
    });
    expect(sentences).toEqual([
      ['하나다.', '둘이다.'],
      ['셋이다.', '넷이다.'],
    ]);
    expect(corpus.warnings.list()).toEqual([]);
  });
});

describe('naming sources', () => {
  test('a folder: files by name, whatever order the disk has; unknown ones are counted', async () => {
    await folder.write('tree/b/2.txt', '나');
    await folder.write('tree/a.txt', '가');
    await folder.write('tree/b/10.jsonl', JSON.stringify({ text: '다' }));
    const other = await folder.write('tree/notes.doc', 'x');
    const { sentences, corpus } = await readCorpus(await folder.at('tree'));
    expect(sentences.flat()).toEqual(['가', '다', '나']);
    expect(corpus.warnings.list()).toEqual([{ kind: 'filesSkipped', count: 1, first: other }]);
    expect(corpus.sources.map(({ format }) => format)).toEqual(['sentences', 'jsonl', 'sentences']);
  });

  test('links to files in a folder are read, links to folders are not followed', async () => {
    const target = await folder.write('elsewhere/target.txt', '가리킨 곳');
    await folder.write('links/a.txt', '가');
    await symlink(target, await folder.at('links/b.txt'));
    await symlink(await folder.at('links'), await folder.at('links/loop'));
    const { sentences } = await readCorpus(await folder.at('links'));
    expect(sentences.flat()).toEqual(['가', '가리킨 곳']);
  });

  test('a glob, a file whose name looks like one, and a file named twice', async () => {
    await folder.write('glob/x2.txt', '둘');
    await folder.write('glob/x1.txt', '하나');
    const odd = await folder.write('glob/[x]1.txt', '괄호');
    const { sentences, corpus } = await readCorpus([odd, await folder.at('glob/x?.txt'), odd]);
    expect(sentences.flat()).toEqual(['괄호', '하나', '둘']);
    expect(corpus.warnings.list()).toEqual([{ kind: 'repeatedSources', count: 1, first: odd }]);
  });

  test('standard input', async () => {
    async function* stdin(): AsyncGenerator<Uint8Array> {
      yield await Promise.resolve(new TextEncoder().encode(asSentences));
    }
    const { sentences, documents, corpus } = await readCorpus('-', { stdin: stdin() });
    expect(sentences).toEqual(expected);
    expect(documents[0]?.source).toBe('<stdin>');
    expect(corpus.totalBytes).toBeUndefined();
  });
});

describe('a corpus', () => {
  test('can be read again, counts from the start each time, and knows its progress', async () => {
    const path = await folder.write('again.txt', 'a\0\n\nb');
    const corpus = await openCorpus(path);
    for (let pass = 0; pass < 2; pass++) {
      let documents = 0;
      for await (const { index } of corpus) expect(index).toBe(documents++);
      expect(documents).toBe(2);
      expect(corpus.bytesRead).toBe(5);
      expect(corpus.totalBytes).toBe(5);
      expect(corpus.warnings.count('nulCharacters')).toBe(1);
    }
  });

  test('documents are split at maxDocumentLength, counted once each, without a sentence lost', async () => {
    const lines = Array.from({ length: 20 }, (_, i) => `문장 ${i}`);
    const path = await folder.write('long.txt', `${lines.join('\n')}\n\n끝`);
    const { sentences, corpus } = await readCorpus(path, { maxDocumentLength: 30 });
    expect(sentences.flat()).toEqual([...lines, '끝']);
    expect(sentences.every((document) => document.join('').length <= 30)).toBe(true);
    expect(corpus.warnings.list()).toEqual([
      { kind: 'documentsSplit', count: 1, first: `${path}:8` },
    ]);
  });

  test('Parquet is read by row group: rows of all groups, in order', async () => {
    const data = Array.from({ length: 25 }, (_, i) => `문장 ${i}`);
    const path = await folder.write(
      'groups.parquet',
      parquetOf([{ name: 'text', data, type: 'STRING' }], 10),
    );
    expect((await readCorpus(path)).sentences.flat()).toEqual(data);
  });
});
