// malmoi fill-mask on a tiny model with random weights.
import { beforeAll, describe, expect, test } from '@jest/globals';

import { jsonLines, runCommand } from './support/run-command.ts';
import { temporaryFolder } from './support/temporary-folder.ts';
import { saveTinyModel, TINY_VOCABULARY } from './support/tiny-model.ts';

const path = temporaryFolder();
const TEXT = '이순신은 [MASK] 중기의 무신이다.';
const model = ['fill-mask', '--model_name_or_path', path('model'), '--backend', 'cpu'];

beforeAll(() => saveTinyModel(path('model')));

describe('malmoi fill-mask', () => {
  test('answers with a table, best first', async () => {
    const ran = await runCommand([...model, '--text', TEXT, '--top_k', '3']);
    expect(ran.code).toBe(0);
    expect(ran.stderr).toContain('Backend: cpu (@tensorflow/tfjs-backend-cpu');
    const [asked, ...rows] = ran.stdout.trimEnd().split('\n');
    expect(asked).toBe(TEXT);
    expect(rows).toHaveLength(3);
    const scores = rows.map((row) => Number(/([\d.]+) %/.exec(row)?.[1]));
    expect([...scores].sort((a, b) => b - a)).toEqual(scores);
  });

  test('JSON rows are those of transformers; targets restrict them', async () => {
    const ran = await runCommand([...model, '--json', '--text', TEXT, '--targets', '조선', '고려']);
    const [{ text, masks }] = jsonLines(ran.stdout) as [{ text: string; masks: object[][] }];
    expect(text).toBe(TEXT);
    expect(masks).toHaveLength(1);
    expect(masks[0]?.map((row) => Object.keys(row))).toEqual([
      ['score', 'token', 'token_str', 'sequence'],
      ['score', 'token', 'token_str', 'sequence'],
    ]);
    const tokens = masks[0]?.map((row) => (row as { token: number }).token) ?? [];
    expect(tokens.map((id) => TINY_VOCABULARY[id]).sort()).toEqual(['고려', '조선']);
  });

  test('lines of standard input are texts; several blanks are told apart', async () => {
    const input = `${TEXT}\r\n\n[MASK]은 [MASK].`;
    const ran = await runCommand([...model, '--batch-size', '1'], { input });
    expect(ran.code).toBe(0);
    expect(ran.stdout).toContain(`${TEXT}\n`);
    expect(ran.stdout).toMatch(/\[MASK\]은 \[MASK\]\.\n {2}blank 1 of 2\n[^]*blank 2 of 2\n/);
  });

  test('quotes, spaces and flags in a text stay in it', async () => {
    const text = '--top_k "그는" [MASK] $HOME `id`';
    const ran = await runCommand([...model, '--truncation', '--json', '--text', text]);
    expect(jsonLines(ran.stdout)).toMatchObject([{ text }]);
  });

  test('auto says what was passed over, and why', async () => {
    const args = ['fill-mask', '--model', path('model'), '--text', TEXT];
    const { code, stderr } = await runCommand(args);
    expect(code).toBe(0);
    expect(stderr).toMatch(/^Backend: \w+ \(/);
    const passedOver = stderr.match(/^ {2}not \w+: /gm) ?? [];
    expect(stderr.match(/^ {4}to use it: /gm) ?? []).toHaveLength(passedOver.length);
  });

  test.each([
    ['no blank', ['--text', '말모이'], 'text 1 ("말모이") has no [MASK]'],
    ['a long text', ['--text', `${'무신 '.repeat(20)}[MASK]`], 'with --truncation'],
    ['no text at all', [], 'no text was given'],
    ['no known target', ['--text', TEXT, '--targets', ' '], '--targets is [" "]'],
  ])('%s is an error', async (_, args, expected) => {
    const ran = await runCommand([...model, ...args]);
    expect(ran.code).toBeGreaterThan(0);
    expect(ran.stderr).toContain(expected);
    expect(ran.stderr).not.toContain('    at ');
  });

  test('a model that is not there, and a backend that is none', async () => {
    const missing = await runCommand(['fill-mask', '--model', path('nope'), '--text', TEXT]);
    expect(missing).toMatchObject({ code: 1 });
    expect(missing.stderr).toMatch(/nope: there is no such folder/);
    const backend = await runCommand([...model, '--backend', 'gpu', '--text', TEXT]);
    expect(backend).toMatchObject({ code: 2 });
    expect(backend.stderr).toContain('--backend is "gpu": expected one of auto, native');
  });
});
