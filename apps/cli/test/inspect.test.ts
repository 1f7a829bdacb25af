// malmoi inspect on every kind of file that there is.
import { cpSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';

import { beforeAll, describe, expect, test } from '@jest/globals';
import { saveSafetensorsFile } from '@malmoi/safetensors/node';

import { jsonLines, runCommand } from './support/run-command.ts';
import { temporaryFolder, writeKoreanText } from './support/temporary-folder.ts';
import { saveTinyModel } from './support/tiny-model.ts';

const path = temporaryFolder();
const corpus = writeKoreanText(path('corpus.txt'));

beforeAll(async () => {
  await saveTinyModel(path('model'));
  await saveTinyModel(path('sharded'), '1KB');
  const args = ['--train_file', corpus, '--vocab_size', '80', '--output_dir', path('tok')];
  await runCommand(['vocab', ...args]);
  const tokenizer = ['--tokenizer_name', path('tok'), '--output_dir', path('shards')];
  await runCommand(['prepare', '--train_file', corpus, ...tokenizer]);
  cpSync(path('model'), path('checkpoint-3'), { recursive: true });
  const state = { global_step: 3, max_steps: 9, epoch: 0.5, log_history: [{ loss: 2.5, step: 3 }] };
  writeFileSync(path('checkpoint-3', 'trainer_state.json'), JSON.stringify(state));
});

async function inspectJson(name: string): Promise<unknown> {
  const ran = await runCommand(['inspect', path(name), '--json']);
  expect(ran).toMatchObject({ code: 0, stderr: '' });
  const [summary] = jsonLines(ran.stdout);
  return summary;
}

describe('malmoi inspect', () => {
  test.each([
    ['tok', { kind: 'tokenizer', vocab_size: 80, do_lower_case: false }],
    ['tok/tokenizer.json', { kind: 'tokenizer', vocab_size: 80 }],
    ['tok/vocab.txt', { kind: 'tokenizer', vocab_size: 80 }],
    ['shards', { kind: 'token-shards', tokenizer: { vocab_size: 80 } }],
    ['shards/index.json', { kind: 'token-shards' }],
    ['shards/train-00000.safetensors', { kind: 'token-shard', tensor_count: 4 }],
    ['model', { kind: 'model', config: { hidden_size: 8 }, tokenizer: { vocab_size: 14 } }],
    ['model/model.safetensors', { kind: 'safetensors', metadata: { format: 'pt' } }],
    ['model/config.json', { kind: 'config', vocab_size: 14 }],
    ['sharded', { kind: 'model', weights: { dtypes: { F32: 26 } } }],
    ['sharded/model.safetensors.index.json', { kind: 'sharded-index', tensor_count: 26 }],
    ['checkpoint-3', { kind: 'checkpoint', training: { global_step: 3, max_steps: 9 } }],
    ['checkpoint-3/trainer_state.json', { kind: 'trainer-state', epoch: 0.5 }],
  ])('%s', async (name, expected) => {
    expect(await inspectJson(name)).toMatchObject(expected);
  });

  test('for people: parameters, shapes, sizes', async () => {
    const { stdout } = await runCommand(['inspect', path('model')]);
    expect(stdout).toMatch(/^config\n {2}architectures +BertForMaskedLM$/m);
    expect(stdout).toMatch(/word_embeddings\.weight +F32 +\[14, 8\] +448 B$/m);
    expect(stdout).toMatch(/^ {2}special +\[PAD\] 0, \[UNK\] 1/m);
  });

  test('--verbose lists every tensor; names cannot move the cursor', async () => {
    const data = Float32Array.of(1);
    const tensors = Array.from(
      { length: 50 },
      (_, i): [string, { dtype: 'F32'; shape: number[]; data: Float32Array }] => [
        `\u001b[2J${i}`,
        { dtype: 'F32', shape: [1], data },
      ],
    );
    await saveSafetensorsFile(path('many.safetensors'), new Map(tensors));
    const short = await runCommand(['inspect', path('many.safetensors')]);
    expect(short.stdout).toContain('and 10 more; --verbose shows all');
    expect(short.stdout).not.toContain('\u001b');
    const long = await runCommand(['inspect', path('many.safetensors'), '--verbose']);
    expect(long.stdout.match(/F32 +\[1\]/g)).toHaveLength(50);
  });

  test('a damaged shard is found', async () => {
    cpSync(path('shards'), path('damaged'), { recursive: true });
    const shard = path('damaged', 'train-00000.safetensors');
    const bytes = readFileSync(shard);
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    writeFileSync(shard, bytes);
    const ran = await runCommand(['inspect', path('damaged')]);
    expect(ran.code).toBe(1);
    expect(ran.stderr).toMatch(/SHA-256.*--overwrite_cache/);
  });

  test('a truncated safetensors file names the rule it breaks', async () => {
    cpSync(path('model', 'model.safetensors'), path('cut.safetensors'));
    truncateSync(path('cut.safetensors'), 2000);
    const ran = await runCommand(['inspect', path('cut.safetensors')]);
    expect(ran).toMatchObject({ code: 1, stdout: '' });
    expect(ran.stderr).toMatch(/cut\.safetensors/);
    expect(ran.stderr).not.toContain('    at ');
  });

  test.each([
    ['nope', undefined, /path .*nope: there is no such file or folder\./],
    ['x.json', '{', /x\.json: it is no JSON/],
    ['x.json', '[]', /x\.json: expected a JSON object/],
    ['x.json', '{"a": 1}', /x\.json: this JSON is no tokenizer/],
    ['x.json', '{"global_step": 1}', /x\.json: log_history is no list/],
    ['x.json', '{"model_type": "bert", "hidden_size": "8"}', /x\.json: .*hidden_size/i],
    ['x.bin', '', /expected a folder, or a file that ends in/],
    ['x.txt', 'no\nspecial\n', /x\.txt: .*\[UNK\]/],
  ])('%s with %j is refused', async (name, text, expected) => {
    if (text !== undefined) writeFileSync(path(name), text);
    const ran = await runCommand(['inspect', path(name)]);
    expect(ran.code).toBe(1);
    expect(ran.stderr).toMatch(expected);
    expect(ran.stderr).not.toContain('    at ');
  });

  test('a folder of checkpoints says which to look at', async () => {
    mkdirSync(path('run', 'checkpoint-7'), { recursive: true });
    const ran = await runCommand(['inspect', path('run')]);
    expect(ran.stderr).toMatch(/holds 1 checkpoints?: inspect .*checkpoint-7/);
  });
});
