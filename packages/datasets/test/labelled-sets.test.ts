// Labelled sets in the layouts they are published in, and in files of any layout.
import { gzipSync } from 'node:zlib';

import { describe, expect, test } from '@jest/globals';
import { parquetWriteBuffer } from 'hyparquet-writer';

import { collect, CorpusWarnings, MissingColumnError, RecordError } from '../src/index.ts';
import {
  readConllFile,
  readImdb,
  readKlueNer,
  readKlueNli,
  readKlueSts,
  readLabelledFile,
  readNsmc,
} from '../src/node.ts';
import { tarOf, TestFolder, thrownBy } from './corpus-files.ts';

const folder = new TestFolder();

describe('IMDB', () => {
  const archive = async (): Promise<string> =>
    folder.write(
      'aclImdb_v1.tar.gz',
      gzipSync(
        await tarOf([
          { name: 'aclImdb/', type: 'directory' },
          { name: 'aclImdb/README', contents: 'about' },
          { name: 'aclImdb/imdb.vocab', contents: 'the\n' },
          { name: 'aclImdb/train/pos/', type: 'directory' },
          { name: 'aclImdb/train/pos/0_9.txt', contents: 'Fine.<br /><br />Really <BR>fine<br/>' },
          { name: 'aclImdb/train/neg/12_1.txt', contents: 'a < b, <b>bad</b>' },
          { name: 'aclImdb/train/unsup/0_0.txt', contents: 'no label' },
          { name: 'aclImdb/train/pos/urls.txt', contents: 'no review' },
          { name: 'aclImdb/test/neg/3_4.txt', contents: Uint8Array.of(0x62, 0xff) },
          { name: 'aclImdb/test/pos/4_8.txt', contents: ' \n' },
        ]),
      ),
    );

  test('is read from the archive, HTML breaks removed', async () => {
    const warnings = new CorpusWarnings();
    const path = await archive();
    expect(await collect(readImdb(path, { warnings }))).toEqual([
      { split: 'train', label: 'pos', id: '0', rating: 9, text: 'Fine.\nReally \nfine' },
      { split: 'train', label: 'neg', id: '12', rating: 1, text: 'a < b, <b>bad</b>' },
      { split: 'test', label: 'neg', id: '3', rating: 4, text: 'b\ufffd' },
    ]);
    expect(warnings.list()).toEqual([
      { kind: 'invalidUtf8', count: 1, first: `${path}!aclImdb/test/neg/3_4.txt` },
      { kind: 'emptyRecords', count: 1, first: `${path}!aclImdb/test/pos/4_8.txt` },
    ]);
  });

  test('one split of it', async () => {
    const reviews = await collect(readImdb(await archive(), { split: 'test' }));
    expect(reviews.map(({ id }) => id)).toEqual(['3']);
  });

  test('an archive without reviews', async () => {
    const path = await folder.write('other.tar', await tarOf([{ name: 'a.txt', contents: 'a' }]));
    expect(await thrownBy(() => collect(readImdb(path)))).toMatchObject({
      code: 'NO_MATCHING_MEMBER',
    });
  });
});

describe('NSMC', () => {
  test('rows between tabs, quotation marks as they are, empty reviews counted', async () => {
    const rows = ['id\tdocument\tlabel', '1\t"열린 따옴표\t1', '2\t\t0', '3\t별로.. ㅠㅠ\t0', ''];
    const path = await folder.write('ratings.txt', rows.join('\n'));
    const warnings = new CorpusWarnings();
    expect(await collect(readNsmc(path, { warnings }))).toEqual([
      { id: '1', text: '"열린 따옴표', label: '1' },
      { id: '3', text: '별로.. ㅠㅠ', label: '0' },
    ]);
    expect(warnings.list()).toEqual([{ kind: 'emptyRecords', count: 1, first: `${path}:3` }]);
  });

  test.each([
    ['1\t글\t2', 'INVALID_LABEL', 2],
    ['1\t글', 'MALFORMED_ROW', 2],
    ['1\t글\t글\t1', 'MALFORMED_ROW', 2],
  ])('%j', async (row, code, line) => {
    const path = await folder.write('bad.txt', `id\tdocument\tlabel\n${row}\n`);
    const error = await thrownBy(() => collect(readNsmc(path)));
    expect(error).toBeInstanceOf(RecordError);
    expect(error).toMatchObject({ code, line, source: path });
  });

  test('a directory', async () => {
    await folder.write('nsmc/ratings.txt', '');
    const path = await folder.at('nsmc');
    expect(await thrownBy(() => collect(readNsmc(path)))).toMatchObject({ code: 'IS_DIRECTORY' });
  });
});

