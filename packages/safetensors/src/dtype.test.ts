import { expect, test } from '@jest/globals';

import {
  DTYPES,
  assertLittleEndian,
  dtypeBits,
  dtypeRank,
  isDtype,
  typedArrayView,
} from './dtype.ts';
import { UnsupportedHostError } from './errors.ts';

test('the dtypes are the 22 of safetensors 0.8, in its order of alignment', () => {
  expect(DTYPES.map((dtype) => `${dtype} ${dtypeBits(dtype)}`)).toEqual(
    (
      'BOOL 8,F4 4,F6_E2M3 6,F6_E3M2 6,U8 8,I8 8,F8_E5M2 8,F8_E4M3 8,F8_E8M0 8,F8_E4M3FNUZ 8,' +
      'F8_E5M2FNUZ 8,I16 16,U16 16,F16 16,BF16 16,I32 32,U32 32,F32 32,C64 64,F64 64,I64 64,U64 64'
    ).split(','),
  );
  expect(DTYPES.map(dtypeRank)).toEqual(DTYPES.map((_, i) => i));
});

test('isDtype is case-sensitive and knows no names of Object.prototype', () => {
  expect(['F32', 'f32', 'constructor', '__proto__', ''].map(isDtype)).toEqual([
    true,
    false,
    false,
    false,
    false,
  ]);
});

test('typedArrayView shares aligned memory and copies the rest', () => {
  const memory = Uint8Array.from({ length: 24 }, (_, i) => i);
  const aligned = typedArrayView('F32', memory.subarray(8, 16));
  expect(aligned.buffer).toBe(memory.buffer);
  expect([aligned.byteOffset, aligned.length]).toEqual([8, 2]);

  const copied = typedArrayView('U16', memory.subarray(1, 5));
  expect(copied.buffer).not.toBe(memory.buffer);
  expect([...copied]).toEqual([0x0201, 0x0403]);
  expect(typedArrayView('I64', memory.subarray(3, 11))).toEqual(
    BigInt64Array.of(0x0a09080706050403n),
  );
});

test('a big-endian machine is refused', () => {
  expect(() => {
    assertLittleEndian(Uint8Array.of(0, 1));
  }).toThrow(UnsupportedHostError);
});
