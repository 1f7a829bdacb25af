// The number formats in which weights are written, and their names in a file and in config.json.
import { encodeBfloat16, encodeFloat16 } from '@malmoi/safetensors';

import { WeightRangeError } from './errors.ts';

/** Number format of the weights in a file. */
export type WeightDtype = 'F32' | 'F16' | 'BF16';

/** The `dtype` of config.json that says the same. */
export const CONFIG_DTYPES: Readonly<Record<WeightDtype, string>> = {
  F32: 'float32',
  F16: 'float16',
  BF16: 'bfloat16',
};

/**
 * The values in the format of the file, rounded to nearest even as PyTorch does.
 *
 * @param tensor name of the weight, and `path` of the folder, for the error.
 * @throws {WeightRangeError} when a finite value is too large for the format.
 */
export function encodeWeights(
  values: Float32Array,
  dtype: WeightDtype,
  tensor: string,
  path: string,
): Float32Array | Uint16Array {
  if (dtype === 'F32') return values;
  const { encode, infinity } = dtype === 'F16' ? FLOAT16 : BFLOAT16;
  const encoded = encode(values);
  const overflow = encoded.findIndex(
    (pattern, i) => (pattern & SIGN_MASK) === infinity && Number.isFinite(values[i]),
  );
  if (overflow !== -1)
    throw new WeightRangeError(path, tensor, overflow, values[overflow] ?? NaN, dtype);
  return encoded;
}

/** Everything but the sign. */
const SIGN_MASK = 0x7fff;
const FLOAT16 = { encode: encodeFloat16, infinity: 0x7c00 };
const BFLOAT16 = { encode: encodeBfloat16, infinity: 0x7f80 };
