// malmoi pretrain on a handful of sentences: every stage, used again, stopped and continued.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

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
  ...['--backend', 'wasm', '--threads', '1', '--hidden_size', '16', '--intermediate_size', '32'],
];
const readJson = (...names: string[]): unknown =>
  JSON.parse(readFileSync(path(...names), 'utf8')) as unknown;
const weights = (folder: string): Buffer => readFileSync(path(folder, 'model.safetensors'));

describe('malmoi pretrain', () => {
  test('from raw text to a model that fills blanks', async () => {
    const ran = await runCommand([...args, '--output_dir', path('run'), '--json']);
    expect(ran).toMatchObject({ code: 0 });
    expect(ran.stderr).toMatch(/vocabulary: learning[^]*model: sample, [\d,]+ parameters/);
    expect(ran.stderr).toMatch(/^training {2}4 of 4 .* tokens\/s .* MB$/m);
    expect(ran.stderr).toMatch(/^step 4 {2}loss .* mlm_accuracy .* nsp_accuracy /m);
    const [{ metrics }] = jsonLines(ran.stdout) as [{ metrics: Record<string, number> }];
    expect(metrics['train_loss']).toBeGreaterThan(0);
    expect(metrics['eval_mlm_accuracy']).toBeGreaterThanOrEqual(0);
    expect(readdirSync(path('run'))).toEqual(
      expect.arrayContaining([
        ...['checkpoint-4', 'config.json', 'model.safetensors', 'vocab.txt', 'log.jsonl', 'runs'],
        ...['trainer_state.json', 'train_results.json', 'eval_results.json', 'report.html'],
      ]),
    );
    expect(readJson('run', 'all_results.json')).toEqual(metrics);
    expect(readJson('run', 'trainer_state.json')).toMatchObject({ global_step: 4 });
    // The last update is evaluated although no epoch ends there.
    expect(readFileSync(path('run', 'log.jsonl'), 'utf8')).toMatch(/"eval_loss".*"step":4}$/m);
    expect(readFileSync(path('run', 'README.md'), 'utf8')).toMatch(
      /!\[loss\]\(loss\.svg\)[^]*\| Updates \| 4 \|[^]*\| Masked words right \| [\d.]+ % \|/,
    );
    expect(existsSync(path('run', 'loss.svg'))).toBe(true);

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

  test('the best model is kept, texts are filled, and a run that gets no better ends early', async () => {
    const ran = await runCommand([
      ...[...args, '--output_dir', path('best'), '--max_steps', '40', '--seed', '3'],
      // So high a rate that the model soon gets worse.
      ...['--learning_rate', '0.05', '--warmup_steps', '0', '--report_to', 'none'],
      ...['--eval_strategy', 'steps', '--eval_steps', '2', '--load_best_model_at_end'],
      ...['--metric_for_best_model', 'eval_loss', '--early_stopping_patience', '2'],
      ...[
        '--sample_text',
        '아이는 [MASK] 찾는다.',
        '--sample_top_k',
        '2',
        '--max_eval_samples',
        '7',
      ],
      ...['--accuracy_summary_steps', '3', '--json'],
    ]);
    expect(ran).toMatchObject({ code: 0 });
    expect(ran.stderr).toMatch(/^ {2}아이는 \[MASK\] 찾는다\. {2}\S+ 0\.\d{3}, \S+ 0\.\d{3}$/m);
    expect(ran.stderr).toMatch(/^step 3: mlm accuracy .* % \(whole run .* %\)/m);
    const state = readJson('best', 'trainer_state.json') as {
      best_metric: number;
      best_model_checkpoint: string;
      global_step: number;
    };
    expect(state.global_step).toBeLessThan(40);
    expect(weights('best')).toEqual(
      readFileSync(join(state.best_model_checkpoint, 'model.safetensors')),
    );
    const [{ metrics }] = jsonLines(ran.stdout) as [{ metrics: Record<string, number> }];
    expect(metrics['eval_loss']).toBe(state.best_metric);
    const { eval_runtime: seconds = NaN, eval_samples_per_second: speed = NaN } = metrics;
    expect(seconds * speed).toBeCloseTo(7, 6);
    expect(existsSync(path('best', 'runs'))).toBe(false);
  });

  test('a plan says what a run needs, and writes nothing but the cache', async () => {
    const plan = [...args, '--output_dir', path('planned'), '--plan'];
    const ran = await runCommand(plan);
    expect(ran).toMatchObject({ code: 0 });
    expect(ran.stdout).toMatch(
      /^memory +about .* available\n +weights .*, activations .*\nsteps +4,/m,
    );
    const [facts] = jsonLines((await runCommand([...plan, '--json'])).stdout);
    expect(facts).toMatchObject({ max_steps: 4, warmup_steps: 1 });
    expect(existsSync(path('planned'))).toBe(false);
  });

  test('a plan that is stopped ends between two updates', async () => {
    const controller = new AbortController();
    const ran = await runCommand([...args, '--output_dir', path('planned'), '--plan'], {
      signal: controller.signal,
      onStderr: (text) => {
        if (text.includes('measuring')) controller.abort(new InterruptedError('SIGTERM'));
      },
    });
    expect(ran).toMatchObject({ code: 143, stdout: '' });
  });

  test('a run that does not fit in memory is refused before its model is made', async () => {
    const huge = [
      '--hidden_size',
      '16384',
      '--num_hidden_layers',
      '48',
      '--intermediate_size',
      '65536',
    ];
    const ran = await runCommand([...args, ...huge, '--output_dir', path('huge')]);
    expect(ran.code).toBe(1);
    expect(ran.stderr).toMatch(/needs about [\d.]+ GB .* are available\. Lower --per_device_train/);
    expect(existsSync(path('huge'))).toBe(false);
  });

  test('masked words alone, by words, short examples first: the preset of the Keras example', async () => {
    const ran = await runCommand([
      ...[...args, '--output_dir', path('keras'), '--preset', 'keras-imdb', '--whole_word_mask'],
      ...['--short_stage_seq_length', '8', '--short_stage_steps', '0.5', '--report_to', 'all'],
      ...['--max_predictions_per_seq', '3', '--optim', 'lamb', '--logging_dir', path('board')],
    ]);
    expect(ran).toMatchObject({ code: 0 });
    expect(ran.stdout).not.toContain('sentence pairs');
    expect(readJson('keras', 'config.json')).toMatchObject({
      architectures: ['BertForMaskedLM'],
      type_vocab_size: 0,
    });
    expect(readdirSync(path('board'))).toHaveLength(1);
  });

  test('a plan counts short examples and small batches for what they are', async () => {
    interface Stage {
      steps: number;
      tokens_per_step: number;
    }
    const planOf = async (...more: string[]): Promise<{ tokens: number; stages: Stage[] }> => {
      const ran = await runCommand([...args, '--output_dir', path('planned'), '--plan', ...more]);
      expect(ran).toMatchObject({ code: 0 });
      const [facts] = jsonLines(ran.stdout);
      return facts as { tokens: number; stages: Stage[] };
    };
    const staged = ['--short_stage_seq_length', '8', '--short_stage_steps', '0.75'];
    const [whole, two, small] = [
      await planOf('--json'),
      await planOf('--json', ...staged),
      await planOf('--json', '--initial_batch_size', '2', '--batch_size_warmup_steps', '2'),
    ];
    const [short, long] = two.stages;
    expect([short?.steps, long?.steps]).toEqual([3, 1]);
    // The long stage is that of a run without stages, and a short example has half as many tokens or less.
    expect(long?.tokens_per_step).toBe(whole.stages[0]?.tokens_per_step);
    expect(short?.tokens_per_step).toBeLessThanOrEqual(4 * 8);
    expect(short?.tokens_per_step).toBeLessThan(0.75 * (long?.tokens_per_step ?? 0));
    const total = two.stages.reduce((sum, each) => sum + each.steps * each.tokens_per_step, 0);
    expect(two.tokens).toBe(Math.round(total));
    // Batches of 2, 3, 4 and 4 instead of four times 4.
    expect(small.tokens).toBe(Math.round(((whole.stages[0]?.tokens_per_step ?? NaN) * 13) / 4));
    const shown = await runCommand([...args, ...staged, '--output_dir', path('p'), '--plan']);
    expect(shown.stdout).toMatch(
      /\n +stage 1: 3 steps of \d+ tokens, .* s each\n +stage 2: 1 step /,
    );
    expect(shown.stdout).toMatch(/^disk +[\d.]+ kB for a checkpoint$/m);
  });

  test('batches that grow, stopped in the midst and continued', async () => {
    const growing = [...args, '--initial_batch_size', '1', '--batch_size_warmup_steps', '2'];
    const ran = await runCommand([...growing, '--output_dir', path('grown'), '--json']);
    expect(ran).toMatchObject({ code: 0 });
    const [{ metrics }] = jsonLines(ran.stdout) as [{ metrics: Record<string, number> }];
    const { train_runtime: seconds = NaN, train_samples_per_second: speed = NaN } = metrics;
    // 1, 2, 4 and 4 examples.
    expect(seconds * speed).toBeCloseTo(11, 6);
    expect(readJson('grown', 'checkpoint-4', 'training_args.json')).toMatchObject({
      initial_batch_size: 1,
      batch_size_warmup_steps: 2,
    });
    const controller = new AbortController();
    const stopped = await runCommand([...growing, '--output_dir', path('grown-cut')], {
      signal: controller.signal,
      onStderr: (text) => {
        if (text.includes('step 1  loss')) controller.abort(new InterruptedError('SIGINT'));
      },
    });
    expect(stopped).toMatchObject({ code: 130 });
    const resume = ['--output_dir', path('grown-cut'), '--resume_from_checkpoint', 'true'];
    expect(await runCommand([...growing, ...resume])).toMatchObject({ code: 0 });
    expect(weights('grown-cut').equals(weights('grown'))).toBe(true);
  });

  test('what decides about the vocabulary decides about its place in the cache', async () => {
    const vocabulary = ['--limit_alphabet', '5', '--min_frequency', '1', '--normalization', 'NFC'];
    const ran = await runCommand([...args, ...vocabulary, '--output_dir', path('p2'), '--plan']);
    expect(ran).toMatchObject({ code: 0 });
    expect(ran.stderr).toContain('vocabulary: learning');
  });

  test.each([
    [['--train_file', '-'], 2, 'standard input can be read once only'],
    [['--preset', 'huge'], 2, '--preset is "huge": expected one of sample, mini'],
    [['--report_to', 'wandb'], 2, '--report_to is ["wandb"]: expected one or more of tensorboard'],
    [['--sample_text', '마스크가 없다.'], 2, 'expected a text with [MASK] in it'],
    [['--load_best_model_at_end', '--eval_strategy', 'epoch'], 2, '--save_strategy (steps)'],
    [['--early_stopping_patience', '2', '--eval_strategy', 'no'], 2, 'set --eval_strategy'],
    [['--metric_for_best_model', 'nsp_loss', '--no_nsp'], 2, 'no sentence pairs are learned'],
    [['--hidden_size', '10', '--num_attention_heads', '3'], 2, '--num_attention_heads'],
    [['--short_stage_seq_length', '16'], 2, 'expected less than --max_seq_length (16)'],
    [['--tokenizer_name', 'x', '--limit_alphabet', '5'], 2, 'so --limit_alphabet has no meaning'],
    [['--special_tokens', '[PAD]'], 2, '--special_tokens lacks [UNK]'],
    [['--eval_stratgy', 'no'], 2, '(Did you mean --eval_strategy?)'],
    [['--sample_text', `${'책을 '.repeat(70)}[MASK]`], 1, 'tokens, and the model reads 64'],
    [['--validation_split_percentage', '0.01'], 1, 'sentence pairs need two'],
    [['--validation_file', corpus], 2, '--validation_split_percentage is 25: the held-out text is'],
    [['--max_train_samples', '0'], 2, '--max_train_samples is "0": expected a whole number of at'],
    [['--initial_batch_size', '4'], 2, 'less than --per_device_train_batch_size (4)'],
    [['--batch_size_warmup_steps', '2'], 2, 'name the batch to begin with by --initial_batch_size'],
    [
      ['--initial_batch_size', '2', '--batch_size_warmup_steps', '4'],
      2,
      '--batch_size_warmup_steps is 4; expected fewer updates than --max_steps (4)',
    ],
    [['--resume_from_checkpoint', 'true'], 1, 'checkpoint'],
  ])('%j is refused', async (more, code, expected) => {
    const ran = await runCommand([...args, '--output_dir', path('none'), ...more]);
    expect(ran.code).toBe(code);
    expect(ran.stderr).toContain(expected);
    expect(ran.stderr).not.toContain('    at ');
  });
});
