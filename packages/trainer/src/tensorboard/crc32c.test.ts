// Known answers of RFC 3720, appendix B.4, and of TensorBoard.
import { expect, test } from '@jest/globals';

import { crc32c, maskedCrc32c } from './crc32c.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

test('CRC-32C', () => {
  expect(crc32c(bytes('123456789'))).toBe(0xe3069283);
  expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
  expect(crc32c(new Uint8Array(32).fill(0xff))).toBe(0x62a8ab43);
  expect(crc32c(Uint8Array.from({ length: 32 }, (_, i) => i))).toBe(0x46dd794e);
});

test('the mask rotates by 15 and adds a constant', () => {
  // By tensorboard 2.21.0, pywrap_tensorflow.masked_crc32c.
  expect(maskedCrc32c(Uint8Array.of(0x18, 0, 0, 0, 0, 0, 0, 0))).toBe(0x224b7fa3);
  expect(maskedCrc32c(bytes('123456789'))).toBe(0xc78ab0e5);
});
