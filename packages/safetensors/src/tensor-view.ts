// One tensor read from a file: what the header says of it, and its bytes as a typed array.

import type { Dtype, DtypeArrays, TensorArray } from './dtype.ts';
import { typedArrayView } from './dtype.ts';
import { TensorAccessError } from './errors.ts';
import { FLOAT_DTYPES, isFloatDtype, toFloat32 } from './float-conversion.ts';

/** A tensor's name, dtype, shape and bytes. */
export class TensorView {
  readonly name: string;
  readonly dtype: Dtype;
  /** Sizes of the axes, outermost first; the last axis varies fastest. */
  readonly shape: readonly number[];
  /** The data as it stands in the file (little-endian). */
  readonly bytes: Uint8Array;
  readonly #source: string;

  constructor(
    tensor: { readonly name: string; readonly dtype: Dtype; readonly shape: readonly number[] },
    bytes: Uint8Array,
    source: string,
  ) {
    this.name = tensor.name;
    this.dtype = tensor.dtype;
    this.shape = tensor.shape;
    this.bytes = bytes;
    this.#source = source;
  }

  /**
   * The data as the dtype's typed array: on the memory of `bytes` where that is aligned, else a copy.
   * F16 and BF16 show bit patterns; use {@link TensorView.toFloat32} for their values.
   */
  get data(): TensorArray {
    return typedArrayView(this.dtype, this.bytes);
  }

  /**
   * The data as the typed array of a dtype that the caller expects.
   *
   * @throws {TensorAccessError} when the tensor has another dtype.
   */
  as<D extends Dtype>(dtype: D): DtypeArrays[D] {
    if (this.dtype !== dtype) {
      throw new TensorAccessError(
        this.#source,
        this.name,
        `it has dtype ${this.dtype}, not ${dtype}. Read it with .data, or convert it with .toFloat32().`,
      );
    }
    return typedArrayView(dtype, this.bytes);
  }

  /**
   * The values as float32. F16, BF16 and F8 convert exactly, F64 rounds to nearest even; an aligned F32
   * tensor is not copied.
   *
   * @throws {TensorAccessError} for integers, BOOL, C64 and the packed F4 and F6.
   */
  toFloat32(): Float32Array {
    if (!isFloatDtype(this.dtype)) {
      throw new TensorAccessError(
        this.#source,
        this.name,
        `dtype ${this.dtype} does not convert to float32 (${FLOAT_DTYPES.join(', ')} do). ` +
          'Read it with .data.',
      );
    }
    return toFloat32(this.dtype, this.bytes);
  }
}
