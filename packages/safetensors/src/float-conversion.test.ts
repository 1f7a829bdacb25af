// Every pattern of every 8-bit and 16-bit float, against torch 2.13 (fixtures/float-tables.safetensors)
// or against the definition.

import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';

import { firstDifference } from '../test/support/first-difference.ts';
import { openSafetensors } from './buffer-reader.ts';
import {
  decodeBfloat16,
  decodeFloat16,
  encodeBfloat16,
  encodeFloat16,
  toFloat32,
} from './float-conversion.ts';

const torch = openSafetensors(
  readFileSync(new URL('../test/fixtures/float-tables.safetensors', import.meta.url)),
);

const allWords = Uint16Array.from({ length: 65536 }, (_, pattern) => pattern);
const allBytes = Uint8Array.from({ length: 256 }, (_, pattern) => pattern);

/** The bits of float32 values, all NaN made one: torch does not promise their payloads. */
function bitsWithoutPayload(values: Float32Array): Uint32Array {
  return new Uint32Array(Float32Array.from(values, (v) => (Number.isNaN(v) ? NaN : v)).buffer);
}

function bits(values: Float32Array): Uint32Array {
  return new Uint32Array(values.buffer, values.byteOffset, values.length);
}

function float(bitPattern: number): number {
  return new Float32Array(Uint32Array.of(bitPattern).buffer)[0] ?? NaN;
}

describe('decoding', () => {
  test('every F16 is what torch says', () => {
    expect(
      firstDifference(
        bitsWithoutPayload(decodeFloat16(allWords)),
        bitsWithoutPayload(torch.tensorSync('F16').as('F32')),
      ),
    ).toBeUndefined();
  });

  test.each(['F8_E5M2', 'F8_E4M3', 'F8_E8M0', 'F8_E4M3FNUZ', 'F8_E5M2FNUZ'] as const)(
    'every %s is what torch says',
    (dtype) => {
      expect(
        firstDifference(
          bitsWithoutPayload(toFloat32(dtype, allBytes)),
          bitsWithoutPayload(torch.tensorSync(dtype).as('F32')),
        ),
      ).toBeUndefined();
    },
  );

  test('every BF16 is the upper half of its float32, NaN payloads included', () => {
    expect(
      firstDifference(
        bits(decodeBfloat16(allWords)),
        Uint32Array.from(allWords, (pattern) => pattern * 65536),
      ),
    ).toBeUndefined();
  });

  test('NaN of F16 keeps its sign and payload, and is quiet', () => {
    expect([...bits(decodeFloat16(Uint16Array.of(0x7c01, 0xfe03)))]).toEqual([
      0x7fc02000, 0xffc06000,
    ]);
  });

  test('F64 rounds to float32, F32 is a view', () => {
    expect(toFloat32('F64', new Uint8Array(Float64Array.of(0.1, 1e300).buffer))).toEqual(
      Float32Array.of(Math.fround(0.1), Infinity),
    );
    const memory = Float32Array.of(1, 2);
    expect(toFloat32('F32', new Uint8Array(memory.buffer)).buffer).toBe(memory.buffer);
  });
});

describe('encoding', () => {
  test('F16 and BF16 of samples are what torch rounds to', () => {
    const samples = torch.tensorSync('samples').as('F32');
    expect(samples.length).toBeGreaterThan(6000);
    expect(
      firstDifference(encodeFloat16(samples), torch.tensorSync('samples_to_F16').as('U16')),
    ).toBeUndefined();
    expect(
      firstDifference(encodeBfloat16(samples), torch.tensorSync('samples_to_BF16').as('U16')),
    ).toBeUndefined();
    expect(
      firstDifference(
        decodeBfloat16(encodeBfloat16(samples)),
        torch.tensorSync('samples_BF16_to_F32').as('F32'),
      ),
    ).toBeUndefined();
  });

  test.each([
    ['F16', encodeFloat16, decodeFloat16, 0x7c00],
    ['BF16', encodeBfloat16, decodeBfloat16, 0x7f80],
  ] as const)(
    '%s: every value and every midpoint rounds as defined',
    (_, encode, decode, infinity) => {
      const patterns = allWords.filter((pattern) => (pattern & 0x7fff) < infinity);
      const values = decode(patterns);
      expect(firstDifference(encode(values), patterns)).toBeUndefined();

      // Between a value and the next away from zero: below the middle down, above up, the middle to even.
      // The one after the largest is where infinity would be, had it a value.
      const steps = patterns.map((pattern) => pattern + 1);
      const largestStep = (values[infinity - 1] ?? NaN) - (values[infinity - 2] ?? NaN);
      const next = Float64Array.from(decode(steps), (value, i) =>
        Number.isFinite(value) ? value : (values[i] ?? 0) + Math.sign(values[i] ?? 0) * largestStep,
      );
      const middles = Float32Array.from(values, (value, i) => (value + (next[i] ?? 0)) / 2);
      const even = patterns.map((pattern) => pattern + (pattern & 1));
      expect(firstDifference(encode(middles), even)).toBeUndefined();
      expect(firstDifference(encode(nudged(middles, -1)), patterns)).toBeUndefined();
      expect(firstDifference(encode(nudged(middles, 1)), steps)).toBeUndefined();
    },
  );

  test('infinity, the first value that overflows, and what underflows', () => {
    const values = Float32Array.of(
      Infinity,
      -Infinity,
      65520,
      float(0x477fefff),
      2 ** -25,
      -(2 ** -26),
    );
    expect([...encodeFloat16(values)]).toEqual([0x7c00, 0xfc00, 0x7c00, 0x7bff, 0, 0x8000]);
    expect([...encodeBfloat16(Float32Array.of(Infinity, -Infinity, float(0x7f7fffff)))]).toEqual([
      0x7f80, 0xff80, 0x7f80,
    ]);
  });

  test('NaN stays NaN, with its sign, whatever its payload', () => {
    const nan = new Float32Array(
      Uint32Array.of(0x7fc00000, 0xffc00000, 0x7f800001, 0xff802000, 0x7fffffff).buffer,
    );
    expect([...encodeFloat16(nan)]).toEqual([0x7e00, 0xfe00, 0x7e00, 0xfe01, 0x7fff]);
    expect([...encodeBfloat16(nan)]).toEqual([0x7fc0, 0xffc0, 0x7fc0, 0xffc0, 0x7fff]);
  });
});

/** The float32 next to each value: away from zero (1) or towards it (-1). */
function nudged(values: Float32Array, direction: 1 | -1): Float32Array {
  return new Float32Array(Uint32Array.from(bits(values), (pattern) => pattern + direction).buffer);
}
