// The command as it is built and published: the sample job at reduced length, and a run that is killed again and
// again, whose weights must be those of one that never was.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { beforeAll, describe, expect, test } from '@jest/globals';

import { jsonLines, type Ran } from './support/run-command.ts';
import { spawnCommand, type SpawnSettings } from './support/spawn-command.ts';
import { temporaryFolder, writeKoreanText } from './support/temporary-folder.ts';

const path = temporaryFolder();
const malmoi = (args: readonly string[], settings: SpawnSettings = {}): Promise<Ran> =>
  spawnCommand(args, { ...settings, built: true });
const tiny = ['--hidden_size', '16', '--num_hidden_layers', '1', '--intermediate_size', '32'];

beforeAll(() => {
  const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));
  if (!existsSync(main)) {
    throw new Error(`${main} is not there. Build it first: npx nx build cli (nx test cli does).`);
  }
});

test('the sample job at reduced length: text, vocabulary, shards, training, folder, answers', async () => {
  const run = ['--max_steps', '6', '--batch_size', '8', '--validation_split_percentage', '1'];
  const out = ['--output_dir', path('sample'), '--backend', 'wasm', '--json'];
  const ran = await malmoi(['pretrain', ...run, ...tiny, ...out]);
  expect(ran).toMatchObject({ code: 0 });
  const [result] = jsonLines(ran.stdout);
  expect(result).toMatchObject({
    output_dir: path('sample'),
    metrics: { train_loss: expect.any(Number), eval_mlm_accuracy: expect.any(Number) },
  });
  const { answers } = result as { answers: { text: string; predictions: unknown[] }[] };
  expect(answers).toHaveLength(10);
  expect(answers[0]).toMatchObject({ text: '이순신은 [MASK] 중기의 무신이다.', answer: '조선' });
  expect(answers.every(({ predictions }) => predictions.length === 3)).toBe(true);
  expect(readdirSync(path('sample'))).toEqual(
    expect.arrayContaining(['model.safetensors', 'vocab.txt', 'report.html', 'all_results.json']),
  );
  const model = ['--model_name_or_path', path('sample'), '--backend', 'cpu', '--top_k', '2'];
  const filled = await malmoi([
    'fill-mask',
    ...model,
    '--text',
    '지구는 [MASK] 둘레를 돈다.',
    '--json',
  ]);
  expect(filled).toMatchObject({ code: 0 });
  const [{ masks }] = jsonLines(filled.stdout) as [{ masks: unknown[][] }];
  expect(masks[0]).toHaveLength(2);
}, 120_000);

describe('a run that is killed', () => {
  const STEPS = 60;
  const args = [
    ...[
      'pretrain',
      '--train_file',
      writeKoreanText(path('corpus.txt')),
      '--preset',
      'mini',
      ...tiny,
    ],
    ...['--cache_dir', path('cache'), '--vocab_size', '100', '--max_seq_length', '16'],
    ...['--validation_split_percentage', '25', '--batch_size', '4', '--max_steps', String(STEPS)],
    ...['--gradient_accumulation_steps', '2', '--save_steps', '4', '--logging_steps', '1'],
    ...['--num_attention_heads', '2', '--backend', 'wasm', '--report_to', 'none'],
  ];
  const begin = (name: string): string[] => {
    const folder = path(name);
    const names = existsSync(folder) ? readdirSync(folder) : [];
    const hasCheckpoint = names.some((entry) => /^checkpoint-\d+$/.test(entry));
    const how = hasCheckpoint ? ['--resume_from_checkpoint', 'true'] : ['--overwrite_output_dir'];
    return [...args, '--output_dir', folder, ...how];
  };
  const updates = (stderr: string): number => stderr.match(/^step \d+ {2}loss /gm)?.length ?? 0;
  /** The log without what a clock decides. */
  const log = (name: string): unknown[] =>
    jsonLines(readFileSync(path(name, 'log.jsonl'), 'utf8')).map((row) =>
      Object.entries(row as object).filter(([figure]) => !/_(?:runtime|per_second)$/.test(figure)),
    );

  test('at random moments ends with the weights, moments and log of one that never was', async () => {
    expect(await malmoi(begin('whole'))).toMatchObject({ code: 0 });

    const moments: string[] = [];
    const codes = { SIGKILL: -1, SIGINT: 130, SIGTERM: 143 };
    for (const signal of ['SIGKILL', 'SIGINT', 'SIGKILL', 'SIGTERM'] as const) {
      const after = 1 + Math.floor(4 * Math.random());
      const signalDelay = 1 + Math.floor(15 * Math.random());
      moments.push(`${signal} ${signalDelay} ms after update ${after} of its process`);
      const ran = await malmoi(begin('killed'), {
        signal,
        signalAfter: (stderr) => updates(stderr) >= after,
        signalDelay,
      });
      // Which moments these were is part of the message when this fails.
      expect([ran.code, ...moments]).toEqual([codes[signal], ...moments]);
      expect(existsSync(path('killed', 'model.safetensors'))).toBe(false);
    }
    const ended = await malmoi(begin('killed'));
    expect([ended.code, ...moments]).toEqual([0, ...moments]);

    const last = `checkpoint-${STEPS}`;
    const files = [
      'model.safetensors',
      `${last}/model.safetensors`,
      `${last}/optimizer.safetensors`,
    ];
    for (const file of files) {
      const isEqual = readFileSync(path('killed', file)).equals(readFileSync(path('whole', file)));
      expect([file, isEqual, ...moments]).toEqual([file, true, ...moments]);
    }
    expect(log('killed')).toEqual(log('whole'));
  }, 300_000);
});
