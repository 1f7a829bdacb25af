// Tensors as properties draw them: plain numbers on the JavaScript side, from which each backend under comparison makes
// its own. Values come from a seed and not from fast-check element by element: a failing example then shrinks to a
// small shape in moments, and its report can be read.
import { tensor, type Tensor } from '@tensorflow/tfjs-core';
import fc from 'fast-check';

import { randomNumbers } from '../random.ts';

/** The dtypes that kernels compute with. */
export type HostDtype = 'float32' | 'int32' | 'bool';

type Values = Float32Array | Int32Array | Uint8Array;

/** A tensor outside any backend. */
export interface HostTensor {
  readonly shape: readonly number[];
  readonly dtype: HostDtype;
  readonly values: Values;
}

/**
 * What the elements are like. `exact`: multiples of 1/8 in [-2, 2], whose products and sums of some thousand products
 * are exact in float32 (and which are exact in bfloat16), so that results can be compared bit by bit whatever the order
 * of the sums. `nonFinite`: as exact, with NaN and infinities among them. `real`: float32 in (-4, 4). `special`: as real, with NaN, infinities, zeros of both signs, tiny
 * (subnormal too) and huge numbers among them.
 */
export type Kind = 'exact' | 'nonFinite' | 'real' | 'special';

const SPECIALS = [
  NaN,
  Infinity,
  -Infinity,
  0,
  -0,
  1,
  -1,
  1e-40,
  -1e-45,
  1.1754943508222875e-38,
  3e38,
  -3e38,
  2 ** 31,
  -(2 ** 31) - 1,
  4e9,
  0.5,
  -0.5,
  1.5,
  20,
  -20,
  88.7,
  88.8,
  -87.4,
  -104,
  2.5,
];

const INT_SPECIALS = [0, 1, -1, 2 ** 31 - 1, -(2 ** 31), 7, -7];

/** Numbers in [0, 1) from a seed. */
export function randomFrom(seed: number): () => number {
  const next = randomNumbers(seed);
  return () => (next() + 1) / 2;
}

function oneOf(list: readonly number[], random: () => number): number {
  return list[Math.floor(random() * list.length)] ?? 0;
}

function drawExact(random: () => number): number {
  return Math.round(random() * 32 - 16) / 8;
}

const drawFloat: Record<Kind, (random: () => number) => number> = {
  exact: drawExact,
  nonFinite: (random) =>
    random() < 0.05 ? oneOf([NaN, Infinity, -Infinity], random) : drawExact(random),
  real: (random) => random() * 8 - 4,
  special: (random) => (random() < 0.3 ? oneOf(SPECIALS, random) : random() * 8 - 4),
};

const drawInt: Record<Kind, (random: () => number) => number> = {
  exact: (random) => Math.floor(random() * 33) - 16,
  nonFinite: (random) => Math.floor(random() * 33) - 16,
  real: (random) => Math.floor(random() * 20_001) - 10_000,
  special: (random) =>
    random() < 0.3 ? oneOf(INT_SPECIALS, random) : Math.floor(random() * 201) - 100,
};

/** Number of elements of a shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, axis) => product * axis, 1);
}

/**
 * A host tensor from a seed. Its values lie in the middle of a larger buffer, from which a kernel that assumed
 * alignment would read wrongly.
 */
export function hostTensor(
  shape: readonly number[],
  { dtype = 'float32', kind = 'real', seed = 0 }: HostTensorOptions = {},
): HostTensor {
  const size = sizeOf(shape);
  const random = randomFrom(seed);
  const offset = Math.floor(random() * 17);
  const buffer = new ArrayBuffer((offset + size + 3) * 4);
  const values = viewOf(dtype, buffer, offset, size);
  const draw = { float32: drawFloat[kind], int32: drawInt[kind], bool: drawBool }[dtype];
  for (let i = 0; i < size; i++) values[i] = draw(random);
  return { shape, dtype, values };
}

function drawBool(random: () => number): number {
  return random() < 0.5 ? 0 : 1;
}

function viewOf(dtype: HostDtype, buffer: ArrayBuffer, offset: number, size: number): Values {
  if (dtype === 'float32') return new Float32Array(buffer, offset * 4, size);
  if (dtype === 'int32') return new Int32Array(buffer, offset * 4, size);
  return new Uint8Array(buffer, offset, size);
}

/** Options of hostTensor. */
export interface HostTensorOptions {
  /** Default float32. */
  readonly dtype?: HostDtype;
  /** Default real. */
  readonly kind?: Kind;
  /** Default 0. */
  readonly seed?: number;
}

/** The tensor of the active backend. The caller owns it. */
export function toTensor({ shape, dtype, values }: HostTensor): Tensor {
  return tensor(values, [...shape], dtype);
}

/** Any seed. */
export const seeds = fc.integer({ min: 0, max: 2 ** 30 });

/** The size of an axis: mostly around multiples of the widths and tiles that kernels are cut into. */
export const axisSizes = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 9 }) },
  { weight: 3, arbitrary: fc.constantFrom(15, 16, 17, 31, 32, 33, 47, 48, 49, 63, 64, 65) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 70 }) },
);

/** As axisSizes, now and then 0. */
export const axisSizesOrEmpty = fc.oneof(
  { weight: 12, arbitrary: axisSizes },
  { weight: 1, arbitrary: fc.constant(0) },
);
