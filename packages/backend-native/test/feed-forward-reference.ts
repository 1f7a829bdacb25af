// The feed-forward network of an encoder layer and its gradients in float64, with a bound for each element: what the
// kernels round on the way to it, followed through both products.
import type { FusedActivation } from '@malmoi/ops';

import type { Precision } from '../src/index.ts';
import { FLOAT32_SUM } from './instruction-sets.ts';
import { ACTIVATIONS } from './support/activation-reference.ts';
import { BFLOAT16_ROUNDING, magnitudes, rounded } from './support/bfloat16.ts';
import type { Expected, Tolerance } from './support/compare.ts';
import { hostTensor, type HostTensor } from './support/host-tensor.ts';
import { multiplyInFloat64, product, sumOfRows } from './support/matrix-reference.ts';

/** The size of a network: each of `rows` is widened from `width` to `inner`, and narrowed again. */
export interface FeedForwardSize {
  readonly rows: number;
  readonly width: number;
  readonly inner: number;
}

/** The last is what the gradient of x is added to. */
export type FeedForwardInputs = readonly [
  x: HostTensor,
  wideningKernel: HostTensor,
  wideningBias: HostTensor,
  narrowingKernel: HostTensor,
  narrowingBias: HostTensor,
  dy: HostTensor,
  sum: HostTensor,
];

/** For results of feedForwardReference, whose `scale` is a bound; the rest is the rounding of the result itself. */
export const BOUND: Tolerance = { absolute: FLOAT32_SUM, relative: FLOAT32_SUM, ofScale: 1 };

/** No activation is steeper, and no derivative of one. */
const STEEPEST = 1.2;

/** What an activation's value and its slope may be off by in float32. */
const FUNCTION_ERROR = 1e-6;

/** Slopes are kept as multiples of 2^-14. */
const KEPT_SLOPE_ERROR = 2 ** -15;

/** Random inputs. Those of ReLU have exact sums, since no rounding may move one across its corner. */
export function feedForwardInputs(
  { rows, width, inner }: FeedForwardSize,
  activation: FusedActivation,
  seed: number,
): FeedForwardInputs {
  const kind = activation === 'relu' ? 'exact' : 'real';
  // Not larger, else most sums would be far out, where activations are straight.
  const draw = (part: number, shape: number[]): HostTensor =>
    mapped(hostTensor(shape, { kind, seed: seed + part }), (each) => each / 4);
  return [
    draw(0, [rows, width]),
    draw(1, [inner, width]),
    draw(2, [inner]),
    draw(3, [width, inner]),
    draw(4, [width]),
    draw(5, [rows, width]),
    draw(6, [rows, width]),
  ];
}

/** y, and the gradients of x, of the widening kernel and bias and of the narrowing kernel and bias. */
export function feedForwardReference(
  [x, wideningKernel, wideningBias, narrowingKernel, narrowingBias, dy, sum]: FeedForwardInputs,
  activation: FusedActivation,
  precision: Precision,
): Expected[] {
  const isFloat32 = precision === 'float32';
  const factor = (tensor: HostTensor): HostTensor => (isFloat32 ? tensor : rounded(tensor));
  const [left, widening, narrowing] = [x, wideningKernel, narrowingKernel].map(factor) as Three;
  const rounding = isFloat32 ? 0 : BFLOAT16_ROUNDING;
  const slopeError = FUNCTION_ERROR + (isFloat32 ? 0 : KEPT_SLOPE_ERROR);
  const { value, slope } = ACTIVATIONS[activation];

  const z = product(left, widening, false, true);
  const sums = plus(z, wideningBias);
  const functionError = (i: number): number => STEEPEST * FLOAT32_SUM * at(z.scale, i);
  const widened = inexact(
    mapped(sums, value),
    (size, i) => rounding * size + functionError(i) + FUNCTION_ERROR,
  );
  const dWidened = product(factor(dy), narrowing, false, false);
  const dSums = mapped(dWidened, (each, i) => each * slope(at(sums.values, i)));
  const dSumError = (i: number): number =>
    Math.abs(at(dWidened.values, i)) * (slopeError + functionError(i)) +
    STEEPEST * FLOAT32_SUM * at(dWidened.scale, i);
  const roundedDSums = inexact(dSums, (size, i) => rounding * size + dSumError(i));
  return [
    plus(bounded(widened, exact(narrowing), false, true), narrowingBias),
    plus(bounded(roundedDSums, exact(widening), false, false), sum),
    bounded(roundedDSums, exact(left), true, false),
    // Summed up before they are rounded.
    boundedSums(inexact(dSums, (_, i) => dSumError(i))),
    bounded(exact(factor(dy)), widened, true, false),
    boundedSums(inexact(dy, () => 0)),
  ];
}

type Three = [HostTensor, HostTensor, HostTensor];

/** What is multiplied, and a bound of each element's part in the error of a product with it. */
interface Factor {
  readonly tensor: HostTensor;
  readonly error: HostTensor;
}

/** `error` gets the magnitude of an element and its place; that of the sum comes on top. */
function inexact(tensor: HostTensor, error: (size: number, i: number) => number): Factor {
  const size = magnitudes(tensor);
  return { tensor, error: mapped(size, (each, i) => FLOAT32_SUM * each + error(each, i)) };
}

/** The factor beside an inexact one. */
function exact(tensor: HostTensor): Factor {
  return { tensor, error: magnitudes(tensor) };
}

function bounded(a: Factor, b: Factor, transposeA: boolean, transposeB: boolean): Expected {
  const { values: scale } = multiplyInFloat64(a.error, b.error, transposeA, transposeB);
  return { ...multiplyInFloat64(a.tensor, b.tensor, transposeA, transposeB), scale };
}

function boundedSums({ tensor, error }: Factor): Expected {
  return { ...sumOfRows(tensor), scale: sumOfRows(error).values };
}

/** With a matrix added to it, or a row to each row. */
function plus<Result extends HostTensor>(result: Result, { values }: HostTensor): Result {
  return { ...result, ...mapped(result, (each, i) => each + at(values, i % values.length)) };
}

function mapped(
  { shape, dtype, values }: HostTensor,
  change: (each: number, i: number) => number,
): HostTensor {
  return { shape, dtype, values: Float32Array.from(values, change) };
}

function at(values: ArrayLike<number>, i: number): number {
  return values[i] ?? NaN;
}
