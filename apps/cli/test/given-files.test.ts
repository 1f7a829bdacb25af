// malmoi pretrain with held-out text of its own, a configuration that is there, and a part of the text.
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';

import { beforeAll, describe, expect, test } from '@jest/globals';

import { jsonLines, type Ran, runCommand } from './support/run-command.ts';
import { koreanText, temporaryFolder, writeKoreanText } from './support/temporary-folder.ts';

type Figures = Record<string, number>;

const path = temporaryFolder();
const args = [
  ...['pretrain', '--train_file', writeKoreanText(path('corpus.txt')), '--batch_size', '4'],
  ...['--cache_dir', path('cache'), '--max_seq_length', '16', '--report_to', 'none'],
  ...['--backend', 'wasm', '--threads', '1'],
];
const small = ['--vocab_size', '100', '--hidden_size', '16', '--intermediate_size', '32'];
const update = ['--max_steps', '1'];
const heldOut = ['--validation_file', path('held-out.txt')];

const readJson = (...names: string[]): Figures =>
  JSON.parse(readFileSync(path(...names), 'utf8')) as Figures;
const planOf = (...more: string[]): Promise<Ran> =>
  runCommand([...args, '--output_dir', path('planned'), '--plan', '--json', ...more]);

beforeAll(() => {
  const text = koreanText().replaceAll('아이는', '할아버지는');
  writeFileSync(path('held-out.txt'), text.split('\n\n').slice(0, 8).join('\n\n'));
});

describe('--validation_file', () => {
  test('is evaluated, whole, and the model card names it', async () => {
    const ran = await runCommand([
      ...[...args, ...small, ...update, ...heldOut, '--output_dir', path('run')],
    ]);
    expect(ran).toMatchObject({ code: 0 });
    expect(readFileSync(path('run', 'README.md'), 'utf8')).toMatch(
      /\| Held out \| held-out\.txt \|/,
    );
    const evaluated = await runCommand([
      ...['evaluate', '--model_name_or_path', path('run'), ...heldOut, '--backend', 'wasm'],
      ...['--max_seq_length', '16', '--json'],
    ]);
    const [{ metrics }] = jsonLines(evaluated.stdout) as [{ metrics: Figures }];
    const trained = readJson('run', 'eval_results.json');
    expect(trained['eval_loss']).toBeCloseTo(metrics['eval_loss'] ?? NaN, 4);
    expect(trained['eval_mlm_accuracy']).toBeCloseTo(metrics['eval_mlm_accuracy'] ?? NaN, 12);
    // Nothing of it is in the vocabulary, which is learned from --train_file alone.
    expect(readFileSync(path('run', 'vocab.txt'), 'utf8')).not.toMatch(/할/);
  });

  test('is noticed by the cache when it changes, and nothing else is made again', async () => {
    const uses = ({ stderr }: Ran): number => stderr.match(/^shards: using/gm)?.length ?? 0;
    expect(uses(await planOf(...small, ...update, ...heldOut))).toBe(2);
    appendFileSync(path('held-out.txt'), '\n\n할아버지는 책을 찾는다.\n할아버지는 말을 찾는다.\n');
    const changed = await planOf(...small, ...update, ...heldOut);
    expect(changed).toMatchObject({ code: 0 });
    expect(uses(changed)).toBe(1);
    expect(changed.stderr).toContain('vocabulary: using');
  });

  test('that is learned from, too, is a warning', async () => {
    const ran = await planOf(...small, ...update, '--validation_file', path('corpus.txt'));
    expect(ran).toMatchObject({ code: 0 });
    expect(ran.stderr).toMatch(/^warning: .*corpus\.txt is read by --train_file, too/m);
  });

  test.each([
    ['nope.txt', /--validation_file: .*nope\.txt: there is no such file/],
    ['empty.txt', /--validation_file: .*empty\.txt: no sentence was found/],
    ['one.txt', /1 document held out, .* Give more text to --validation_file\./],
  ])('%s is refused', async (name, expected) => {
    writeFileSync(path('empty.txt'), '\n');
    writeFileSync(path('one.txt'), '아이는 밥을 찾는다.\n');
    const ran = await planOf(...small, ...update, '--validation_file', path(name));
    expect(ran).toMatchObject({ code: 1, stdout: '' });
    expect(ran.stderr).toMatch(expected);
  });
});

