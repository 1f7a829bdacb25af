// Rounding to bfloat16 as the kernels do it: to nearest, ties to even. A product of two such numbers is exact in
// float32, so results on rounded factors are held to the bounds of float32.
import type { HostTensor } from './host-tensor.ts';

/** What rounding a number may change it by, relative to it: most in the middle between 1 and the next, 1 + 2^-7. */
export const BFLOAT16_ROUNDING = 2 ** -8 / (1 + 2 ** -8);

/** Numbers rounded to bfloat16. */
export function roundToBfloat16(values: ArrayLike<number>): Float32Array {
  const rounded = Float32Array.from(values);
  const bits = new Uint32Array(rounded.buffer);
  for (const [i, value] of rounded.entries()) {
    if (Number.isNaN(value)) continue;
    const word = bits[i] ?? 0;
    bits[i] = (word + 0x7fff + ((word >>> 16) & 1)) & 0xffff0000;
  }
  return rounded;
}

/** A tensor rounded to bfloat16. */
export function rounded(tensor: HostTensor): HostTensor {
  return { ...tensor, values: roundToBfloat16(tensor.values) };
}

/** The magnitudes of a tensor's elements, to sum up the terms of a product without their signs. */
export function magnitudes(tensor: HostTensor): HostTensor {
  return { ...tensor, values: Float32Array.from(tensor.values, Math.abs) };
}
