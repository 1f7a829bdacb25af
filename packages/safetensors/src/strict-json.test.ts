import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { MAX_NESTING, StrictJsonError, StrictJsonReader } from './strict-json.ts';

/** Reads a whole document into what `JSON.parse` gives. */
function parse(text: string): unknown {
  const reader = new StrictJsonReader(new TextEncoder().encode(text));
  const value = readValue(reader);
  reader.end();
  return value;
}

function readValue(reader: StrictJsonReader): unknown {
  switch (reader.peek()) {
    case 'object': {
      const entries: [string, unknown][] = [];
      reader.readObject((key) => entries.push([key, readValue(reader)]));
      return Object.fromEntries(entries);
    }
    case 'array': {
      const items: unknown[] = [];
      reader.readArray(() => items.push(readValue(reader)));
      return items;
    }
    case 'string':
      return reader.readString();
    case 'number':
      return Number(reader.readNumberToken());
    case 'boolean':
    case 'null':
      return reader.readLiteral();
  }
}

function failure(text: string): StrictJsonError | undefined {
  try {
    parse(text);
    return undefined;
  } catch (error) {
    if (error instanceof StrictJsonError) return error;
    throw error;
  }
}

describe('StrictJsonReader', () => {
  test('reads what JSON.parse reads, printed with and without white space', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), fc.constantFrom(0, 1, '\t'), (value, space) => {
        const text = JSON.stringify(value, null, space);
        expect(parse(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  test('accepts and refuses what JSON.parse accepts and refuses', () => {
    const alphabet = Array.from('{}[]",:0123456789.eE+-\\untrfals /\n\u0000é');
    const text = fc.string({ unit: fc.constantFrom(...alphabet), maxLength: 12 });
    fc.assert(
      fc.property(text, (candidate) => {
        const error = failure(candidate);
        fc.pre(error?.failure !== 'duplicate-key');
        expect(error === undefined).toBe(isPlainJson(candidate));
      }),
      { numRuns: 5000 },
    );
  });

  test('refuses a key that occurs twice, at any depth and however it is escaped', () => {
    expect(failure('{"a":{"b":1,"\\u0062":2}}')).toMatchObject({
      failure: 'duplicate-key',
      offset: 12,
      message: 'the key "b" occurs twice',
    });
    expect(failure('[{"a":1},{"a":1}]')).toBeUndefined();
  });

  test.each([
    ['["a', 3, 'it ends where a closing quote, with control characters escaped should be'],
    ['[1 2]', 3, 'it has the byte 0x32 where "]" should be'],
    ['[1,]', 3, 'it has the byte 0x5d where a JSON value should be'],
    ['[1]x', 3, 'it has the byte 0x78 where the end of the document should be'],
    ['"\\ud800\\u0041"', 1, 'it escapes half a surrogate pair'],
    ['', 0, 'it ends where a JSON value should be'],
    ['\ufeff1', 0, 'it starts with a byte order mark'],
  ])('says what is wrong and where in %j', (text, offset, message) => {
    expect(failure(text)).toMatchObject({ failure: 'syntax', offset, message });
  });

  test(`nests ${MAX_NESTING} levels and no more`, () => {
    const nested = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);
    expect(failure(nested(MAX_NESTING))).toBeUndefined();
    expect(failure(nested(MAX_NESTING + 1))?.offset).toBe(MAX_NESTING);
  });

  test('refuses to read another kind than the one that stands there', () => {
    const reader = (text: string): StrictJsonReader =>
      new StrictJsonReader(new TextEncoder().encode(text));
    expect(() => reader('1').readString()).toThrow('where a string should be');
    expect(() => reader('1').readLiteral()).toThrow('where true, false or null should be');
    expect(() => reader('"a"').readNumberToken()).toThrow('where a digit should be');
  });
});

/** Whether JSON.parse accepts a text, and no number in it overflows (which JSON.parse lets pass). */
function isPlainJson(text: string): boolean {
  try {
    return Number.isFinite(maxNumber(JSON.parse(text)));
  } catch {
    return false;
  }
}

function maxNumber(value: unknown): number {
  if (typeof value === 'number') return Math.abs(value);
  if (typeof value !== 'object' || value === null) return 0;
  return Math.max(0, ...Object.values(value).map(maxNumber));
}
