// The matrix product in float64, by its definition: TensorFlow.js's CPU backend rounds its partial sums to float32, and
// computes batches wrongly where both operands are broadcast.
import { magnitudes } from './bfloat16.ts';
import type { Expected } from './compare.ts';
import { type HostTensor, sizeOf } from './host-tensor.ts';

/** a * b over the last two axes, the batch axes in front of them broadcast. Rounded once, to the dtype of a. */
export function multiplyInFloat64(
  a: HostTensor,
  b: HostTensor,
  transposeA: boolean,
  transposeB: boolean,
): HostTensor {
  const batch = broadcast(a.shape.slice(0, -2), b.shape.slice(0, -2));
  const [aRows, aDepth, aRowStep, aDepthStep] = layout(a.shape, transposeA);
  const [bColumns, , bColumnStep, bDepthStep] = layout(b.shape, !transposeB);
  const shape = [...batch, aRows, bColumns];
  const values = new Float64Array(sizeOf(shape));
  const matrix = aRows * bColumns;
  for (let i = 0; i < values.length; i++) {
    const index = Math.floor(i / matrix);
    const row = Math.floor((i % matrix) / bColumns);
    const column = i % bColumns;
    const aStart = operandBatch(index, batch, a.shape) * aRows * aDepth + row * aRowStep;
    const bStart = operandBatch(index, batch, b.shape) * aDepth * bColumns + column * bColumnStep;
    let sum = 0;
    for (let k = 0; k < aDepth; k++) {
      sum +=
        (a.values[aStart + k * aDepthStep] ?? NaN) * (b.values[bStart + k * bDepthStep] ?? NaN);
    }
    values[i] = sum;
  }
  const rounded = a.dtype === 'int32' ? Int32Array.from(values) : Float32Array.from(values);
  return { shape, dtype: a.dtype, values: rounded };
}

/** The product and the scale of its errors. */
export function product(
  a: HostTensor,
  b: HostTensor,
  transposeA: boolean,
  transposeB: boolean,
): Expected & { readonly scale: ArrayLike<number> } {
  const terms = multiplyInFloat64(magnitudes(a), magnitudes(b), transposeA, transposeB);
  return { ...multiplyInFloat64(a, b, transposeA, transposeB), scale: terms.values };
}

/** A tensor of ones, to sum up the rows of another with. */
function onesColumn(size: number): HostTensor {
  return { shape: [size, 1], dtype: 'float32', values: new Float32Array(size).fill(1) };
}

/** Sums over the rows of a matrix. */
export function sumOfRows(matrix: HostTensor): Expected {
  const [rows = 0, columns = 0] = matrix.shape;
  return { ...product(matrix, onesColumn(rows), true, false), shape: [columns] };
}

/** Sizes of the free and the summed axis, and the distances between neighbours along each. */
function layout(shape: readonly number[], transposed: boolean): [number, number, number, number] {
  const [first = 0, second = 0] = shape.slice(-2);
  return transposed ? [second, first, 1, second] : [first, second, second, 1];
}

function broadcast(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const aSize = a[axis - rank + a.length] ?? 1;
    const bSize = b[axis - rank + b.length] ?? 1;
    return aSize === 1 ? bSize : aSize;
  });
}

/** Which of an operand's matrices belongs to the result's matrix `index`. */
function operandBatch(index: number, batch: readonly number[], shape: readonly number[]): number {
  const own = shape.slice(0, -2);
  let rest = index;
  let step = 1;
  let found = 0;
  for (let axis = batch.length - 1; axis >= 0; axis--) {
    const size = batch[axis] ?? 1;
    const ownSize = own[axis - batch.length + own.length] ?? 1;
    if (ownSize !== 1) found += (rest % size) * step;
    step *= ownSize;
    rest = Math.floor(rest / size);
  }
  return found;
}
