import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';

import { rawFile } from '../test/support/raw-file.ts';
import { openSafetensors } from './buffer-reader.ts';
import { TensorAccessError, TensorNotFoundError } from './errors.ts';
import { serializeSafetensors } from './writer.ts';

const matrix = serializeSafetensors([
  ['m', { dtype: 'I32', shape: [3, 2], data: Int32Array.of(1, 2, 3, 4, 5, 6) }],
  ['half', { dtype: 'F16', shape: [2], data: Uint16Array.of(0x3c00, 0xc000) }],
  ['nibbles', { dtype: 'F4', shape: [4, 1], data: Uint8Array.of(0x21, 0x43) }],
  ['scalar', { dtype: 'BOOL', shape: [], data: Uint8Array.of(1) }],
  ['empty', { dtype: 'U8', shape: [2 ** 40, 0], data: new Uint8Array() }],
]);

describe('openSafetensors', () => {
  test('shows tensors as views on the memory it was given', () => {
    const memory = matrix.slice();
    for (const data of [memory, memory.buffer]) {
      const view = openSafetensors(data).tensorSync('m');
      expect(view).toMatchObject({ name: 'm', dtype: 'I32', shape: [3, 2] });
      expect(view.as('I32')).toEqual(Int32Array.of(1, 2, 3, 4, 5, 6));
      expect(view.as('I32').buffer).toBe(memory.buffer);
    }
  });

  test('copies where the data is not aligned', () => {
    const shifted = new Uint8Array(matrix.length + 1);
    shifted.set(matrix, 1);
    const view = openSafetensors(shifted.subarray(1)).tensorSync('m');
    expect(view.bytes.buffer).toBe(shifted.buffer);
    expect(view.data).toEqual(Int32Array.of(1, 2, 3, 4, 5, 6));
    expect(view.data.buffer).not.toBe(shifted.buffer);
  });

  test('reads every dtype of a file by the reference writer', () => {
    const file = readFileSync(new URL('../test/fixtures/dtypes.safetensors', import.meta.url));
    const reader = openSafetensors(new Uint8Array(file));
    const bytesOf = (count: number, start: number): Uint8Array =>
      Uint8Array.from({ length: count }, (_, i) => (start + i) % 251);
    // golden.py counts bytes up from 0 over the tensors in the order of its SIZES table.
    const starts = [
      ['bool tensor', 0, 6, 'BOOL'],
      ['int8 tensor', 6, 6, 'I8'],
      ['uint8 tensor', 12, 6, 'U8'],
      ['int16 tensor', 18, 12, 'I16'],
      ['uint16 tensor', 30, 12, 'U16'],
      ['int32 tensor', 42, 24, 'I32'],
      ['complex64 tensor', 66 + 24 + 48 + 48 + 12 + 12 + 24 + 48, 48, 'C64'],
    ] as const;
    for (const [name, start, length, dtype] of starts) {
      const { bytes, dtype: found } = reader.tensorSync(name);
      expect([found, bytes]).toEqual([dtype, bytesOf(length, start)]);
    }
    expect(reader.tensorSync('float4_e2m1fn_x2 tensor').shape).toEqual([2, 6]);
    expect(reader.metadata).toEqual(new Map([['format', 'pt']]));
  });

  test('finds tensors of every name, and none that are not there', async () => {
    const file = readFileSync(new URL('../test/fixtures/names.safetensors', import.meta.url));
    const reader = openSafetensors(new Uint8Array(file));
    for (const name of ['__proto__', 'constructor', '', 'a\0', '한글', '\u{1f600}']) {
      expect((await reader.tensor(name)).name).toBe(name);
    }
    for (const name of ['toString', 'hasOwnProperty', '__metadata__', 'A']) {
      expect(() => reader.tensorSync(name)).toThrow(TensorNotFoundError);
      await expect(reader.tensor(name)).rejects.toThrow(TensorNotFoundError);
    }
    expect(() => openSafetensors(matrix).tensorSync('x')).toThrow(
      'It holds "m", "half", "empty", "nibbles", "scalar".',
    );
    expect(() => reader.tensorSync('x')).toThrow(/It holds ("[^"]*", ){5}…\.$/);
    expect(() => openSafetensors(rawFile('{}')).tensorSync('a')).toThrow(
      'safetensors data: there is no tensor "a". It holds no tensors.',
    );
  });

  test('rows are views on a part of a tensor', async () => {
    const reader = openSafetensors(matrix);
    const rows = reader.rowsSync('m', 1, 3);
    expect(rows.shape).toEqual([2, 2]);
    expect([...rows.as('I32')]).toEqual([3, 4, 5, 6]);
    expect((await reader.rows('m', 3, 3)).bytes.length).toBe(0);
    expect([...reader.rowsSync('nibbles', 2, 4).bytes]).toEqual([0x43]);
    expect(reader.rowsSync('empty', 5, 2 ** 39).shape).toEqual([2 ** 39 - 5, 0]);
  });

  test.each([
    ['m', -1, 1, 'rows -1 to 1 are not within its 3 rows'],
    ['m', 2, 1, 'rows 2 to 1 are not within'],
    ['m', 0, 4, 'rows 0 to 4 are not within'],
    ['m', 0.5, 1, 'rows 0.5 to 1 are not within'],
    ['scalar', 0, 1, 'it is a scalar and has no rows'],
    ['nibbles', 1, 2, 'do not start or end on a whole byte'],
  ])('rows of %s from %d to %d are refused', async (name, begin, end, message) => {
    const reader = openSafetensors(matrix);
    expect(() => reader.rowsSync(name, begin, end)).toThrow(message);
    await expect(reader.rows(name, begin, end)).rejects.toThrow(TensorAccessError);
  });

  test('a tensor converts to float32 or says why not', () => {
    const reader = openSafetensors(matrix);
    expect(reader.tensorSync('half').toFloat32()).toEqual(Float32Array.of(1, -2));
    expect(() => reader.tensorSync('m').toFloat32()).toThrow(
      'dtype I32 does not convert to float32',
    );
    expect(() => reader.tensorSync('m').as('F32')).toThrow('it has dtype I32, not F32');
  });

  test('closing is harmless, and so is closing twice', async () => {
    const reader = openSafetensors(matrix);
    await reader.close();
    await reader[Symbol.asyncDispose]();
    expect(reader.tensorSync('scalar').data).toEqual(Uint8Array.of(1));
  });
});
