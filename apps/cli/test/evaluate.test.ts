// malmoi evaluate on a model that pretrain made of a handful of sentences.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { beforeAll, describe, expect, test } from '@jest/globals';
import { createBertConfig, createModel } from '@malmoi/bert-model';
import { saveCheckpoint } from '@malmoi/checkpoint';

import { InterruptedError } from '../src/index.ts';
import { jsonLines, runCommand } from './support/run-command.ts';
import { koreanText, temporaryFolder, writeKoreanText } from './support/temporary-folder.ts';
import { saveTinyModel } from './support/tiny-model.ts';

type Figures = Record<string, number>;

const path = temporaryFolder();
const corpus = writeKoreanText(path('corpus.txt'));
const readJson = (...names: string[]): Figures =>
  JSON.parse(readFileSync(path(...names), 'utf8')) as Figures;
const model = ['evaluate', '--model_name_or_path', path('model'), '--backend', 'wasm'];
let shards = '';

/** Evaluates with --json, and gives the figures. */
async function figuresOf(...args: string[]): Promise<Figures> {
  const ran = await runCommand([...model, '--json', '--threads', '1', ...args]);
  expect(ran).toMatchObject({ code: 0 });
  const [{ metrics }] = jsonLines(ran.stdout) as [{ metrics: Figures }];
  return metrics;
}

/** Without what depends on the clock. */
const steady = (figures: Figures): Figures =>
  Object.fromEntries(Object.entries(figures).filter(([name]) => !/runtime|second/u.test(name)));

beforeAll(async () => {
  const ran = await runCommand([
    ...['pretrain', '--train_file', corpus, '--output_dir', path('model')],
    ...['--cache_dir', path('cache'), '--vocab_size', '100', '--max_seq_length', '16'],
    ...['--validation_split_percentage', '25', '--batch_size', '4', '--learning_rate', '1e-3'],
    ...['--max_steps', '12', '--logging_steps', '12', '--save_steps', '12'],
    ...['--backend', 'wasm', '--threads', '1'],
  ]);
  if (ran.code !== 0) throw new Error(ran.stderr);
  const folder = readdirSync(path('cache')).find((name) => name.startsWith('shards-'));
  shards = path('cache', folder ?? '');
});

