// malmoi prepare, from its arguments to shards.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';

import { beforeAll, describe, expect, test } from '@jest/globals';

import { jsonLines, runCommand } from './support/run-command.ts';
import { koreanText, temporaryFolder, writeKoreanText } from './support/temporary-folder.ts';

const path = temporaryFolder();
const corpus = writeKoreanText(path('corpus.txt'));
const common = ['--tokenizer_name', path('tok'), '--threads', '1'];

beforeAll(async () => {
  const args = ['--train_file', corpus, '--vocab_size', '80', '--output_dir', path('tok')];
  await runCommand(['vocab', ...args]);
});

describe('malmoi prepare', () => {
  test('writes shards, reports, and does nothing the second time', async () => {
    const args = ['prepare', '--train_file', corpus, ...common, '--output_dir', path('shards')];
    const first = await runCommand(args);
    expect(first).toMatchObject({ code: 0 });
    expect(first.stdout).toMatch(/^documents read +30 \(120 sentences\)$/m);
    expect(first.stdout).toMatch(/^train +\d+ documents, \d+ sentences, \d+ tokens, 0\.00 %/m);
    expect(first.stderr).toMatch(/tokenizing .* 30 documents .* MB\/s/);
    const second = await runCommand([...args, '--json']);
    expect(jsonLines(second.stdout)).toMatchObject([{ cached: true, examples: [] }]);
    expect(second.stderr).toContain('using the shards in');
  });

  test('prints examples as training will see them, the same for the same seed', async () => {
    const args = ['prepare', '--train_file', corpus, ...common, '--output_dir', path('shown')];
    const shown = [...args, '--show_examples', '2', '--max_seq_length', '32'];
    const [a, b] = [await runCommand(shown), await runCommand(shown)];
    expect(a.stdout).toMatch(/example 1\n\[CLS\] .*\[MASK\][^]*\nexample 2\n\[CLS\]/);
    expect(a.stdout).toMatch(/next sentence +(IsNext|NotNext)/);
    expect(b.stdout).toBe(a.stdout);
  });

  test('other options in the same folder are refused with the flag that replaces the shards', async () => {
    const args = ['prepare', '--train_file', corpus, ...common, '--output_dir', path('other')];
    expect(await runCommand(args)).toMatchObject({ code: 0 });
    const changed = [...args, '--drop-duplicates'];
    const refused = await runCommand(changed);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/or replace them with --overwrite_cache/);
    expect(await runCommand([...changed, '--overwrite-cache'])).toMatchObject({ code: 0 });
  });

  test('columns are chosen by name; duplicates are left out', async () => {
    const records = koreanText()
      .split('\n\n')
      .map((content) => JSON.stringify({ content }));
    writeFileSync(path('twice.jsonl'), [...records, records[0]].join('\n'));
    const args = ['--train_file', path('twice.jsonl'), ...common, '--output_dir', path('records')];
    const wrong = await runCommand(['prepare', ...args]);
    expect(wrong.code).toBe(1);
    expect(wrong.stderr).toMatch(/no column "text".*"content".*--text_column/);
    const more = ['--text_column', 'content', '--drop_duplicates'];
    const ran = await runCommand(['prepare', ...args, ...more]);
    expect(ran.stdout).toMatch(/duplicates +1 left out/);
  });

  test('standard input, once', async () => {
    const args = ['prepare', '--train_file', '-', ...common, '--output_dir', path('piped')];
    const ran = await runCommand(args, { input: koreanText() });
    expect(ran.stdout).toMatch(/documents read +30/);
  });

  test.each([
    ['broken JSON', '{"model": {', /tokenizer\.json: .*JSON/],
    ['another model', '{"model": {"type": "BPE", "vocab": {}, "merges": []}}', /tokenizer\.json/],
  ])('a tokenizer with %s is refused, before anything is written', async (_, text, expected) => {
    writeFileSync(path('tokenizer.json'), text);
    const args = ['--tokenizer_name', path('tokenizer.json'), '--output_dir', path('never')];
    const ran = await runCommand(['prepare', '--train_file', corpus, ...args]);
    expect(ran.code).toBe(1);
    expect(ran.stderr).toMatch(expected);
    expect(ran.stderr).not.toContain('    at ');
    expect(readdirSync(path())).not.toContain('never');
  });

  test('one document is too small a corpus for pairs, and says so', async () => {
    writeFileSync(path('one.txt'), '아이는 책을 찾는다.\n아이는 말을 모은다.\n');
    const args = ['--train_file', path('one.txt'), ...common, '--output_dir', path('one')];
    const none = ['--validation_split_percentage', '0', '--show_examples', '1'];
    const ran = await runCommand(['prepare', ...args, ...none]);
    expect(ran.code).toBe(1);
    expect(ran.stderr).toMatch(/1 document/);
  });

  test('an index that leads out of its folder is refused', async () => {
    const args = ['prepare', '--train_file', corpus, ...common, '--output_dir', path('led')];
    await runCommand(args);
    const index = readFileSync(path('led', 'index.json'), 'utf8');
    writeFileSync(path('led', 'index.json'), index.replace('train-00000', '../train-00000'));
    const ran = await runCommand(['inspect', path('led')]);
    expect(ran.code).toBe(1);
    expect(ran.stderr).toMatch(/is no plain file name/);
  });
});
