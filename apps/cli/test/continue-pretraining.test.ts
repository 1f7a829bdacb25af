// Continued pretraining, the whole way: a model, more text, another vocabulary, and every command on the result.
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';

import { beforeAll, describe, expect, test } from '@jest/globals';
import { openSafetensorsFile } from '@malmoi/safetensors/node';

import { InterruptedError } from '../src/index.ts';
import { jsonLines, runCommand } from './support/run-command.ts';
import { koreanText, temporaryFolder, writeKoreanText } from './support/temporary-folder.ts';
import { saveTinyModel } from './support/tiny-model.ts';

const path = temporaryFolder();
const corpus = writeKoreanText(path('corpus.txt'));
const WORDS = 'bert.embeddings.word_embeddings.weight';
const common = [
  ...['--backend', 'wasm', '--threads', '1', '--report_to', 'none', '--cache_dir', path('cache')],
  ...['--validation_split_percentage', '25', '--max_seq_length', '16', '--batch_size', '4'],
];
const base = ['pretrain', '--model_name_or_path', path('base'), '--train_file', path('more.txt')];
const more = [...base, ...common, '--max_steps', '4', '--logging_steps', '1'];
/** An update that changes nothing. */
const still = [...base, ...common, '--max_steps', '1', '--learning_rate', '0'];

const readJson = (...names: string[]): Record<string, unknown> =>
  JSON.parse(readFileSync(path(...names), 'utf8')) as Record<string, unknown>;
const vocabularyOf = (folder: string): string[] =>
  readFileSync(path(folder, 'vocab.txt'), 'utf8').trimEnd().split('\n');

/** Weights by name. */
async function weightsOf(folder: string): Promise<Map<string, Float32Array>> {
  await using reader = await openSafetensorsFile(path(folder, 'model.safetensors'));
  const weights = new Map<string, Float32Array>();
  for (const name of reader.tensors.keys()) {
    weights.set(name, (await reader.tensor(name)).toFloat32());
  }
  return weights;
}

beforeAll(async () => {
  writeFileSync(
    path('more.txt'),
    koreanText().replaceAll('고양이', '강아지').replaceAll('밥', '떡'),
  );
  const ran = await runCommand([
    ...['pretrain', '--train_file', corpus, '--output_dir', path('base'), ...common],
    ...['--vocab_size', '100', '--hidden_size', '16', '--intermediate_size', '32'],
    ...['--max_steps', '4', '--learning_rate', '1e-3'],
  ]);
  if (ran.code !== 0) throw new Error(ran.stderr);
});

