// An evaluation by itself: the model's figures beside those of guessing, and the files they go to.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { BertForMaskedLM, createBertConfig } from '@malmoi/bert-model';
import { useBackend } from '@malmoi/ops';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from '@jest/globals';

import {
  evaluateEpoch,
  pretrainingTask,
  ResultsFileError,
  saveMetrics,
  withBaselines,
} from '../src/index.ts';
import { temporaryFolder } from './support/temporary-folder.ts';
import { collateTiny, tinyData, tinyExamples, tinyModel } from './support/tiny-pretraining.ts';

beforeAll(async () => {
  await useBackend('cpu');
});

/** Most frequent value of a list, and its share. */
function mostFrequent(values: readonly number[]): number {
  const counts = values.map((value) => values.filter((other) => other === value).length);
  return Math.max(...counts) / values.length;
}

describe('withBaselines', () => {
  test("adds what guessing gets on the same examples to the task's own figures", async () => {
    const model = tinyModel();
    const before = tf.memory().numTensors;
    const data = tinyData(10, { shuffle: false });
    const start = data.cursor;
    const own = await evaluateEpoch(pretrainingTask(model), data, start);
    const row = await evaluateEpoch(withBaselines(pretrainingTask(model)), data, start);
    for (const name of ['eval_loss', 'eval_mlm_loss', 'eval_mlm_accuracy', 'eval_nsp_accuracy']) {
      expect(row[name]).toBe(own[name]);
    }
    const { maskedLabels, nextSentenceLabel } = collateTiny(tinyExamples(10), 0);
    expect(row['eval_unigram_accuracy']).toBe(mostFrequent([...maskedLabels]));
    expect(row['eval_coin_accuracy']).toBe(mostFrequent([...(nextSentenceLabel ?? [])]));
    expect(row['eval_unigram_perplexity']).toBeCloseTo(Math.exp(row['eval_unigram_loss'] ?? 0), 9);
    expect(tf.memory().numTensors).toBe(before);
    model.dispose();
  });

  test('a model without the sentence head has no coin beside it', async () => {
    const config = createBertConfig({
      ...{ vocabSize: 17, hiddenSize: 8, numHiddenLayers: 1, numAttentionHeads: 2 },
      ...{ intermediateSize: 16, maxPositionEmbeddings: 16 },
    });
    const model = new BertForMaskedLM(config, { seed: 1 });
    const data = tinyData(8);
    const row = await evaluateEpoch(withBaselines(pretrainingTask(model)), data, data.cursor);
    expect(row).toHaveProperty('eval_unigram_loss');
    expect(Object.keys(row).filter((name) => /nsp|coin/u.test(name))).toEqual([]);
    model.dispose();
  });
});

describe('saveMetrics', () => {
  const read = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));

  test('writes a file for the split, and adds to all_results.json', async () => {
    const folder = join(temporaryFolder(), 'new', 'folder');
    await saveMetrics(folder, 'train', { train_loss: 3, step: 9, epoch: 1 });
    await saveMetrics(folder, 'eval', { eval_loss: 2, epoch: 2 });
    expect(read(join(folder, 'train_results.json'))).toEqual({ epoch: 1, train_loss: 3 });
    expect(read(join(folder, 'eval_results.json'))).toEqual({ epoch: 2, eval_loss: 2 });
    expect(readFileSync(join(folder, 'all_results.json'), 'utf8')).toBe(
      '{\n    "epoch": 2,\n    "eval_loss": 2,\n    "train_loss": 3\n}\n',
    );
  });

  test.each(['{"eval_loss"', '[1]', 'null'])('leaves %j alone', async (text) => {
    const folder = temporaryFolder();
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'all_results.json'), text);
    const saving = saveMetrics(folder, 'eval', { eval_loss: 2 });
    await expect(saving).rejects.toThrow(ResultsFileError);
    await expect(saving).rejects.toThrow(/all_results\.json/u);
    expect(readdirSync(folder)).toEqual(['all_results.json']);
    expect(readFileSync(join(folder, 'all_results.json'), 'utf8')).toBe(text);
  });
});
