// The writer's bytes against files written by the reference (test/reference/golden.py), and what it refuses.

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readFileSync } from 'node:fs';

import {
  DTYPES,
  SafetensorsWriteError,
  dtypeBits,
  openSafetensors,
  serializeSafetensors,
  streamSafetensors,
} from '../src/index.ts';
import type { Dtype, TensorToWrite } from '../src/index.ts';
import { firstDifference } from './support/first-difference.ts';

function fixture(name: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(`fixtures/${name}`, import.meta.url)));
}

/** The tensors and metadata of a file, as a writer takes them. */
function contentOf(file: Uint8Array): {
  tensors: [string, TensorToWrite][];
  options: { metadata?: ReadonlyMap<string, string> };
} {
  const reader = openSafetensors(file);
  const tensors = Array.from(reader.tensors, ([name, { dtype, shape }]) => {
    return [name, { dtype, shape, data: reader.tensorSync(name).bytes }] as [string, TensorToWrite];
  });
  return { tensors, options: reader.metadata === undefined ? {} : { metadata: reader.metadata } };
}

async function collect(parts: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const part of parts) chunks.push(part);
  return new Uint8Array(Buffer.concat(chunks));
}

describe('bytes equal to the reference writer', () => {
  const golden = [
    'empty.safetensors',
    'metadata-only.safetensors',
    'metadata-empty.safetensors',
    'dtypes.safetensors',
    'names.safetensors',
    'scalar.safetensors',
    'float-tables.safetensors',
    'sharded/model-00002-of-00004.safetensors',
  ];

  test.each(golden)('%s, whatever order the tensors are given in', async (name) => {
    const file = fixture(name);
    const { tensors, options } = contentOf(file);
    expect(firstDifference(serializeSafetensors(tensors, options), file)).toBeUndefined();
    const reversed = tensors.toReversed();
    expect(firstDifference(serializeSafetensors(reversed, options), file)).toBeUndefined();
    const streamed = await collect(streamSafetensors(reversed, options));
    expect(firstDifference(streamed, file)).toBeUndefined();
  });

  test('values and typed arrays given here', () => {
    const file = serializeSafetensors(
      new Map<string, TensorToWrite>([
        ['scalar', { dtype: 'F64', shape: [], data: new Uint8Array([0, 1, 2, 3, 4, 5, 6, 7]) }],
        ['empty', { dtype: 'I64', shape: [0, 4], data: new BigInt64Array() }],
      ]),
    );
    expect(file).toEqual(fixture('scalar.safetensors'));
  });

  test('the reference has every dtype but the two F6, which it cannot write from Python', () => {
    const written = Array.from(openSafetensors(fixture('dtypes.safetensors')).tensors.values());
    const dtypes = written.map(({ dtype }) => dtype);
    expect(dtypes).toEqual(DTYPES.toReversed().filter((dtype) => !dtype.startsWith('F6_')));
  });
});

test('several metadata entries are sorted by name: equal content gives equal bytes', () => {
  const entries: [string, string][] = [
    ['\u{1f600}', '3'],
    ['b', '1'],
    ['\uff01', '2'],
    ['a', '0'],
  ];
  const file = serializeSafetensors([], { metadata: new Map(entries) });
  expect(file).toEqual(serializeSafetensors([], { metadata: new Map(entries.toReversed()) }));
  const header = new TextDecoder().decode(file.subarray(8)).trimEnd();
  expect(header).toBe('{"__metadata__":{"a":"0","b":"1","\uff01":"2","\u{1f600}":"3"}}');
});

test('what is written reads back: any names, dtypes and shapes', () => {
  const name = fc
    .string({ unit: 'binary', maxLength: 8 })
    .filter((text) => text !== '__metadata__');
  const tensor = fc
    .tuple(
      fc.constantFrom(...DTYPES),
      fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 3 }),
      fc.integer({ min: 0, max: 255 }),
    )
    .map(([dtype, shape, fill]): TensorToWrite => {
      const whole = dtypeBits(dtype) % 8 === 0 ? shape : [...shape, 4];
      const bytes = (whole.reduce((a, b) => a * b, 1) * dtypeBits(dtype)) / 8;
      return { dtype, shape: whole, data: new Uint8Array(bytes).fill(fill) };
    });
  const file = fc.uniqueArray(fc.tuple(name, tensor), { selector: ([key]) => key, maxLength: 6 });
  fc.assert(
    fc.property(file, (tensors) => {
      const reader = openSafetensors(serializeSafetensors(tensors));
      expect(reader.tensors.size).toBe(tensors.length);
      for (const [key, { dtype, shape, data }] of tensors) {
        expect(reader.tensorSync(key)).toMatchObject({ name: key, dtype, shape, bytes: data });
      }
    }),
  );
});

