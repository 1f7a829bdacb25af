// The element types of the safetensors format: names, widths, the order in which the writer lays them
// out, and the typed array that shows their bytes. Source: the `Dtype` enumeration of the reference
// implementation, safetensors 0.8 (22 names, in increasing order of alignment).

import { UnsupportedHostError } from './errors.ts';

/**
 * Every dtype of the format with its width in bits, in increasing order of alignment: the writer lays
 * tensors out from the last name of this table to the first.
 */
const DTYPE_BITS = {
  BOOL: 8,
  F4: 4,
  F6_E2M3: 6,
  F6_E3M2: 6,
  U8: 8,
  I8: 8,
  F8_E5M2: 8,
  F8_E4M3: 8,
  F8_E8M0: 8,
  F8_E4M3FNUZ: 8,
  F8_E5M2FNUZ: 8,
  I16: 16,
  U16: 16,
  F16: 16,
  BF16: 16,
  I32: 32,
  U32: 32,
  F32: 32,
  C64: 64,
  F64: 64,
  I64: 64,
  U64: 64,
} as const;

/** A dtype name as the header spells it; case-sensitive. */
export type Dtype = keyof typeof DTYPE_BITS;

/** All dtype names of the format, in increasing order of alignment. */
export const DTYPES: readonly Dtype[] = Object.keys(DTYPE_BITS) as Dtype[];

const DTYPE_NAMES: ReadonlySet<string> = new Set(DTYPES);

/** Whether a string is one of the format's dtype names. */
export function isDtype(name: string): name is Dtype {
  return DTYPE_NAMES.has(name);
}

/** Width of one element in bits: 4 and 6 for the packed types, 8 to 64 otherwise. */
export function dtypeBits(dtype: Dtype): number {
  return DTYPE_BITS[dtype];
}

/** Place of a dtype in the order of alignment; the writer puts the highest first. */
export function dtypeRank(dtype: Dtype): number {
  return DTYPES.indexOf(dtype);
}

/**
 * The typed array that shows a dtype's bytes. F16 and BF16 are their bit patterns (`Uint16Array`), F8,
 * F6, F4 and BOOL their bytes, and C64 is interleaved: real part, imaginary part.
 */
export interface DtypeArrays {
  BOOL: Uint8Array;
  F4: Uint8Array;
  F6_E2M3: Uint8Array;
  F6_E3M2: Uint8Array;
  U8: Uint8Array;
  I8: Int8Array;
  F8_E5M2: Uint8Array;
  F8_E4M3: Uint8Array;
  F8_E8M0: Uint8Array;
  F8_E4M3FNUZ: Uint8Array;
  F8_E5M2FNUZ: Uint8Array;
  I16: Int16Array;
  U16: Uint16Array;
  F16: Uint16Array;
  BF16: Uint16Array;
  I32: Int32Array;
  U32: Uint32Array;
  F32: Float32Array;
  C64: Float32Array;
  F64: Float64Array;
  I64: BigInt64Array;
  U64: BigUint64Array;
}

/** Any typed array that a tensor's data can be shown as. */
export type TensorArray = DtypeArrays[Dtype];

type ArrayConstructor<D extends Dtype> = new (
  buffer: ArrayBufferLike,
  byteOffset: number,
  length: number,
) => DtypeArrays[D];

const ARRAY_CONSTRUCTORS: {
  readonly [D in Dtype]: ArrayConstructor<D> & { readonly BYTES_PER_ELEMENT: number };
} = {
  BOOL: Uint8Array,
  F4: Uint8Array,
  F6_E2M3: Uint8Array,
  F6_E3M2: Uint8Array,
  U8: Uint8Array,
  I8: Int8Array,
  F8_E5M2: Uint8Array,
  F8_E4M3: Uint8Array,
  F8_E8M0: Uint8Array,
  F8_E4M3FNUZ: Uint8Array,
  F8_E5M2FNUZ: Uint8Array,
  I16: Int16Array,
  U16: Uint16Array,
  F16: Uint16Array,
  BF16: Uint16Array,
  I32: Int32Array,
  U32: Uint32Array,
  F32: Float32Array,
  C64: Float32Array,
  F64: Float64Array,
  I64: BigInt64Array,
  U64: BigUint64Array,
};

/** Whether `array` is of the class that shows `dtype`. */
export function isArrayOf(dtype: Dtype, array: ArrayBufferView): boolean {
  return array instanceof ARRAY_CONSTRUCTORS[dtype];
}

/**
 * Shows bytes as the typed array of a dtype: a view on the same memory where the address is aligned,
 * a copy where it is not (the format does not promise alignment).
 *
 * @throws {UnsupportedHostError} on a big-endian machine: the format is little-endian.
 */
export function typedArrayView<D extends Dtype>(dtype: D, bytes: Uint8Array): DtypeArrays[D] {
  assertLittleEndian();
  const constructor = ARRAY_CONSTRUCTORS[dtype];
  const width = constructor.BYTES_PER_ELEMENT;
  const aligned = bytes.byteOffset % width === 0 ? bytes : bytes.slice();
  return new constructor(aligned.buffer, aligned.byteOffset, aligned.byteLength / width);
}

/** Throws unless typed arrays keep their elements in the format's byte order. */
export function assertLittleEndian(
  probe: Uint8Array = new Uint8Array(new Uint16Array([1]).buffer),
): void {
  if (probe[0] !== 1) throw new UnsupportedHostError();
}