describe('KLUE', () => {
  test('NER: characters, spaces and number signs included', async () => {
    const lines = [
      '## 토큰, 레이블 구분자 : \\t',
      '## klue-ner-v1_dev_00001-nsmc\t<이순신:PS> #1',
      ...'이\tB-PS|순\tI-PS|신\tI-PS| \tO|#\tO|1\tO'.split('|'),
      '',
      '## klue-ner-v1_dev_00002-nsmc\t가',
      '가\tO',
    ];
    const path = await folder.write('klue-ner_dev.tsv', lines.join('\n'));
    expect(await collect(readKlueNer(path))).toEqual([
      {
        id: 'klue-ner-v1_dev_00001-nsmc',
        tokens: ['이', '순', '신', ' ', '#', '1'],
        tags: ['B-PS', 'I-PS', 'I-PS', 'O', 'O', 'O'],
      },
      { id: 'klue-ner-v1_dev_00002-nsmc', tokens: ['가'], tags: ['O'] },
    ]);
  });

  const nli = {
    guid: 'n1',
    premise: '비가 온다.',
    hypothesis: '날이 맑다.',
    gold_label: 'contradiction',
  };
  const sts = {
    guid: 's1',
    sentence1: '가',
    sentence2: '나',
    labels: { label: 3.7, 'real-label': 3.71, 'binary-label': 1 },
  };

  test('NLI', async () => {
    const path = await folder.write('nli.json', JSON.stringify([nli]));
    expect(await collect(readKlueNli(path))).toEqual([
      { id: 'n1', text: '비가 온다.', textPair: '날이 맑다.', label: 'contradiction' },
    ]);
  });

  test('STS', async () => {
    const path = await folder.write('sts.json', JSON.stringify([sts]));
    expect(await collect(readKlueSts(path))).toEqual([
      { id: 's1', text: '가', textPair: '나', score: 3.7, binaryLabel: 1 },
    ]);
  });

  test.each<[string, unknown, string]>([
    ['no array', nli, 'MALFORMED_JSON'],
    ['an array of numbers', [1], 'MALFORMED_JSON'],
    ['a missing field', [{ ...nli, guid: undefined }], 'MISSING_COLUMN'],
    ['a field of another type', [{ ...nli, premise: 5 }], 'WRONG_TYPE'],
    ['an unknown label', [nli, { ...nli, gold_label: 'maybe' }], 'INVALID_LABEL'],
  ])('NLI with %s', async (_, value, code) => {
    const path = await folder.write('bad-nli.json', JSON.stringify(value));
    expect(await thrownBy(() => collect(readKlueNli(path)))).toMatchObject({ code, source: path });
  });

  test.each<[string, unknown]>([
    ['no labels', { ...sts, labels: undefined }],
    ['a score in a string', { ...sts, labels: { label: '3', 'binary-label': 1 } }],
    ['another binary label', { ...sts, labels: { label: 3, 'binary-label': 2 } }],
  ])('STS with %s', async (_, record) => {
    const path = await folder.write('bad-sts.json', JSON.stringify([record]));
    expect(await thrownBy(() => collect(readKlueSts(path)))).toMatchObject({
      code: 'INVALID_LABEL',
      line: 1,
    });
  });

  test('what is no JSON', async () => {
    const path = await folder.write('broken.json', '[{');
    expect(await thrownBy(() => collect(readKlueNli(path)))).toMatchObject({
      code: 'MALFORMED_JSON',
    });
  });
});