describe('malmoi pretrain --model_name_or_path', () => {
  test('goes on with weights, configuration and vocabulary of the model', async () => {
    const ran = await runCommand([...still, '--output_dir', path('still')]);
    expect(ran).toMatchObject({ code: 0 });
    expect(ran.stderr).not.toContain('vocabulary: learning');
    expect(ran.stderr).toContain(`model: ${path('base')}, `);
    expect(await weightsOf('still')).toEqual(await weightsOf('base'));
    expect(readJson('still', 'config.json')).toEqual(readJson('base', 'config.json'));
    expect(vocabularyOf('still')).toEqual(vocabularyOf('base'));
    const card = readFileSync(path('still', 'README.md'), 'utf8');
    expect(card).toContain('Trained further from base on masked words');
    expect(card).not.toContain('base_model');
  });

  test('trains with the defaults of transformers, and is continued itself when stopped', async () => {
    const run = await runCommand([...more, '--output_dir', path('run'), '--save_steps', '2']);
    expect(run).toMatchObject({ code: 0 });
    expect(readJson('run', 'checkpoint-4', 'training_args.json')).toMatchObject({
      learning_rate: 5e-5,
      num_train_epochs: 3,
    });
    expect((await weightsOf('run')).get(WORDS)).not.toEqual((await weightsOf('base')).get(WORDS));

    const controller = new AbortController();
    const stopped = await runCommand([...more, '--output_dir', path('cut'), '--save_steps', '2'], {
      signal: controller.signal,
      onStderr: (text) => {
        if (text.includes('step 2  loss')) controller.abort(new InterruptedError('SIGINT'));
      },
    });
    expect(stopped).toMatchObject({ code: 130 });
    const resume = ['--save_steps', '2', '--resume_from_checkpoint', 'true'];
    const resumed = await runCommand([...more, '--output_dir', path('cut'), ...resume]);
    expect(resumed).toMatchObject({ code: 0 });
    expect(await weightsOf('cut')).toEqual(await weightsOf('run'));
  });

  test('--new_vocab learn: shared pieces keep their rows, and every command takes the result', async () => {
    const learn = ['--new_vocab', 'learn', '--output_dir', path('learned')];
    const ran = await runCommand([...still, ...learn]);
    expect(ran).toMatchObject({ code: 0 });
    const said = /^vocabulary: (\d+) tokens, (\d+) shared .*, (\d+) begun .*, (\d+) from the mean/m;
    const [size = 0, shared = 0, fromPieces = 0, fromMean = 0] =
      said.exec(ran.stderr)?.slice(1).map(Number) ?? [];
    const [before, after] = [vocabularyOf('base'), vocabularyOf('learned')];
    const both = after.filter((piece) => before.includes(piece));
    expect(after).toHaveLength(size);
    expect(both).toHaveLength(shared);
    expect(shared + fromPieces + fromMean).toBe(size);
    expect(fromMean).toBeGreaterThan(0);
    expect(readJson('learned', 'config.json')).toMatchObject({ vocab_size: size, hidden_size: 16 });

    const [old, made] = [await weightsOf('base'), await weightsOf('learned')];
    const row = (weights: Map<string, Float32Array>, id: number): number[] => [
      ...(weights.get(WORDS)?.subarray(16 * id, 16 * id + 16) ?? []),
    ];
    for (const piece of both) {
      expect(row(made, after.indexOf(piece))).toEqual(row(old, before.indexOf(piece)));
    }
    const unknown = after.indexOf('떡');
    const mean = before.reduce((sum, _, id) => sum + (row(old, id)[0] ?? 0), 0) / before.length;
    expect(row(made, unknown)[0]).toBeCloseTo(mean, 6);

    const model = ['--model', path('learned'), '--backend', 'cpu'];
    const filled = await runCommand(['fill-mask', ...model, '--text', '강아지는 [MASK] 찾는다.']);
    expect(filled).toMatchObject({ code: 0 });
    expect(filled.stdout.trimEnd().split('\n')).toHaveLength(6);
    const inspected = await runCommand(['inspect', path('learned'), '--json']);
    expect(jsonLines(inspected.stdout)).toMatchObject([
      { kind: 'checkpoint', config: { vocab_size: size }, tokenizer: { vocab_size: size } },
    ]);
    const evaluated = await runCommand([
      ...['evaluate', ...model, '--validation_file', path('more.txt'), '--max_eval_samples', '8'],
    ]);
    expect(evaluated.stdout).toMatch(/^masked words/);
  });

  test('--new_vocab PATH: a folder or a file', async () => {
    writeFileSync(
      path('vocab.txt'),
      '[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\n아이는\n책을\n찾는다\n##을\n.\n',
    );
    for (const [output, vocabulary] of [
      ['file', path('vocab.txt')],
      ['folder', path('file')],
    ] as const) {
      const swap = ['--new_vocab', vocabulary, '--output_dir', path(output)];
      const ran = await runCommand([...still, ...swap]);
      expect(ran).toMatchObject({ code: 0 });
      expect(readJson(output, 'config.json')).toMatchObject({ vocab_size: 10 });
    }
    expect(await weightsOf('folder')).toEqual(await weightsOf('file'));
  });

  test('heads: those of the model, or drawn anew with a warning', async () => {
    await saveTinyModel(path('mlm'));
    const tiny = ['--model', path('mlm'), '--tokenizer_name', path('mlm')];
    const plain = await runCommand([...still, ...tiny, '--output_dir', path('words')]);
    expect(plain).toMatchObject({ code: 0 });
    expect(plain.stdout).not.toContain('sentence pairs');
    expect(plain.stderr).not.toContain('warning:');
    expect(await weightsOf('words')).toEqual(await weightsOf('mlm'));
    const pairs = ['--next_sentence_prediction', '--output_dir', path('pairs')];
    const drawn = await runCommand([...still, ...tiny, ...pairs]);
    expect(drawn).toMatchObject({ code: 0 });
    expect(drawn.stderr).toMatch(
      /^warning: [^]*cls\.seq_relationship\.weight[^]*drawn anew with seed 42/m,
    );
    expect(readJson('pairs', 'config.json')).toMatchObject({
      architectures: ['BertForPreTraining'],
    });
  });

  test('a model of the Hub, from the cache', async () => {
    const commit = 'a'.repeat(40);
    const repository = path('hub', 'models--owner--bert');
    mkdirSync(`${repository}/refs`, { recursive: true });
    writeFileSync(`${repository}/refs/main`, commit);
    cpSync(path('base'), `${repository}/snapshots/${commit}`, { recursive: true });
    const args = [...still, '--model_name_or_path', 'owner/bert', '--output_dir', path('from-hub')];
    const before = { ...process.env };
    try {
      Object.assign(process.env, { HF_HUB_CACHE: path('hub'), HF_HUB_OFFLINE: '1' });
      expect(await runCommand(args)).toMatchObject({ code: 0 });
    } finally {
      process.env = before;
    }
    expect(await weightsOf('from-hub')).toEqual(await weightsOf('base'));
    expect(readFileSync(path('from-hub', 'README.md'), 'utf8')).toContain('base_model: owner/bert');
  });

  test('a plan is one of the model and its new vocabulary', async () => {
    const ran = await runCommand([...more, '--plan', '--json', '--new_vocab', path('vocab.txt')]);
    const [whole] = jsonLines((await runCommand([...more, '--plan', '--json'])).stdout);
    const [small] = jsonLines(ran.stdout);
    const parameters = (plan: unknown): number =>
      (plan as { num_parameters: number }).num_parameters;
    // A row and a bias for each piece.
    const pieces = vocabularyOf('base').length - 10;
    expect(parameters(whole) - parameters(small)).toBe(pieces * 17);
  });

  test.each([
    [['--preset', 'mini'], 2, '--preset mini: the model of --model_name_or_path has its own'],
    [['--hidden_size', '32'], 2, '--hidden_size is 32: that of the model is 16'],
    [['--num_hidden_layers', '3'], 2, '--num_hidden_layers is 3: that of the model is 2'],
    [['--max_seq_length', '65'], 2, '--max_seq_length is 65: the model takes 64 tokens at most'],
    [['--vocab_size', '500'], 2, 'another vocabulary with --new_vocab learn'],
    [['--vocab_size', '500', '--new_vocab', 'x'], 2, '--new_vocab x has its own size'],
    [
      ['--limit_alphabet', '9'],
      2,
      '--model_name_or_path: no vocabulary is learned, so --limit_alp',
    ],
    [['--limit_alphabet', '9', '--new_vocab', 'x'], 2, '--new_vocab: no vocabulary is learned'],
    [
      [
        '--model',
        path('run', 'checkpoint-4'),
        '--output_dir',
        path('run'),
        '--overwrite_output_dir',
      ],
      2,
      `--overwrite_output_dir deletes the checkpoints of ${path('run')}`,
    ],
    [['--new_vocab', 'nope'], 1, '--new_vocab nope: there is no such file or folder'],
    [['--model_name_or_path', './nope'], 1, './nope: there is no such folder'],
  ])('%j is refused', async (flags, code, expected) => {
    const ran = await runCommand([...more, '--output_dir', path('none'), ...flags]);
    expect(ran).toMatchObject({ code, stdout: '' });
    expect(ran.stderr).toContain(expected);
    expect(ran.stderr).not.toContain('    at ');
  });

  test('flags that agree with the model are no contradiction; --new_vocab needs a model', async () => {
    const same = ['--hidden_size', '16', '--num_attention_heads', '4', '--plan'];
    expect(await runCommand([...more, ...same])).toMatchObject({ code: 0 });
    const alone = ['pretrain', '--train_file', corpus, '--new_vocab', 'learn', ...common];
    const ran = await runCommand([...alone, '--output_dir', path('none')]);
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain('name one by --model_name_or_path');
  });
});
