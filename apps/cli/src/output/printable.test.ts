import { describe, expect, test } from '@jest/globals';

import { printable, secretFilter } from './printable.ts';

describe('printable', () => {
  test.each([
    ['말모이 😀\tA\nB', '말모이 😀\tA\nB'],
    ['a\u001b[31mred', 'a\\u001b[31mred'],
    ['a\rb\u0000\u009b', 'a\\u000db\\u0000\\u009b'],
    ['\u202egpj.exe', '\\u202egpj.exe'],
    ['half \ud800', 'half \\ud800'],
  ])('%j is shown as %j', (text, expected) => {
    expect(printable(text)).toBe(expected);
  });
});

describe('secretFilter', () => {
  const hide = secretFilter({ HF_TOKEN: 'my-secret-canary', NPM_TOKEN: 'abc' });

  test.each([
    ['token my-secret-canary.', 'token ***.'],
    ['hf_AbCdEfGhIjKlMnOpQrStUv was refused', 'hf_*** was refused'],
    ['https://me:pass@example.org/x', 'https://***@example.org/x'],
    ['abc, a word too short to be a secret', 'abc, a word too short to be a secret'],
    ['https://example.org/a:b@c', 'https://example.org/a:b@c'],
  ])('%j becomes %j', (text, expected) => {
    expect(hide(text)).toBe(expected);
  });
});
