// Folders as transformers writes and reads them: golden files, what is preferred, and saves that fail.
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import {
  SaveError,
  TokenizerFileError,
  VocabularyError,
  WordPieceTokenizer,
} from '../src/index.ts';
import { fromFile, fromFolder, saveTo } from '../src/node.ts';
import { fixtureTokenizer, fixtureUrl, readFixture } from './fixtures.ts';

let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'malmoi-files-'));
});

afterAll(() => rm(folder, { recursive: true }));

const newFolder = async (files: Record<string, string | Uint8Array> = {}): Promise<string> => {
  const made = await mkdtemp(join(folder, 'model-'));
  for (const [name, content] of Object.entries(files)) await writeFile(join(made, name), content);
  return made;
};

/** Small, with an added token outside the vocabulary. `test/fixtures/saved` is what it is saved as. */
const VOCAB = '[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\n가\n##나\n다\na\n##b\n1\n.\n__proto__\n';
const small = WordPieceTokenizer.fromVocab(VOCAB, {
  lowercase: false,
  modelMaxLength: 512,
}).withAddedTokens(['Foo', { content: '<x>', special: true }]);
const SAVED = ['tokenizer.json', 'tokenizer_config.json', 'vocab.txt'];

interface Golden {
  readonly transformers: string;
  readonly cases: readonly [text: string, ids: readonly number[]][];
}

describe('golden files', () => {
  test('are written byte by byte', async () => {
    const made = join(await newFolder(), 'new', 'folder');
    await saveTo(small, made);
    expect((await readdir(made)).sort()).toEqual(SAVED);
    for (const name of SAVED) {
      expect(await readFile(join(made, name), 'utf8')).toBe(readFixture(`saved/${name}`));
    }
  });

  test('give the ids that AutoTokenizer gives from them', async () => {
    const golden = JSON.parse(readFixture('saved/expected.json')) as Golden;
    const tokenizer = await fromFolder(fixtureUrl('saved').pathname);
    expect(golden.cases.map(([text]) => [text, tokenizer.encode(text).inputIds])).toEqual(
      golden.cases,
    );
    expect(golden.cases.length).toBeGreaterThanOrEqual(8);
  });
});

describe('reading', () => {
  test('tokenizer.json is preferred, vocab.txt is enough, tokenizer_config.json decides its options', async () => {
    const uncased = { 'vocab.txt': '[UNK]\na\nA\n' };
    const cased = {
      ...uncased,
      'tokenizer_config.json': '{"do_lower_case": false, "model_max_length": 9}',
    };
    const both = { ...cased, 'tokenizer.json': small.toTokenizerJson() };
    const ids = async (files: Record<string, string>): Promise<readonly number[]> =>
      (await fromFolder(await newFolder(files))).encode('A', { addSpecialTokens: false }).inputIds;
    expect(await ids(uncased)).toEqual([1]);
    expect(await ids(cased)).toEqual([2]);
    expect(await ids(both)).toEqual([1]);
    expect((await fromFolder(await newFolder(both))).vocabSize).toBe(15);
  });

  test('added tokens of a tokenizer_config.json beside a vocab.txt', async () => {
    const config = { added_tokens_decoder: { 1: { content: '<x>', special: true } } };
    const made = await newFolder({
      'vocab.txt': '[UNK]\n',
      'tokenizer_config.json': JSON.stringify(config),
    });
    const tokenizer = await fromFolder(made);
    expect(tokenizer.tokenize('a<x>')).toEqual(['[UNK]', '<x>']);
    await writeFile(join(made, 'tokenizer_config.json'), '{"added_tokens_decoder": {"x": {}}}');
    await expect(fromFolder(made)).rejects.toThrow(/expected an id as the name, found 'x'/);
  });

  test('single files', async () => {
    const made = await newFolder({
      'v.txt': '\ufeff[UNK]\r\na\r\n',
      't.json': small.toTokenizerJson(),
    });
    expect((await fromFile(join(made, 'v.txt'))).vocabSize).toBe(2);
    expect((await fromFile(join(made, 't.json'))).vocabSize).toBe(15);
  });

  test('what is missing, broken or no text', async () => {
    const empty = await newFolder();
    await expect(fromFolder(empty)).rejects.toThrow(
      `${empty}: expected a tokenizer.json or a vocab.txt`,
    );
    await expect(fromFile(join(empty, 'x'))).rejects.toThrow(TokenizerFileError);
    await expect(fromFile(folder)).rejects.toThrow(/cannot be read \(EISDIR\)/);
    const binary = await newFolder({ 'vocab.txt': Uint8Array.from([0x5b, 0xff]) });
    await expect(fromFolder(binary)).rejects.toThrow(/vocab\.txt: is not UTF-8/);
    const broken = await newFolder({ 'tokenizer.json': '{"model"' });
    await expect(fromFolder(broken)).rejects.toThrow(/tokenizer\.json: not valid JSON/);
    const twice = await newFolder({ 'vocab.txt': '[UNK]\n[UNK]\n' });
    await expect(fromFolder(twice)).rejects.toThrow(VocabularyError);
    await expect(fromFolder(twice)).rejects.toThrow(`${join(twice, 'vocab.txt')}, line 2`);
  });
});

describe('saving', () => {
  test('replaces files and leaves nothing else behind', async () => {
    const made = await newFolder({ 'vocab.txt': 'old' });
    await saveTo(small, made);
    await saveTo(fixtureTokenizer('uncased'), made);
    expect((await readdir(made)).sort()).toEqual(SAVED);
    expect((await fromFolder(made)).vocabSize).toBe(fixtureTokenizer('uncased').vocabSize);
  });

  test('a folder that cannot be made or written to', async () => {
    const made = await newFolder({ file: 'x' });
    await expect(saveTo(small, join(made, 'file', 'inside'))).rejects.toThrow(SaveError);
    await mkdir(join(made, 'vocab.txt'));
    const error: unknown = await saveTo(small, made).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(SaveError);
    expect((error as SaveError).file).toBe(join(made, 'vocab.txt'));
    expect((await readdir(made)).sort()).toEqual(['file', 'vocab.txt']);
  });
});