describe('--config_name', () => {
  const config = {
    ...{ model_type: 'bert', vocab_size: 100, hidden_size: 12, num_hidden_layers: 1 },
    ...{ num_attention_heads: 3, intermediate_size: 20, max_position_embeddings: 32 },
    ...{ hidden_dropout_prob: 0.2, hidden_act: 'gelu_new' },
  };

  beforeAll(() => {
    mkdirSync(path('config'));
    for (const file of ['config/config.json', 'tiny.json']) {
      writeFileSync(path(file), JSON.stringify(config));
    }
  });

  test('makes a new model by a file, trained with the defaults of transformers', async () => {
    const given = ['--config_name', path('tiny.json'), '--output_dir', path('given')];
    const ran = await runCommand([...args, ...update, ...given]);
    expect(ran).toMatchObject({ code: 0 });
    expect(ran.stderr).toContain(`model: ${path('tiny.json')}, `);
    expect(ran.stderr).toContain('vocabulary: ');
    const { vocab_size: vocabSize, ...sizes } = config;
    const made = readJson('given', 'config.json');
    expect(made).toMatchObject(sizes);
    // One row for each piece that there is.
    const pieces = readFileSync(path('given', 'vocab.txt'), 'utf8').trimEnd().split('\n').length;
    expect(made['vocab_size']).toBe(pieces);
    expect(pieces).toBeLessThanOrEqual(vocabSize);
    expect(readJson('given', 'checkpoint-1', 'training_args.json')).toMatchObject({
      learning_rate: 5e-5,
      num_train_epochs: 3,
    });
  });

  test('or by a folder; flags that agree with it are no contradiction', async () => {
    const given = ['--config_name', path('config'), '--hidden_size', '12', '--vocab_size', '100'];
    const plan = await planOf(...update, ...given);
    expect(plan).toMatchObject({ code: 0 });
    const other = await planOf(...update, '--config_name', path('tiny.json'));
    const weights = ({ stdout }: Ran): unknown =>
      (jsonLines(stdout)[0] as { num_parameters: number }).num_parameters;
    expect(weights(plan)).toBe(weights(other));
  });

  test.each([
    [['--preset', 'mini'], 2, '--preset mini: the configuration of --config_name has its own'],
    [['--hidden_size', '24'], 2, '--hidden_size is 24: that of the configuration of --config_name'],
    [['--hidden_dropout_prob', '0'], 2, '--hidden_dropout_prob is 0: that of the configuration'],
    [['--vocab_size', '101'], 2, '--vocab_size is 101: that of the configuration of --config_name'],
    [
      ['--max_seq_length', '33'],
      2,
      '--max_seq_length is 33: the configuration of --config_name tak',
    ],
    [['--new_vocab', 'learn'], 2, '--new_vocab swaps the vocabulary of a model'],
    [['--model_name_or_path', 'x'], 2, '--config_name makes a new model, and --model_name_or_path'],
    [['--config_name', './nope'], 1, './nope: there is no such folder'],
    [['--config_name', path('broken.json')], 1, `--config_name ${path('broken.json')}: `],
  ])('%j is refused', async (more, code, expected) => {
    writeFileSync(path('broken.json'), '{"model_type": "bert", "hidden_size": "many"}');
    const ran = await planOf(...update, '--config_name', path('tiny.json'), ...more);
    expect(ran).toMatchObject({ code, stdout: '' });
    expect(ran.stderr).toContain(expected);
    expect(ran.stderr).not.toContain('    at ');
  });
});

describe('--max_train_samples', () => {
  test('an epoch has so many examples', async () => {
    const once = ['--num_train_epochs', '1', '--validation_split_percentage', '25'];
    const ran = await planOf(...small, ...once, '--max_train_samples', '10');
    expect(ran).toMatchObject({ code: 0 });
    expect(jsonLines(ran.stdout)).toMatchObject([{ max_steps: 3, num_train_epochs: 1 }]);
    const run = [...small, ...once, '--max_train_samples', '10', '--output_dir', path('few')];
    const trained = await runCommand([...args, ...run, '--json']);
    expect(trained).toMatchObject({ code: 0 });
    const [{ metrics }] = jsonLines(trained.stdout) as [{ metrics: Figures }];
    const { train_runtime: seconds = NaN, train_samples_per_second: speed = NaN } = metrics;
    expect(seconds * speed).toBeCloseTo(10, 6);
    const resume = ['--resume_from_checkpoint', 'true', '--max_train_samples', '11'];
    const other = await runCommand([...args, ...run, ...resume]);
    expect(other.code).toBe(1);
    expect(other.stderr).toContain('was made with other data');
  });
});
