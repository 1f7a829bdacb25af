// malmoi pretrain on a handful of sentences: every stage, used again, stopped and continued.
import { existsSync, readdirSync, readFileSync } from 'node:fs';

import { describe, expect, test } from '@jest/globals';

import { InterruptedError } from '../src/index.ts';
import { jsonLines, runCommand } from './support/run-command.ts';
import { temporaryFolder, writeKoreanText } from './support/temporary-folder.ts';

const path = temporaryFolder();
const corpus = writeKoreanText(path('corpus.txt'));
const args = [
  'pretrain',
  ...['--train_file', corpus, '--cache_dir', path('cache'), '--vocab_size', '100'],
  ...['--max_seq_length', '16', '--validation_split_percentage', '25', '--batch_size', '4'],
  ...['--max_steps', '4', '--save_steps', '2', '--logging_steps', '1', '--learning_rate', '1e-3'],
  ...['--backend', 'wasm', '--threads', '1'],
];
const weights = (folder: string): Buffer => readFileSync(path(folder, 'model.safetensors'));

describe('malmoi pretrain', () => {
  test('from raw text to a model that fills blanks', async () => {
    const ran = await runCommand([...args, '--output_dir', path('run'), '--json']);
    expect(ran).toMatchObject({ code: 0 });
    expect(ran.stderr).toMatch(/vocabulary: learning[^]*model: sample, [\d,]+ parameters/);
    expect(ran.stderr).toMatch(/^step 4 {2}loss .* mlm_accuracy .* nsp_accuracy /m);
    const [{ metrics }] = jsonLines(ran.stdout) as [{ metrics: Record<string, number> }];
    expect(metrics['train_loss']).toBeGreaterThan(0);
    expect(metrics['eval_mlm_accuracy']).toBeGreaterThanOrEqual(0);
    expect(readdirSync(path('run'))).toEqual(
      expect.arrayContaining(['checkpoint-4', 'config.json', 'model.safetensors', 'vocab.txt']),
    );
    const saved = JSON.parse(readFileSync(path('run', 'all_results.json'), 'utf8')) as unknown;
    expect(saved).toEqual(metrics);

    const text = '아이는 [MASK] 찾는다.';
    const model = ['--model', path('run'), '--backend', 'cpu', '--text', text];
    const filled = await runCommand(['fill-mask', ...model]);
    expect(filled.stdout.trimEnd().split('\n')).toHaveLength(6);
    const inspected = await runCommand(['inspect', path('run', 'checkpoint-4')]);
    expect(inspected.stdout).toMatch(/global_step +4/);
  });

  test('a folder with a model is refused before anything is done', async () => {
    const ran = await runCommand([...args, '--output_dir', path('run')]);
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain('--overwrite_output_dir');
    expect(ran.stderr).not.toContain('vocabulary');
  });

  test('stopped in the midst and continued, it gives the same weights; stages are used again', async () => {
    const controller = new AbortController();
    const stopped = await runCommand([...args, '--output_dir', path('cut')], {
      signal: controller.signal,
      onStderr: (text) => {
        if (text.includes('step 2  loss')) controller.abort(new InterruptedError('SIGINT'));
      },
    });
    expect(stopped).toMatchObject({ code: 130, stdout: '' });
    expect(stopped.stderr).toMatch(/vocabulary: using .*\n[^]*shards: using/);
    expect(existsSync(path('cut', 'model.safetensors'))).toBe(false);
    expect(readdirSync(path('cut')).some((name) => /^checkpoint-[23]$/.test(name))).toBe(true);

    const resume = ['--output_dir', path('cut'), '--resume_from_checkpoint', 'true'];
    const resumed = await runCommand([...args, ...resume]);
    expect(resumed).toMatchObject({ code: 0 });
    expect(weights('cut').equals(weights('run'))).toBe(true);
  });

  test.each([
    [['--train_file', '-'], 2, 'standard input can be read once only'],
    [['--preset', 'huge'], 2, '--preset is "huge": expected one of sample, mini'],
    [['--validation_split_percentage', '0.01'], 1, 'sentence pairs need two'],
    [['--resume_from_checkpoint', 'true'], 1, 'checkpoint'],
  ])('%j is refused', async (more, code, expected) => {
    const ran = await runCommand([...args, '--output_dir', path('none'), ...more]);
    expect(ran.code).toBe(code);
    expect(ran.stderr).toContain(expected);
    expect(ran.stderr).not.toContain('    at ');
  });
});