describe('files of any layout', () => {
  const expected = [
    { text: '비가 온다.', textPair: '날이 맑다.', label: '2', id: 'a' },
    { text: '눈이 온다.', textPair: '춥다.', label: '0', id: 'b' },
  ];
  const rows = expected.map(({ text, textPair, label, id }) => [id, text, textPair, label]);
  const columns = { textColumn: 's1', textPairColumn: 's2', labelColumn: 'y', idColumn: 'k' };
  const header = ['k', 's1', 's2', 'y'];
  const records = rows.map(([k, s1, s2, y]) => ({ k, s1, s2, y: Number(y) }));
  const parquet = (): Uint8Array =>
    new Uint8Array(
      parquetWriteBuffer({
        columnData: [
          { name: 'k', data: records.map(({ k }) => k), type: 'STRING' },
          { name: 's1', data: records.map(({ s1 }) => s1), type: 'STRING' },
          { name: 's2', data: records.map(({ s2 }) => s2), type: 'STRING' },
          { name: 'y', data: records.map(({ y }) => BigInt(y)), type: 'INT64' },
        ],
      }),
    );

  test.each<[string, string | (() => Uint8Array), object]>([
    ['l.csv', [header, ...rows].map((row) => row.join(',')).join('\n'), columns],
    ['l.tsv', [header, ...rows].map((row) => row.join('\t')).join('\n'), columns],
    [
      'no-header.csv',
      rows.map((row) => row.join(',')).join('\n'),
      { header: false, idColumn: 0, textColumn: 1, textPairColumn: 2, labelColumn: 3 },
    ],
    ['l.jsonl', records.map((record) => JSON.stringify(record)).join('\n'), columns],
    [
      'l.jsonl.gz',
      () => gzipSync(records.map((record) => JSON.stringify(record)).join('\n')),
      columns,
    ],
    ['l.parquet', parquet, columns],
    [
      'l.data',
      [header, ...rows].map((row) => row.join(';')).join('\n'),
      { ...columns, format: 'csv', delimiter: ';' },
    ],
  ])('%s', async (name, contents, options) => {
    const path = await folder.write(
      `any/${name}`,
      typeof contents === 'string' ? contents : contents(),
    );
    expect(await collect(readLabelledFile(path, options))).toEqual(expected);
  });

  test('texts alone, under the default names; blank ones are counted', async () => {
    const path = await folder.write('default.csv', 'label,text\npos,좋다\nneg, \n');
    const warnings = new CorpusWarnings();
    expect(await collect(readLabelledFile(path, { warnings }))).toEqual([
      { text: '좋다', label: 'pos' },
    ]);
    expect(warnings.count('emptyRecords')).toBe(1);
  });

  test.each<[string, string, object, object]>([
    [
      'a.csv',
      'text,y\n글,1\n',
      {},
      { code: 'MISSING_COLUMN', column: 'label', available: ['text', 'y'] },
    ],
    ['a.jsonl', '{"text":"글","y":1}', {}, { code: 'MISSING_COLUMN', column: 'label' }],
    ['b.jsonl', '{"text":"글","label":{}}', {}, { code: 'WRONG_TYPE', line: 1 }],
    ['b.csv', 'text,label\n글,\n', {}, { code: 'INVALID_LABEL', line: 2 }],
    ['c.jsonl', '{"text":"글","label":1}', { labelColumn: 1 }, { code: 'INVALID_OPTION' }],
    ['a.txt', '글', {}, { code: 'UNKNOWN_FORMAT' }],
  ])('%s: %j', async (name, contents, options, expectedError) => {
    const path = await folder.write(`wrong/${name}`, contents);
    expect(await thrownBy(() => collect(readLabelledFile(path, options)))).toMatchObject(
      expectedError,
    );
  });
});

describe('CoNLL', () => {
  const conll2003 =
    '-DOCSTART- -X- O O\n\nEU NNP B-NP B-ORG\nrejects VBZ B-VP O\n\n\nPeter NNP B-NP B-PER\n';

  test('columns between spaces; the tag is the last one, or another', async () => {
    const path = await folder.write('a.conll', conll2003);
    expect(await collect(readConllFile(path))).toEqual([
      { tokens: ['EU', 'rejects'], tags: ['B-ORG', 'O'] },
      { tokens: ['Peter'], tags: ['B-PER'] },
    ]);
    const tags = (await collect(readConllFile(path, { tagColumn: 1 }))).map(
      (example) => example.tags,
    );
    expect(tags).toEqual([['NNP', 'VBZ'], ['NNP']]);
  });

  test('a line without a tag, and a column that is not there', async () => {
    const path = await folder.write('bad.conll', 'EU B-ORG\nalone\n');
    const error = await thrownBy(() => collect(readConllFile(path)));
    expect(error).toMatchObject({ code: 'MALFORMED_ROW', line: 2 });
    const column = await thrownBy(() => collect(readConllFile(path, { tagColumn: 5 })));
    expect(column).toMatchObject({ code: 'MALFORMED_ROW', line: 1 });
  });
});

test('a missing column is a MissingColumnError', async () => {
  const path = await folder.write('missing.tsv', 'a\tb\n1\t2\n');
  expect(await thrownBy(() => collect(readLabelledFile(path)))).toBeInstanceOf(MissingColumnError);
});
