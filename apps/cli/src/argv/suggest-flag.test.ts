import { expect, test } from '@jest/globals';

import { flag, text, wholeNumber } from '../options/option-spec.ts';
import { suggestFlag } from './suggest-flag.ts';

const table = {
  per_device_train_batch_size: wholeNumber({ description: '', aliases: ['batch_size'] }, 8, {
    min: 1,
  }),
  eval_strategy: text({ description: '', retired: ['evaluation_strategy'] }),
  model_name_or_path: text({ description: '', aliases: ['model'] }),
  next_sentence_prediction: flag({ description: '', aliases: ['nsp'] }),
  seed: wholeNumber({ description: '' }, 1, { min: 0 }),
  data_seed: wholeNumber({ description: '' }, 1, { min: 0 }),
};

test.each([
  ['--eval_stratgy', '--eval_strategy'],
  ['--sede', '--seed'],
  ['--batchsiz', '--batch_size, which is --per_device_train_batch_size'],
  ['--batch-siz', '--batch-size, which is --per-device-train-batch-size'],
  ['--modle', '--model, which is --model_name_or_path'],
  ['--evaluation_stratgy', '--evaluation_strategy, which is --eval_strategy'],
  ['--no_nps', '--no_nsp, which is --no_next_sentence_prediction'],
  ['--no-next-sentence-predicton', '--no-next-sentence-prediction'],
])('%s: %s', (typed, meant) => {
  expect(suggestFlag(typed, table)).toBe(`\n(Did you mean ${meant}?)`);
});

test.each(['--epochs', '--x', '--', '--no_seed_at_all'])('%s is near to nothing', (typed) => {
  expect(suggestFlag(typed, table)).toBe('');
});
