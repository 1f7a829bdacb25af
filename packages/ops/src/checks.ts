// Validation at the boundary of every op: shapes, dtypes and ranges, each failure a typed error.
import type { DataType, Tensor } from '@tensorflow/tfjs-core';

import { OpDtypeError, OpShapeError, OpValueError } from './errors.ts';

/** Throws OpDtypeError unless `tensor` has the dtype. */
export function checkDtype(op: string, argument: string, tensor: Tensor, dtype: DataType): void {
  if (tensor.dtype !== dtype) throw new OpDtypeError(op, argument, tensor.dtype, dtype);
}

/**
 * Throws OpShapeError unless the shape matches. A number in `expected` must be met exactly, a name stands
 * for any size (the message quotes both).
 */
export function checkShape(
  op: string,
  argument: string,
  tensor: Tensor,
  expected: readonly (number | string)[],
): void {
  const { shape } = tensor;
  const matches =
    shape.length === expected.length &&
    expected.every((size, axis) => typeof size === 'string' || size === shape[axis]);
  if (!matches) throw new OpShapeError(op, argument, shape, `[${expected.join(', ')}]`);
}

/** Throws OpShapeError unless `tensor` has exactly the shape of `like`. */
export function checkSameShape(
  op: string,
  argument: string,
  tensor: Tensor,
  like: Tensor,
  likeName: string,
): void {
  const same =
    tensor.shape.length === like.shape.length &&
    tensor.shape.every((size, axis) => size === like.shape[axis]);
  if (!same) {
    throw new OpShapeError(
      op,
      argument,
      tensor.shape,
      `[${like.shape.join(', ')}], the shape of ${likeName}`,
    );
  }
}

/** The size of the last axis. Throws OpShapeError for a scalar. */
export function lastAxis(op: string, argument: string, tensor: Tensor, expected: string): number {
  const size = tensor.shape.at(-1);
  if (size === undefined) throw new OpShapeError(op, argument, tensor.shape, expected);
  return size;
}

/** Throws OpValueError unless `min <= value <= max`. */
export function checkRange(
  op: string,
  argument: string,
  value: number,
  min: number,
  max: number,
): void {
  if (!(value >= min && value <= max)) {
    throw new OpValueError(op, argument, value, `a number from ${min} to ${max}`);
  }
}

/** Throws OpValueError unless `value` is finite and above zero. */
export function checkPositive(op: string, argument: string, value: number): void {
  if (!(value > 0 && Number.isFinite(value))) {
    throw new OpValueError(op, argument, value, 'a finite number above 0');
  }
}

/**
 * The elements of an int32 tensor after checking that each is in [0, limit) or equal to `ignoreIndex`.
 * A wrong id would otherwise read a neighbouring row on backends that do not check.
 */
export function checkedIndices(
  op: string,
  argument: string,
  indices: Tensor,
  limit: number,
  ignoreIndex?: number,
): Int32Array {
  const values = indices.dataSync<'int32'>();
  values.forEach((value, position) => {
    if ((value < 0 || value >= limit) && value !== ignoreIndex) {
      const allowed = ignoreIndex === undefined ? '' : ` or ${ignoreIndex}`;
      throw new OpValueError(
        op,
        `${argument} at flat position ${position}`,
        value,
        `0 to ${limit - 1}${allowed}`,
      );
    }
  });
  return values;
}
