import { describe, expect, test } from '@jest/globals';

import { UsageError } from '../errors/usage-error.ts';
import {
  choice,
  decimalNumber,
  flag,
  list,
  optionalFlag,
  optionalWholeNumber,
  wholeNumber,
} from './option-spec.ts';
import { readOptions } from './read-options.ts';

const table = {
  train_file: list({ description: '', placeholder: 'file' }),
  vocab_size: wholeNumber({ description: '' }, 32_000, { min: 1, max: 100_000 }),
  limit_alphabet: optionalWholeNumber({ description: '' }, { min: 0, infinite: true }),
  share: decimalNumber({ description: '' }, 5, { min: 0, max: 99 }),
  backend: choice({ description: '' }, 'auto', ['auto', 'cpu']),
  lowercase: flag({ description: '' }),
  strip_accents: optionalFlag({ description: '' }),
};

describe('readOptions', () => {
  test('fills in defaults and camelCase names', () => {
    expect(readOptions(table, { train_file: ['a'] })).toEqual({
      trainFile: ['a'],
      vocabSize: 32_000,
      limitAlphabet: undefined,
      share: 5,
      backend: 'auto',
      lowercase: false,
      stripAccents: undefined,
    });
  });

  test('reads what was typed', () => {
    const raw = {
      train_file: ['a', 'b'],
      vocab_size: ' 8000 ',
      limit_alphabet: 'Infinity',
      share: '.5e1',
      backend: 'cpu',
      lowercase: 'TRUE',
      strip_accents: 'false',
    };
    expect(readOptions(table, raw)).toEqual({
      trainFile: ['a', 'b'],
      vocabSize: 8000,
      limitAlphabet: Infinity,
      share: 5,
      backend: 'cpu',
      lowercase: true,
      stripAccents: false,
    });
  });

  test.each([
    ['vocab_size', '1.5', 'a whole number from 1 to 100,000'],
    ['vocab_size', '', 'a whole number from 1 to 100,000'],
    ['vocab_size', '0x10', 'a whole number from 1 to 100,000'],
    ['vocab_size', '0', 'a whole number from 1 to 100,000'],
    ['vocab_size', '99999999999999999999', 'a whole number from 1 to 100,000'],
    ['limit_alphabet', '-1', 'a whole number of at least 0, or Infinity'],
    ['share', 'NaN', 'a number from 0 to 99'],
    ['share', '99.01', 'a number from 0 to 99'],
    ['backend', 'gpu', 'one of auto, cpu'],
    ['lowercase', 'yes', 'true or false'],
  ])('--%s %j is refused', (name, value, expected) => {
    expect(() => readOptions(table, { train_file: ['a'], [name]: value })).toThrow(
      new UsageError(`--${name} is ${JSON.stringify(value)}: expected ${expected}.`),
    );
  });

  test('lists every problem at once', () => {
    expect(() => readOptions(table, { vocab_size: 'x', backend: 'y' })).toThrow(
      /^--train_file is missing: expected one file or more\.\n--vocab_size .*\n--backend /,
    );
  });

  test('names of Object.prototype are no values', () => {
    const odd = { constructor: optionalFlag({ description: '' }) };
    expect(readOptions(odd, {})).toEqual({ constructor: undefined });
  });
});
