// What holds for every command: flags in either spelling, configurations, help, exit codes, how it prints.
import { writeFileSync } from 'node:fs';

import { describe, expect, test } from '@jest/globals';

import { commands } from '../src/command-list.ts';
import { camelCase } from '../src/options/option-spec.ts';
import { runCommand } from './support/run-command.ts';
import { temporaryFolder, writeKoreanText } from './support/temporary-folder.ts';

const path = temporaryFolder();
const corpus = writeKoreanText(path('corpus.txt'));

describe('help', () => {
  test.each(commands.map(({ name }) => name))('malmoi %s --help shows examples', async (name) => {
    const ran = await runCommand([name, '--help']);
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(ran.stdout).toMatch(new RegExp(`Usage: malmoi ${name}`));
    expect(ran.stdout).toMatch(new RegExp(`Examples?:\n  malmoi ${name}`));
  });

  test('malmoi --help and --version go to standard output, malmoi alone is a mistake', async () => {
    expect((await runCommand(['--help'])).stdout).toMatch(/Commands:\n {2}vocab/);
    expect((await runCommand(['help', 'vocab'])).stdout).toMatch(/Usage: malmoi vocab/);
    const version = await runCommand(['--version']);
    expect(version.code).toBe(0);
    expect(version.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    const alone = await runCommand([]);
    expect(alone).toMatchObject({ code: 2, stdout: '' });
    expect(alone.stderr).toMatch(/^Usage: malmoi/);
  });

  test('no name of an option is given twice', () => {
    for (const { name, options } of commands) {
      const names = Object.entries(options).flatMap(([option, { aliases, retired }]) => [
        option,
        ...aliases,
        ...retired,
      ]);
      expect([name, names.length]).toEqual([name, new Set(names).size]);
      expect(new Set(Object.keys(options).map(camelCase)).size).toBe(Object.keys(options).length);
    }
  });
});

describe('mistakes', () => {
  test.each([
    [['vocba'], "unknown command 'vocba'\n(Did you mean vocab?)"],
    [['vocab', '--train_fil', 'x'], "unknown option '--train_fil'\n(Did you mean --train_file?)"],
    [['vocab', '--train-fil', 'x'], "unknown option '--train-fil'\n(Did you mean --train-file?)"],
    [
      ['vocab', '--overwrite-output-dirs'],
      "'--overwrite-output-dirs'\n(Did you mean --overwrite-output-dir?)",
    ],
    [
      ['pretrain', '--batchsiz', '4'],
      "'--batchsiz'\n(Did you mean --batch_size, which is --per_device_train_batch_size?)",
    ],
    [['vocab', '--vocab-size'], "option '--vocab_size <number>' argument missing"],
    [['vocab', 'corpus.txt'], "too many arguments for 'vocab'"],
    [['inspect'], "missing required argument 'path'"],
    [['vocab', '--vocab_size=many'], '--vocab_size is "many": expected a whole number'],
    [['prepare', '--train_file', 'x'], '--tokenizer_name is missing'],
  ])('%j is answered with exit code 2 and what to do', async (args, expected) => {
    const ran = await runCommand(args);
    expect(ran).toMatchObject({ code: 2, stdout: '' });
    expect(ran.stderr).toContain(expected);
    expect(ran.stderr).toMatch(/See malmoi (\w+ )?--help\.\n$/);
    expect(ran.stderr).not.toContain('    at ');
  });

  test('a missing file is named with its flag; a former name is understood', async () => {
    const args = ['--train-data-file', path('nope.txt'), '--output_dir', path('x')];
    const ran = await runCommand(['vocab', ...args]);
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain('--train-data-file is the former name of --train_file');
    expect(ran.stderr).toMatch(/error: --train_file: .*nope\.txt: there is no such file/);
  });
});

describe('a configuration file', () => {
  test.each([
    ['no JSON', '{', /config\.json: it is no JSON/],
    ['a list', '[]', /config\.json: expected a JSON object of flags/],
    ['null', '{"vocab_size": null}', /"vocab_size" is null; expected a text/],
    ['an empty list', '{"train_file": []}', /"train_file" names no flag, or has an empty list/],
    ['an object', '{"train_file": {}}', /"train_file" is object/],
    ['an unknown flag', '{"vocab_sise": 5}', /unknown option '--vocab_sise(=5)?'[^]*--vocab_size/],
    ['a wrong value', '{"vocab-size": 0.5}', /--vocab_size is "0\.5": expected a whole number/],
  ])('with %s is refused', async (_, text, expected) => {
    writeFileSync(path('config.json'), text);
    const ran = await runCommand(['vocab', path('config.json')]);
    expect(ran.code).toBe(2);
    expect(ran.stderr).toMatch(expected);
  });

  test('that is not there', async () => {
    const ran = await runCommand(['vocab', path('nope.json')]);
    expect(ran.code).toBe(1);
    expect(ran.stderr).toMatch(/nope\.json: there is no such file\./);
  });
});

describe('how it prints', () => {
  const mistake = ['vocab', '--train_file', path('nope'), '--output_dir', path('y')];
  const ESCAPE = '\u001b';

  test.each([
    ['a terminal', true, {}, true],
    ['a terminal with NO_COLOR', true, { NO_COLOR: '1' }, false],
    ['a terminal with TERM=dumb', true, { TERM: 'dumb' }, false],
    ['a file', false, {}, false],
  ])('colour on %s: %p, %p -> %p', async (_, isTTY, env, hasColor) => {
    const { stderr } = await runCommand(mistake, { isTTY, env });
    expect(stderr.includes(ESCAPE)).toBe(hasColor);
  });

  test('progress is written over itself on a terminal only, and not under CI', async () => {
    const args = ['vocab', '--train_file', corpus, '--vocab_size', '80', '--overwrite_output_dir'];
    const run = (isTTY: boolean, env: Record<string, string>, folder: string) =>
      runCommand([...args, '--output_dir', path(folder)], { isTTY, env });
    expect((await run(true, { NO_COLOR: '1' }, 't1')).stderr).toMatch(/\rlearning/);
    expect((await run(true, { CI: 'true' }, 't2')).stderr).not.toContain('\r');
    expect((await run(false, {}, 't3')).stderr).not.toContain('\r');
  });

  test('--quiet leaves results; flags may stand before the command', async () => {
    const args = ['--quiet', 'vocab', '--train_file', corpus, '--vocab_size', '80'];
    const ran = await runCommand([...args, '--output_dir', path('quiet')]);
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(ran.stdout).toMatch(/^corpus/);
  });

  test('a secret of the environment appears nowhere', async () => {
    const canary = 'canary-5f2c81';
    const env = { HF_TOKEN: canary, HF_HUB_OFFLINE: '1' };
    const args = ['fill-mask', '--model', `${canary}/model`, '--text', '[MASK]', '--verbose'];
    const ran = await runCommand([...args, '--backend', 'cpu'], { env });
    expect(ran.code).toBe(1);
    expect(ran.stdout + ran.stderr).not.toContain(canary);
    expect(ran.stderr).toContain('***');
  });
});
