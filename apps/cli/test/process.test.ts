// The command as a process: signals, full disks, closed pipes, exit codes.
import { closeSync, existsSync, openSync, readdirSync, writeFileSync } from 'node:fs';

import { beforeAll, describe, expect, test } from '@jest/globals';

import { runCommand } from './support/run-command.ts';
import { spawnCommand } from './support/spawn-command.ts';
import { koreanText, temporaryFolder, writeKoreanText } from './support/temporary-folder.ts';
import { saveTinyModel } from './support/tiny-model.ts';

const path = temporaryFolder();
const corpus = writeKoreanText(path('corpus.txt'));

beforeAll(async () => {
  await saveTinyModel(path('model'));
  const args = ['--train_file', corpus, '--vocab_size', '80', '--output_dir', path('tok')];
  await runCommand(['vocab', ...args]);
});

describe('the process', () => {
  test('exit code 0, nothing but the result on standard output', async () => {
    const ran = await spawnCommand(['inspect', path('tok'), '--json']);
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(ran.stdout)).toMatchObject({ kind: 'tokenizer' });
  });

  test('exit code 2 for a mistake, without a stack', async () => {
    const ran = await spawnCommand(['vocab', '--vocab-sise', '5']);
    expect(ran).toMatchObject({ code: 2, stdout: '' });
    expect(ran.stderr).toContain('(Did you mean --vocab-size?)');
  });

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s while waiting for input: exit code %i', async (signal, code) => {
    const model = ['--model_name_or_path', path('model'), '--backend', 'cpu'];
    const ran = await spawnCommand(['fill-mask', ...model], {
      keepInputOpen: true,
      signal,
      signalAfter: 'Backend:',
    });
    expect(ran).toMatchObject({ code, stdout: '' });
    expect(ran.stderr).toContain(`error: stopped by ${signal}`);
    expect(ran.stderr).not.toContain('    at ');
  });

  test('SIGINT in the midst of learning leaves nothing behind', async () => {
    // Large enough that it is still being counted when the first report has come.
    writeFileSync(path('large.txt'), koreanText().repeat(6000));
    const args = ['--train_file', path('large.txt'), '--threads', '1'];
    const ran = await spawnCommand(['vocab', ...args, '--output_dir', path('cut')], {
      signal: 'SIGINT',
      signalAfter: 'counting words',
    });
    expect(ran).toMatchObject({ code: 130, stdout: '' });
    expect(existsSync(path('cut'))).toBe(false);
  });

  test('SIGTERM in the midst of preparing leaves no temporary file and no lock', async () => {
    const args = ['--train_file', path('large.txt'), '--tokenizer_name', path('tok')];
    const ran = await spawnCommand(['prepare', ...args, '--output_dir', path('cut-shards')], {
      signal: 'SIGTERM',
      signalAfter: 'tokenizing',
    });
    expect(ran).toMatchObject({ code: 143, stdout: '' });
    const left = readdirSync(path('cut-shards')).filter(
      (name) => !/^(?:train|validation)-\d+\.safetensors$|^progress/.test(name),
    );
    expect(left).toEqual([]);
  });

  test('standard output that cannot be written: exit code 1 and one line', async () => {
    // A full disk; where there is none to try with, a file that is open for reading only.
    const output = existsSync('/dev/full') ? openSync('/dev/full', 'w') : openSync(corpus, 'r');
    try {
      const ran = await spawnCommand(['inspect', path('tok')], { stdout: output });
      expect(ran.code).toBe(1);
      expect(ran.stderr).toMatch(
        /^error: standard output cannot be written \((?:ENOSPC|EBADF)\)\.\n$/,
      );
    } finally {
      closeSync(output);
    }
  });

  test('a reader that has seen enough is no failure', async () => {
    const texts = Array.from({ length: 4000 }, () => '이순신은 [MASK].');
    const model = ['--model_name_or_path', path('model'), '--backend', 'cpu', '--text', ...texts];
    const ran = await spawnCommand(['fill-mask', ...model], { closeStdout: true });
    expect(ran.code).toBe(0);
    expect(ran.stderr).not.toContain('EPIPE');
  });
});
