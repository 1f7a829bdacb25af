// Every file of the corpus gets the verdict of its rule, and the same verdict as the reference reader
// except where the README says that this reader is stricter.

import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';

import { HEADER_RULES, SafetensorsHeaderError, parseHeader } from '../src/index.ts';
import { CORPUS } from './support/corpus.ts';

/** What the reference reader accepts and this one refuses; the README lists the same. */
const STRICTER = [
  'duplicate key in an ignored field',
  'duplicate metadata key',
  'duplicate name',
  'duplicate name through an escape',
  'dtype an object',
  'shape [2^53 + 1, 0]',
  'tensor an array',
];

interface Verdicts {
  readonly accepted: readonly string[];
  readonly refused: readonly string[];
}

const verdicts = JSON.parse(
  readFileSync(new URL('fixtures/reference-verdicts.json', import.meta.url), 'utf8'),
) as Verdicts;

describe('corpus of files on the border of validity', () => {
  const broken = CORPUS.filter(({ rule }) => rule !== undefined);
  const valid = CORPUS.filter(({ rule }) => rule === undefined);

  test.each(broken)('rule $rule: $name', ({ bytes, rule }) => {
    const error = refusal(bytes);
    expect(error?.rule).toBe(rule);
    expect(error?.code).toBe(HEADER_RULES[rule ?? 1][0]);
    expect(error?.byteOffset).toBeGreaterThanOrEqual(0);
    expect(error?.byteOffset).toBeLessThanOrEqual(bytes.length);
    expect(error?.message).toMatch(
      /^model\.safetensors: not a valid safetensors file \(rule \d+: /,
    );
  });

  test.each(valid)('valid: $name', ({ bytes }) => {
    expect(refusal(bytes)).toBeUndefined();
  });

  test('every rule is broken by some file', () => {
    const rules = new Set(broken.map(({ rule }) => String(rule)));
    expect([...rules].sort()).toEqual(Object.keys(HEADER_RULES).sort());
  });

  test('the reference reader agrees but for the listed files', () => {
    expect([...verdicts.accepted, ...verdicts.refused].sort()).toEqual(
      CORPUS.map(({ name }) => name).sort(),
    );
    const accepted = new Set(verdicts.accepted);
    const stricter = broken.filter(({ name }) => accepted.has(name)).map(({ name }) => name);
    const laxer = valid.filter(({ name }) => !accepted.has(name)).map(({ name }) => name);
    expect(stricter.sort()).toEqual([...STRICTER].sort());
    expect(laxer).toEqual([]);
  });
});

function refusal(bytes: Uint8Array): SafetensorsHeaderError | undefined {
  try {
    parseHeader(bytes, { source: 'model.safetensors' });
    return undefined;
  } catch (error) {
    if (error instanceof SafetensorsHeaderError) return error;
    throw error;
  }
}