describe('streaming', () => {
  const shape = [4];

  test('functions are called one at a time, in the order of the file', async () => {
    const calls: string[] = [];
    const produce = (name: string, parts: number[][]) => (): Iterable<Float32Array> => {
      calls.push(name);
      return parts.map((part) => Float32Array.from(part));
    };
    const stream = streamSafetensors([
      ['b', { dtype: 'F32', shape, data: produce('b', [[1], [2, 3], [4]]) }],
      ['a', { dtype: 'F32', shape, data: produce('a', [[], [5, 6, 7, 8]]) }],
      ['c', { dtype: 'F64', shape: [1], data: () => Promise.resolve(Float64Array.of(9)) }],
    ]);
    const chunks: Uint8Array[] = [];
    const callsBefore: number[] = [];
    for await (const chunk of stream) {
      callsBefore.push(calls.length);
      chunks.push(chunk);
    }
    expect(calls).toEqual(['a', 'b']);
    expect(callsBefore).toEqual([0, 0, 1, 2, 2, 2]);
    const reader = openSafetensors(new Uint8Array(Buffer.concat(chunks)));
    expect([...reader.tensorSync('b').as('F32')]).toEqual([1, 2, 3, 4]);
    expect([...reader.tensorSync('a').as('F32')]).toEqual([5, 6, 7, 8]);
  });

  test.each([
    ['too little', [[1], [2]], 'takes 16 bytes, the data has 8.'],
    ['too much', [[1, 2, 3, 4], [5], [6]], 'takes 16 bytes, the data has 20 or more.'],
  ])('a function that gives %s data is an error', async (_, parts, message) => {
    const data = () => parts.map((part) => Float32Array.from(part));
    const written = collect(streamSafetensors([['a', { dtype: 'F32', shape, data }]]));
    await expect(written).rejects.toThrow(message);
    await expect(written).rejects.toBeInstanceOf(SafetensorsWriteError);
  });

  test('serializeSafetensors does not take functions', () => {
    const data = () => new Float32Array(4);
    expect(() => serializeSafetensors([['a', { dtype: 'F32', shape, data }]])).toThrow(
      'Use streamSafetensors',
    );
  });
});

describe('refuses what would not be a valid file', () => {
  const good: TensorToWrite = { dtype: 'U8', shape: [1], data: Uint8Array.of(0) };
  const cases: [string, [string, TensorToWrite][]][] = [
    ['INVALID_NAME', [['__metadata__', good]]],
    ['INVALID_NAME', [['\ud800', good]]],
    ['DUPLICATE_NAME', [['a', good], ['a', good]]], // prettier-ignore
    ['UNKNOWN_DTYPE', [['a', { ...good, dtype: 'u8' as Dtype }]]],
    ['INVALID_SHAPE', [['a', { ...good, shape: [-1] }]]],
    ['INVALID_SHAPE', [['a', { ...good, shape: [1.5] }]]],
    ['INVALID_SHAPE', [['a', { ...good, shape: [-0] }]]],
    ['INVALID_SHAPE', [['a', { ...good, shape: [2 ** 53, 0] }]]],
    ['INVALID_SHAPE', [['a', { ...good, shape: [2 ** 50, 2 ** 50] }]]],
    ['INVALID_SHAPE', [['a', { ...good, shape: [2 ** 30, 2 ** 30] }]]],
    ['NOT_WHOLE_BYTES', [['a', { ...good, dtype: 'F4' }]]],
    ['DATA_MISMATCH', [['a', { ...good, shape: [2] }]]],
    ['DATA_MISMATCH', [['a', { ...good, data: new Float32Array(1), dtype: 'U32' }]]],
    ['DATA_MISMATCH', [['a', { ...good, data: new DataView(new ArrayBuffer(1)) }]]],
  ];

  test.each(cases)('%s: %j', (code, tensors) => {
    expect(() => serializeSafetensors(tensors, { source: 'out.safetensors' })).toThrow(
      expect.objectContaining({ name: 'SafetensorsWriteError', code, source: 'out.safetensors' }),
    );
  });

  test('INVALID_METADATA: half a surrogate pair', () => {
    for (const [key, value] of [
      ['a', '\ud800'],
      ['\udc00', 'a'],
    ] as const) {
      expect(() => serializeSafetensors([], { metadata: new Map([[key, value]]) })).toThrow(
        expect.objectContaining({ code: 'INVALID_METADATA' }),
      );
    }
  });

  test('HEADER_TOO_LARGE: a header that no reader would accept', () => {
    const metadata = new Map([['a', 'x'.repeat(100_000_000)]]);
    expect(() => serializeSafetensors([], { metadata })).toThrow(
      expect.objectContaining({ code: 'HEADER_TOO_LARGE' }),
    );
  });
});
