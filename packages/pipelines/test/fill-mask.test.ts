// fill-mask against the rows of transformers' pipeline on the same tiny model.
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';

import {
  InputTooLongError,
  NoMaskTokenError,
  pipeline,
  PipelineOptionError,
  UnknownTaskError,
  type FillMaskPipeline,
  type FillMaskRow,
  type FillMaskRows,
  type PipelineTask,
} from '../src/index.ts';

const FIXTURES = join(import.meta.dirname, 'fixtures');
const FOLDER = join(FIXTURES, 'tiny-fill-mask');

interface Case {
  readonly text: string;
  readonly top_k?: number;
  readonly targets?: readonly string[];
  readonly rows: FillMaskRows;
}
const expected = JSON.parse(readFileSync(join(FIXTURES, 'fill-mask.json'), 'utf8')) as {
  readonly cases: readonly Case[];
  readonly batch: { readonly texts: readonly string[]; readonly rows: readonly FillMaskRows[] };
};

let fill: FillMaskPipeline;
const warnings: string[] = [];
beforeAll(async () => {
  await tf.setBackend('cpu');
  fill = await pipeline('fill-mask', FOLDER, { onWarning: (message) => warnings.push(message) });
});
afterAll(() => {
  fill.dispose();
});

const flat = (rows: FillMaskRows): FillMaskRow[] => rows.flat();
const rounded = (rows: FillMaskRows): unknown[] =>
  flat(rows).map((row) => ({ ...row, score: expect.closeTo(row.score, 5) }));

describe('fill-mask', () => {
  test.each(expected.cases)(
    '$text, top_k $top_k, targets $targets',
    async ({ text, top_k, targets, rows }) => {
      const found = await fill.call(text, {
        ...(top_k === undefined ? {} : { topK: top_k }),
        ...(targets === undefined ? {} : { targets }),
      });
      expect(found.map((row) => Array.isArray(row))).toEqual(rows.map((row) => Array.isArray(row)));
      expect(flat(found)).toEqual(rounded(rows));
    },
  );

  test('a list of texts, in batches of any size', async () => {
    const { texts, rows } = expected.batch;
    for (const batchSize of [1, 2, 8]) {
      const found = await fill.call(texts, { topK: 3, batchSize });
      expect(found).toHaveLength(texts.length);
      found.forEach((each, i) => {
        expect(flat(each)).toEqual(rounded(rows[i] ?? []));
      });
    }
    expect(await fill.call([])).toEqual([]);
  });

  test('callForMasks always has a list for each blank', async () => {
    const found = await fill.callForMasks(['[MASK]', '[MASK] [MASK]']);
    expect(found.map((masks) => masks.length)).toEqual([1, 2]);
  });

  test('targets that are no tokens are said', async () => {
    warnings.length = 0;
    await fill.call('[MASK]', { targets: ['조선', '이순신은'] });
    expect(warnings).toEqual([
      expect.stringMatching(/'이순신은' is no token.*'이순신' stands for it/),
    ]);
    await expect(fill.call('[MASK]', { targets: [''] })).rejects.toThrow(PipelineOptionError);
  });

  test('leaves no tensor behind, also when a call throws', async () => {
    const before = tf.memory().numTensors;
    await fill.call(['[MASK]', '[MASK] [MASK]']);
    await expect(fill.call(['[MASK]', 'x'])).rejects.toThrow(NoMaskTokenError);
    expect(tf.memory().numTensors).toBe(before);
  });

  test('a text without a blank, and one that is too long', async () => {
    await expect(fill.call(['[MASK]', '조선'])).rejects.toThrow(/text 1 has no \[MASK\]/);
    const long = `[MASK] ${'조선 '.repeat(20)}`;
    await expect(fill.call(long)).rejects.toThrow(InputTooLongError);
    await expect(fill.call(long)).rejects.toThrow(/23 tokens and the model takes 16/);
    expect(await fill.call(long, { truncation: true })).toHaveLength(5);
    const lost = `${'조선 '.repeat(20)} [MASK]`;
    await expect(fill.call(lost, { truncation: true })).rejects.toThrow(NoMaskTokenError);
  });

  test.each([{ topK: 0 }, { topK: 1.5 }, { batchSize: 0 }])('refuses %p', async (options) => {
    await expect(fill.call('[MASK]', options)).rejects.toThrow(PipelineOptionError);
  });
});

describe('pipeline', () => {
  test('names the tasks it knows', async () => {
    await expect(pipeline('summarize' as PipelineTask, FOLDER)).rejects.toThrow(UnknownTaskError);
    await expect(pipeline('summarize' as PipelineTask, FOLDER)).rejects.toThrow(/fill-mask/);
  });

  test('a folder without a tokenizer is said, and its model freed', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'malmoi-pipeline-'));
    try {
      for (const file of ['config.json', 'model.safetensors']) {
        cpSync(join(FOLDER, file), join(folder, file));
      }
      const before = tf.memory().numTensors;
      await expect(pipeline('fill-mask', folder)).rejects.toThrow(/vocab\.txt or tokenizer\.json/);
      expect(tf.memory().numTensors).toBe(before);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('dispose frees the model', async () => {
    const before = tf.memory().numTensors;
    const other = await pipeline('fill-mask', FOLDER, { onWarning: () => undefined });
    expect(tf.memory().numTensors).toBeGreaterThan(before);
    other.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});
