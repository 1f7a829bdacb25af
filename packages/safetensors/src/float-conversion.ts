// Conversions between the half-width float formats of model weights and float32. Rounding is to nearest,
// ties to even, as IEEE 754-2019 section 4.3.1 has it and PyTorch does.

import { typedArrayView } from './dtype.ts';
import type { Dtype } from './dtype.ts';
import { decodeSmallFloats } from './small-float.ts';

/** The dtypes that {@link toFloat32} converts. */
export const FLOAT_DTYPES = [
  'F64',
  'F32',
  'BF16',
  'F16',
  'F8_E5M2',
  'F8_E4M3',
  'F8_E8M0',
  'F8_E4M3FNUZ',
  'F8_E5M2FNUZ',
] as const satisfies readonly Dtype[];

/** A dtype that {@link toFloat32} converts. */
export type FloatDtype = (typeof FLOAT_DTYPES)[number];

/** Whether {@link toFloat32} converts a dtype. */
export function isFloatDtype(dtype: Dtype): dtype is FloatDtype {
  return (FLOAT_DTYPES as readonly Dtype[]).includes(dtype);
}

/**
 * Converts the bytes of a tensor to float32. F16, BF16 and F8 are exact and keep NaN; F64 is rounded to
 * nearest even; F32 is a view on the same memory where it is aligned.
 */
export function toFloat32(dtype: FloatDtype, bytes: Uint8Array): Float32Array {
  switch (dtype) {
    case 'F32':
      return typedArrayView('F32', bytes);
    case 'F64':
      return Float32Array.from(typedArrayView('F64', bytes));
    case 'BF16':
      return decodeBfloat16(typedArrayView('BF16', bytes));
    case 'F16':
    case 'F8_E5M2':
    case 'F8_E4M3':
    case 'F8_E8M0':
    case 'F8_E4M3FNUZ':
    case 'F8_E5M2FNUZ':
      return decodeSmallFloats(dtype, typedArrayView(dtype, bytes));
  }
}

/** Converts F16 bit patterns to float32; exact. */
export function decodeFloat16(patterns: Uint16Array): Float32Array {
  return decodeSmallFloats('F16', patterns);
}

/** Converts BF16 bit patterns to float32; exact, NaN payloads included. */
export function decodeBfloat16(patterns: Uint16Array): Float32Array {
  const bits = new Uint32Array(patterns.length);
  for (let i = 0; i < patterns.length; i++) bits[i] = (patterns[i] ?? 0) << 16;
  return new Float32Array(bits.buffer);
}

/** Rounds float32 to F16 bit patterns: to nearest even, overflow to infinity, NaN stays NaN. */
export function encodeFloat16(values: Float32Array): Uint16Array {
  const bits = bitsOf(values);
  return Uint16Array.from(bits, roundToFloat16);
}

/** Rounds float32 to BF16 bit patterns: to nearest even, overflow to infinity, NaN stays NaN. */
export function encodeBfloat16(values: Float32Array): Uint16Array {
  const bits = bitsOf(values);
  const patterns = new Uint16Array(bits.length);
  for (let i = 0; i < bits.length; i++) {
    const value = bits[i] ?? 0;
    const isNaNBits = (value & 0x7fffffff) > 0x7f800000;
    // Adding just under half of the last kept bit, or half of it when that bit is odd, rounds to even.
    patterns[i] = isNaNBits
      ? (value >>> 16) | 0x40
      : (value + 0x7fff + ((value >>> 16) & 1)) >>> 16;
  }
  return patterns;
}

/** Rounds one float32, given as bits, to the bits of a float16. */
function roundToFloat16(bits: number): number {
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00 | ((magnitude >>> 13) & 0x3ff);
  // 65520, halfway between the largest float16 and the next power of two, is the first to overflow.
  if (magnitude >= 0x477ff000) return sign | 0x7c00;
  if (magnitude >= 0x38800000) {
    // Normal: move the exponent's bias from 127 to 15 and drop 13 bits, rounding to even.
    const rebiased = magnitude - ((127 - 15) << 23);
    return sign | ((rebiased + 0xfff + ((rebiased >>> 13) & 1)) >>> 13);
  }
  // Subnormal: the result counts steps of 2^-24. Below half a step it is zero.
  const exponent = magnitude >>> 23;
  if (exponent < 102) return sign;
  const significand = (magnitude & 0x7fffff) | 0x800000;
  const shift = 126 - exponent;
  const halfStep = 2 ** (shift - 1);
  const rest = significand & (2 * halfStep - 1);
  const steps = significand >>> shift;
  const roundUp = rest > halfStep || (rest === halfStep && (steps & 1) === 1);
  return sign | (roundUp ? steps + 1 : steps);
}

function bitsOf(values: Float32Array): Uint32Array {
  return new Uint32Array(values.buffer, values.byteOffset, values.length);
}
