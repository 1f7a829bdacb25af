import { describe, expect, test } from '@jest/globals';

import { flag, list, text, wholeNumber } from '../options/option-spec.ts';
import { normalizeArgv } from './normalize-argv.ts';

const table = {
  train_file: list({ description: '', retired: ['train_data_file'] }),
  text: text({ description: '' }),
  vocab_size: wholeNumber({ description: '', aliases: ['size'] }, 10, { min: 1 }),
  lowercase: flag({ description: '', aliases: ['do_lower_case'] }),
};

describe('normalizeArgv', () => {
  test.each([
    [
      ['--vocab-size', '5'],
      ['--vocab_size', '5'],
    ],
    [['--vocab_size=5'], ['--vocab_size=5']],
    [
      ['--size', '5'],
      ['--vocab_size', '5'],
    ],
    [['--lowercase'], ['--lowercase=true']],
    [['--do-lower-case', 'False'], ['--lowercase=False']],
    [['--no-lowercase'], ['--lowercase=false']],
    [['--no_do_lower_case', 'false'], ['--lowercase=true']],
    [
      ['--lowercase', 'file.txt'],
      ['--lowercase=true', 'file.txt'],
    ],
    [
      ['--train-file', 'a-b', 'c-d'],
      ['--train_file', 'a-b', 'c-d'],
    ],
    [['--no-such-flag'], ['--no_such_flag']],
  ])('%j becomes %j', (args, expected) => {
    expect(normalizeArgv(args, table).args).toEqual(expected);
  });

  test('values stay as they are, also those that look like flags', () => {
    const args = ['--text', '--vocab-size', '--text=--a-b', '--', '--vocab-size'];
    expect(normalizeArgv(args, table).args).toEqual(args);
  });

  test('a former name is understood, with a warning that names the new one', () => {
    const { args, warnings } = normalizeArgv(['--train-data-file', 'x'], table);
    expect(args).toEqual(['--train_file', 'x']);
    expect(warnings).toEqual([
      '--train-data-file is the former name of --train_file; use that one.',
    ]);
  });

  test('remembers how a flag was typed', () => {
    expect(normalizeArgv(['--voc-size=3'], table).typed.get('voc_size')).toBe('--voc-size');
  });
});
