// BatchMatMul of TensorFlow.js.
import { BatchMatMul } from '@tensorflow/tfjs-core';
import type { BatchMatMulAttrs, TensorInfo } from '@tensorflow/tfjs-core';

import { isPooledType } from '../memory/pooled-type.ts';
import type { NativeBackend } from '../native-backend.ts';
import { multiplyIntegers } from './integer-matrix.ts';
import type { IntegerOperand } from './integer-matrix.ts';
import { nativeKernel } from './kernel.ts';
import { operandMatrices, productShape } from './matrix-shape.ts';
import type { ProductShape } from './matrix-shape.ts';

/** Codes of the activations that a matrix product can end with; `Activation` of kernel_table.h. */
export const ACTIVATION_CODES = { linear: 0, gelu: 1, gelu_tanh: 2, relu: 3, tanh: 4 } as const;

/** What a product ends with: a value for each column, or null, and an activation. */
interface ProductEnd {
  readonly bias: Float32Array | null;
  readonly activation: keyof typeof ACTIVATION_CODES;
}

const NO_END: ProductEnd = { bias: null, activation: 'linear' };

interface Inputs {
  readonly a: TensorInfo;
  readonly b: TensorInfo;
}

function batchMatMul(
  { a, b }: Inputs,
  attributes: BatchMatMulAttrs,
  backend: NativeBackend,
): TensorInfo {
  if (a.dtype === 'float32' && b.dtype === 'float32') {
    return multiplyFloats({ a, b }, attributes, backend, NO_END);
  }
  if (!isPooledType(a.dtype) || a.dtype !== b.dtype) {
    throw new TypeError(`matMul: there are no products of ${a.dtype} and ${b.dtype}.`);
  }
  const shape = productShape(a, b, attributes);
  const { batchShape, rows, columns } = shape;
  const product = backend.emptyTensor([...batchShape, rows, columns], a.dtype);
  const operand = (tensor: TensorInfo): IntegerOperand => ({
    values: backend.values(tensor),
    matrices: operandMatrices(tensor.shape, shape),
  });
  multiplyIntegers(shape, attributes, operand(a), operand(b), backend.values(product));
  return product;
}

/** The products of two batches of float32 matrices. */
export function multiplyFloats(
  { a, b }: Inputs,
  attributes: BatchMatMulAttrs,
  backend: NativeBackend,
  { bias, activation }: ProductEnd,
): TensorInfo {
  const { transposeA, transposeB } = attributes;
  const shape = productShape(a, b, attributes);
  const product = backend.emptyFloats([...shape.batchShape, shape.rows, shape.columns]);
  const left = broadcastBatch(backend.floats(a), a.shape, shape);
  const right = broadcastBatch(backend.floats(b), b.shape, shape);
  backend.addon.matMul(
    shape.batch,
    shape.rows,
    shape.columns,
    shape.depth,
    transposeA,
    transposeB,
    left.repeat,
    right.repeat,
    ACTIVATION_CODES[activation],
    backend.precisionCode,
    left.values,
    right.values,
    backend.floats(product),
    bias,
    null,
  );
  return product;
}

/** The matrices of a batch as the kernel takes them: one for all, one for each, or, elsewhere, copies. */
function broadcastBatch(
  values: Float32Array,
  shape: readonly number[],
  product: ProductShape,
): { values: Float32Array; repeat: boolean } {
  const own = shape.slice(0, -2).reduce((count, size) => count * size, 1);
  if (own === product.batch) return { values, repeat: false };
  if (own === 1) return { values, repeat: true };
  const size = values.length / own;
  const copies = new Float32Array(product.batch * size);
  for (const [index, source] of operandMatrices(shape, product).entries()) {
    copies.set(values.subarray(source * size, (source + 1) * size), index * size);
  }
  return { values: copies, repeat: false };
}

/** Kernels of matrix products. */
export const matrixKernels = [nativeKernel(BatchMatMul, batchMatMul)];