describe('malmoi evaluate', () => {
  test("the shards of a training run give its own evaluation's figures, whatever the batch size", async () => {
    const trained = readJson('model', 'eval_results.json');
    const args = ['--shards', shards, '--max_seq_length', '16'];
    const figures = await figuresOf(...args, '--batch_size', '7');
    for (const name of ['loss', 'mlm_loss', 'perplexity', 'nsp_loss']) {
      expect(figures[`eval_${name}`]).toBeCloseTo(trained[`eval_${name}`] ?? NaN, 4);
    }
    for (const name of ['eval_mlm_accuracy', 'eval_nsp_accuracy']) {
      expect(figures[name]).toBeCloseTo(trained[name] ?? NaN, 12);
    }
    expect(figures['perplexity']).toBe(figures['eval_perplexity']);
    expect(figures['eval_loss']).toBeCloseTo(
      (figures['eval_mlm_loss'] ?? 0) + (figures['eval_nsp_loss'] ?? 0),
      12,
    );
    const checkpoint = ['--model', path('model', 'checkpoint-12'), '--batch_size', '7'];
    expect(steady(await figuresOf(...args, ...checkpoint))).toEqual(steady(figures));
  });

  test('held-out text: the same seed gives the same figures, another one others', async () => {
    const text = ['--validation_file', corpus];
    const figures = await figuresOf(...text);
    expect(figures['eval_samples']).toBeGreaterThan(20);
    expect(steady(await figuresOf(...text))).toEqual(steady(figures));
    const other = await figuresOf(...text, '--seed', '7');
    expect(other['eval_mlm_loss']).not.toBe(figures['eval_mlm_loss']);
    // Guessing knows nothing of the model.
    expect(figures['eval_unigram_accuracy']).toBeGreaterThan(0);
    expect(figures['eval_unigram_loss']).toBeGreaterThan(0);
    expect(figures['eval_unigram_loss']).toBeLessThan(Math.log(100));
    expect(figures['eval_coin_accuracy']).toBeGreaterThanOrEqual(0.5);
    expect(figures['eval_coin_loss']).toBeLessThanOrEqual(Math.LN2);
  });

  test('prints both beside each other; progress and backend go to standard error', async () => {
    const ran = await runCommand([
      ...model,
      '--validation_file',
      corpus,
      '--max_eval_samples',
      '9',
    ]);
    expect(ran.stdout).toMatch(
      new RegExp(
        '^masked words +model +unigram\\n' +
          ' {2}loss +[\\d.]+ +[\\d.]+\\n' +
          ' {2}perplexity +[\\d.]+ +[\\d.]+\\n' +
          ' {2}accuracy +[\\d.]+ % +[\\d.]+ %\\n' +
          'sentence pairs +model +coin\\n' +
          ' {2}loss +[\\d.]+ +[\\d.]+\\n' +
          ' {2}accuracy +[\\d.]+ % +[\\d.]+ %\\n' +
          '9 examples of at most 64 tokens, [\\d.]+ s\\n$',
      ),
    );
    expect(ran.stderr).toMatch(/Backend: wasm[^]*evaluating {2}9 of 9 examples/);
    const quiet = [...model, '--validation_file', corpus, '--max_eval_samples', '1', '--quiet'];
    expect(await runCommand(quiet)).toMatchObject({ code: 0, stderr: '' });
  });

  test('writes the files of run_mlm.py, and replaces them only when asked', async () => {
    mkdirSync(path('out'));
    writeFileSync(path('out', 'all_results.json'), '{"train_loss": 5.5, "eval_loss": 1}');
    const text = ['--validation_file', corpus, '--max_eval_samples', '4'];
    const figures = await figuresOf(...text, '--output_dir', path('out'));
    expect(readJson('out', 'eval_results.json')).toEqual(figures);
    expect(readJson('out', 'all_results.json')).toEqual({ train_loss: 5.5, ...figures });
    const again = [...model, ...text, '--output_dir', path('out')];
    const refused = await runCommand(again);
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toMatch(/eval_results\.json.*--overwrite_output_dir/);
    expect(refused.stderr).not.toContain('Backend');
    expect(await runCommand([...again, '--overwrite_output_dir'])).toMatchObject({ code: 0 });
  });

  test('a model without the sentence head is judged by its masked words alone', async () => {
    await saveTinyModel(path('mlm'));
    const figures = await figuresOf('--model', path('mlm'), '--validation_file', corpus);
    expect(figures['eval_loss']).toBe(figures['eval_mlm_loss']);
    expect(Object.keys(figures).filter((name) => /nsp|coin/u.test(name))).toEqual([]);
    const args = ['--model', path('mlm'), '--validation_file', corpus, '--max_eval_samples', '2'];
    const ran = await runCommand([...model, ...args]);
    expect(ran.stdout).not.toContain('sentence pairs');
  });

  test('stopped between two batches it leaves nothing behind', async () => {
    const controller = new AbortController();
    const args = ['--validation_file', corpus, '--batch_size', '1', '--output_dir', path('cut')];
    const ran = await runCommand([...model, ...args], {
      signal: controller.signal,
      onStderr: (text) => {
        if (text.includes('evaluating')) controller.abort(new InterruptedError('SIGTERM'));
      },
    });
    expect(ran).toMatchObject({ code: 143, stdout: '' });
    expect(existsSync(path('cut'))).toBe(false);
  });

  test('running text is split as prepare splits it', async () => {
    writeFileSync(
      path('running.txt'),
      koreanText().replaceAll('\n\n', '\t').replaceAll('\n', ' ').replaceAll('\t', '\n'),
    );
    const text = ['--validation_file', path('running.txt'), '--format', 'text'];
    const figures = await figuresOf(...text, '--document_boundary', 'line', '--language', 'ko');
    expect(steady(figures)).toEqual(steady(await figuresOf('--validation_file', corpus)));
  });

  test('standard input is held-out text, too', async () => {
    const args = [...model, '--validation_file', '-', '--json', '--max_eval_samples', '4'];
    const ran = await runCommand(args, { input: koreanText() });
    expect(jsonLines(ran.stdout)).toMatchObject([{ metrics: { eval_samples: 4 } }]);
  });

  test.each<[string, string[], number, string]>([
    ['no text', [], 2, '--validation_file is missing'],
    ['two texts', ['--validation_file', corpus, '--shards', '.'], 2, 'name one of them'],
    ['a split of a file', ['--validation_file', corpus, '--split', 'train'], 2, '--split cannot'],
    [
      'a format of shards',
      ['--shards', '.', '--format', 'text', '--language', 'ko'],
      2,
      '--format, --language cannot be heeded',
    ],
    [
      'too long examples',
      ['--validation_file', corpus, '--max_seq_length', '65'],
      2,
      '--max_seq_length is 65: the model takes 64 tokens at most',
    ],
    ['no such file', ['--validation_file', 'nope.txt'], 1, '--validation_file: nope.txt'],
    ['no shards', ['--shards', path('model')], 1, 'index.json'],
  ])('%s is refused with the flag', async (_, args, code, expected) => {
    const ran = await runCommand([...model, ...args]);
    expect(ran.code).toBe(code);
    expect(ran.stdout).toBe('');
    expect(ran.stderr).toContain(expected);
    expect(ran.stderr).not.toContain('    at ');
  });

  test('text without a token, and text of one document', async () => {
    writeFileSync(path('blank.txt'), '\u200b\n\n \n');
    const blank = await runCommand([...model, '--validation_file', path('blank.txt')]);
    expect(blank).toMatchObject({ code: 1, stdout: '' });
    expect(blank.stderr).toMatch(/--validation_file .*blank\.txt: there is no text/);
    writeFileSync(path('one.txt'), '아이는 책을 찾는다.\n아이는 말을 모은다.\n');
    const one = await runCommand([...model, '--validation_file', path('one.txt')]);
    expect(one.stderr).toMatch(/1 document .*needs at least 2/);
  });

  test('models that cannot be judged are refused', async () => {
    const config = createBertConfig({
      ...{ vocabSize: 100, hiddenSize: 8, numHiddenLayers: 1, numAttentionHeads: 2 },
      ...{ intermediateSize: 16, maxPositionEmbeddings: 16 },
    });
    const save = async (name: string, architecture: 'BertModel' | 'BertForMaskedLM') => {
      const made = createModel(architecture, config, { seed: 1 });
      await saveCheckpoint(path(name), made);
      made.dispose();
    };
    await save('bare', 'BertModel');
    await save('wordless', 'BertForMaskedLM');
    cpSync(path('bare'), path('headless'), { recursive: true });
    const file = join('headless', 'config.json');
    const text = readFileSync(path(file), 'utf8').replace('"BertModel"', '"BertForMaskedLM"');
    writeFileSync(path(file), text);
    const refuse = async (name: string): Promise<string> => {
      const ran = await runCommand([...model, '--model', path(name), '--validation_file', corpus]);
      expect(ran).toMatchObject({ code: 1, stdout: '' });
      return ran.stderr;
    };
    expect(await refuse('bare')).toMatch(/BertModel, which predicts no tokens/);
    expect(await refuse('headless')).toMatch(
      /weights of BertForMaskedLM are not in the file \(cls/,
    );
    expect(await refuse('wordless')).toMatch(/no tokenizer in it.*--tokenizer_name/);
    const withName = [...model, '--model', path('wordless'), '--validation_file', corpus];
    const named = await runCommand([...withName, '--tokenizer_name', path('model')]);
    expect(named).toMatchObject({ code: 0 });
    const special = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'];
    const tokens = Array.from({ length: 101 }, (_, i) => special[i] ?? `word${i}`);
    writeFileSync(path('vocab.txt'), tokens.join('\n'));
    const larger = await runCommand([...withName, '--tokenizer_name', path('vocab.txt')]);
    expect(larger.stderr).toMatch(/--tokenizer_name .*: it has 101 tokens, and the model 100/);
  });

  test('shards of another tokenizer are refused', async () => {
    const args = ['--train_file', corpus, '--tokenizer_name', path('mlm')];
    await runCommand(['prepare', ...args, '--output_dir', path('foreign')]);
    const ran = await runCommand([...model, '--shards', path('foreign')]);
    expect(ran).toMatchObject({ code: 1 });
    expect(ran.stderr).toMatch(/made with tokenizer/);
  });
});
