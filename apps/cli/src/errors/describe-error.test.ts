import { describe, expect, test } from '@jest/globals';
import { BackendLoadError } from '@malmoi/ops';
import { EmptyCorpusError } from '@malmoi/wordpiece';

import { describeError } from './describe-error.ts';
import { inFlags } from './in-flags.ts';

describe('describeError', () => {
  test('what packages report is expected, and shown as it is', () => {
    const { message, expected } = describeError(new EmptyCorpusError('a.txt'));
    expect(message).toMatch(/^a\.txt: there is no word in it/);
    expect(expected).toBe(true);
  });

  test('a backend that does not load is named with its flag and its remedy', () => {
    const error = new BackendLoadError('native', 'it is not there.', 'npm install it');
    expect(describeError(error).message).toBe(
      '--backend native: it is not there.\nTo fix it: npm install it',
    );
  });

  test('an instruction set that is not there: how to choose another, or none', () => {
    const reason = 'no kernels for sse9 (instructionSet, MALMOI_ISA); it has avx2, portable.';
    const { message } = describeError(new BackendLoadError('native', reason, 'see the message'));
    expect(message).toContain('To fix it: unset MALMOI_ISA for the best that this machine has');
    expect(message).toContain('(amx, avx512bf16, avx512, avx2, portable are all there are;');
  });

  test('the system says where it refused', () => {
    const error = Object.assign(new Error('EROFS: read-only'), { code: 'EROFS', path: '/x' });
    expect(describeError(error)).toMatchObject({
      message: '/x: the system refused (EROFS): EROFS: read-only',
      expected: true,
    });
  });

  test.each([new TypeError('x is undefined'), 'a text', undefined])('%p is unexpected', (error) => {
    expect(describeError(error).expected).toBe(false);
  });

  test('options of packages become flags, whole words only', () => {
    expect(inFlags("Raise limitAlphabet; Infinity keeps all. Set normalization: 'NFC'.")).toBe(
      'Raise --limit_alphabet; Infinity keeps all. Set --normalization NFC.',
    );
    expect(inFlags('myvocabSizes')).toBe('myvocabSizes');
  });
});
