// malmoi vocab, from its arguments to its files.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';

import { describe, expect, test } from '@jest/globals';
import { fromFolder } from '@malmoi/wordpiece/node';
import { lockFolder } from '@malmoi/datasets/node';

import { InterruptedError } from '../src/index.ts';
import { jsonLines, runCommand } from './support/run-command.ts';
import { koreanText, temporaryFolder, writeKoreanText } from './support/temporary-folder.ts';

const path = temporaryFolder();
const corpus = writeKoreanText(path('corpus.txt'));
const common = ['--train_file', corpus, '--vocab_size', '80', '--threads', '1'];

describe('malmoi vocab', () => {
  test('learns a cased vocabulary and reports on its Korean', async () => {
    const ran = await runCommand(['vocab', ...common, '--output_dir', path('tok')]);
    expect(ran).toMatchObject({ code: 0 });
    expect(readdirSync(path('tok')).sort()).toEqual([
      'tokenizer.json',
      'tokenizer_config.json',
      'vocab.txt',
    ]);
    const tokenizer = await fromFolder(path('tok'));
    expect(tokenizer.vocabSize).toBe(80);
    expect(tokenizer.tokenize('아이는')).toEqual(['아이는']);
    expect(ran.stdout).toMatch(/^corpus +1 file, [\d.]+ kB, 360 eojeols/m);
    expect(ran.stdout).toMatch(/^Hangul +\d+ of \d+ syllables kept, 100\.00 % of their/m);
    expect(ran.stderr).toMatch(/^learning +\d+ of 80 tokens$/m);
  });

  test('the same text gives the same files, by kebab-case flags, a glob or a configuration', async () => {
    const config = { train_file: [corpus], 'vocab-size': 80, threads: 1, output_dir: path('b') };
    writeFileSync(path('vocab.json'), JSON.stringify(config));
    const glob = ['--train-file', path('corp*.txt'), '--vocab-size=80', '--output-dir', path('a')];
    expect(await runCommand(['vocab', ...glob])).toMatchObject({ code: 0 });
    expect(await runCommand(['vocab', path('vocab.json'), '--quiet'])).toMatchObject({
      code: 0,
      stderr: '',
    });
    const [a, b, c] = ['a', 'b', 'tok'].map((name) => readFileSync(path(name, 'tokenizer.json')));
    expect(a).toEqual(b);
    expect(a).toEqual(c);
  });

  test('records and standard input are read as texts', async () => {
    const records = koreanText()
      .split('\n\n')
      .map((content) => JSON.stringify({ content }));
    writeFileSync(path('corpus.jsonl'), records.join('\n'));
    const rest = ['--vocab_size', '80', '--json', '--output_dir'];
    const jsonl = ['--train_file', path('corpus.jsonl'), '--text_column', 'content'];
    const fromRecords = await runCommand(['vocab', ...jsonl, ...rest, path('jsonl')]);
    const fromInput = await runCommand(['vocab', '--train_file', '-', ...rest, path('stdin')], {
      input: koreanText(),
    });
    expect(jsonLines(fromRecords.stdout)).toMatchObject([{ vocab_size: 80, files: 1 }]);
    expect(fromInput.code).toBe(0);
    expect(readFileSync(path('stdin', 'vocab.txt'))).toEqual(
      readFileSync(path('jsonl', 'vocab.txt')),
    );
  });

  test('warnings of training name the flags', async () => {
    const args = ['vocab', ...common, '--limit_alphabet', '10', '--output_dir', path('warned')];
    const { code, stderr } = await runCommand(args);
    expect(code).toBe(0);
    expect(stderr).toMatch(/warning: .*Raise --limit_alphabet; Infinity keeps every character\./);
  });

  test('a folder that is not empty is refused, unless overwriting is asked for', async () => {
    mkdirSync(path('full'));
    writeFileSync(path('full', 'notes.md'), 'mine');
    const args = ['vocab', ...common, '--output_dir', path('full')];
    const refused = await runCommand(args);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('the folder is not empty (notes.md)');
    expect(refused.stderr).toContain('add --overwrite_output_dir.');
    expect(readdirSync(path('full'))).toEqual(['notes.md']);

    expect(await runCommand([...args, '--overwrite-output-dir'])).toMatchObject({ code: 0 });
    expect(readFileSync(path('full', 'notes.md'), 'utf8')).toBe('mine');
  });

  test('a folder in which another process works is refused', async () => {
    mkdirSync(path('locked'));
    const lock = await lockFolder(path('locked'));
    const ran = await runCommand(['vocab', ...common, '--output_dir', path('locked')]);
    await lock.release();
    expect(ran.code).toBe(1);
    expect(ran.stderr).toMatch(/process \d+ on .* works in this folder/);
  });

  test.each([
    ['an empty corpus', '', /empty\.txt: there is no word in it/],
    ['a corpus of blanks', ' \n\n', /empty\.txt: there is no word in it/],
  ])('%s is an error that leaves no folder behind', async (_, text, expected) => {
    writeFileSync(path('empty.txt'), text);
    const args = ['--train_file', path('empty.txt'), '--output_dir', path('nothing')];
    const ran = await runCommand(['vocab', ...args]);
    expect(ran.code).toBe(1);
    expect(ran.stderr).toMatch(expected);
    expect(ran.stderr).not.toContain('    at ');
    expect(readdirSync(path())).not.toContain('nothing');
  });

  test('special tokens without those of BERT are refused', async () => {
    const args = ['vocab', ...common, '--output_dir', path('special'), '--special_tokens', '[UNK]'];
    const ran = await runCommand(args);
    expect(ran.code).toBe(2);
    expect(ran.stderr).toMatch(/--special_tokens lacks \[PAD\], \[CLS\], \[SEP\], \[MASK\]/);
  });

  test('special tokens of your own come after them, and are never split', async () => {
    const special = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', '<이름>'];
    const args = ['vocab', ...common, '--output_dir', path('own'), '--special_tokens', ...special];
    expect(await runCommand(args)).toMatchObject({ code: 0 });
    const tokenizer = await fromFolder(path('own'));
    expect(tokenizer.tokenToId('<이름>')).toBe(5);
    expect(tokenizer.tokenize('<이름>')).toEqual(['<이름>']);
  });

  test('a signal before and during the work ends it, and leaves no folder', async () => {
    const controller = new AbortController();
    controller.abort(new InterruptedError('SIGTERM'));
    const args = ['vocab', ...common, '--output_dir', path('stopped')];
    const ran = await runCommand(args, { signal: controller.signal });
    expect(ran).toMatchObject({ code: 143, stdout: '' });
    expect(ran.stderr).toContain('error: stopped by SIGTERM');
    expect(readdirSync(path())).not.toContain('stopped');
  });
});
