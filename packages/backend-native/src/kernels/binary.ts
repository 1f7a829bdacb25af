// Arithmetic of two tensors with broadcasting, and sums of several, of TensorFlow.js. int32 follows the CPU backend:
// products are rounded to float64 and everything wraps around.
import {
  Add,
  AddN,
  broadcast_util,
  Maximum,
  Minimum,
  Multiply,
  RealDiv,
  SquaredDifference,
  Sub,
  util,
} from '@tensorflow/tfjs-core';
import type { TensorInfo } from '@tensorflow/tfjs-core';

import type { NativeBackend } from '../native-backend.ts';
import { partialKernel } from './kernel.ts';
import type { NativeKernel } from './kernel.ts';

/** Inputs of a kernel of two tensors. */
export interface BinaryInputs {
  readonly a: TensorInfo;
  readonly b: TensorInfo;
}

/** How the addon is told of two tensors that are combined: their shapes, and that of the result. */
export interface BroadcastShapes {
  readonly a: readonly number[];
  readonly b: readonly number[];
  readonly out: readonly number[];
}

/** @throws Error of TensorFlow.js where the shapes do not go together. */
export function broadcastShapes({ a, b }: BinaryInputs): BroadcastShapes {
  if (util.arraysEqual(a.shape, b.shape)) {
    const size = [util.sizeFromShape(a.shape)];
    return { a: size, b: size, out: a.shape };
  }
  const out = broadcast_util.assertAndGetBroadcastShape(a.shape, b.shape);
  return { a: a.shape, b: b.shape, out };
}

/** Codes of `BinaryOp` in elementwise_kernels.h, and whether int32 is covered. */
const OPS = [
  { kernelName: Add, code: 0, ints: true },
  { kernelName: Sub, code: 1, ints: true },
  { kernelName: Multiply, code: 2, ints: true },
  { kernelName: Maximum, code: 3, ints: true },
  { kernelName: Minimum, code: 4, ints: true },
  { kernelName: SquaredDifference, code: 5, ints: false },
  { kernelName: RealDiv, code: 6, ints: false },
];

function arithmetic(code: number, { a, b }: BinaryInputs, backend: NativeBackend): TensorInfo {
  const shapes = broadcastShapes({ a, b });
  const { addon } = backend;
  if (a.dtype === 'int32') {
    const out = backend.emptyTensor(shapes.out, 'int32');
    addon.binaryInts(code, shapes.a, shapes.b, backend.ints(a), backend.ints(b), backend.ints(out));
    return out;
  }
  const out = backend.emptyFloats(shapes.out);
  addon.binaryFloats(
    code,
    shapes.a,
    shapes.b,
    backend.floats(a),
    backend.floats(b),
    backend.floats(out),
  );
  return out;
}

function addN(inputs: readonly TensorInfo[], backend: NativeBackend): TensorInfo {
  const out = backend.emptyFloats(inputs[0]?.shape ?? []);
  const values = backend.floats(out);
  backend.addon.addAll(
    values.length,
    inputs.map((input) => backend.floats(input)),
    values,
  );
  return out;
}

/** Kernels of element-wise arithmetic. */
export const binaryKernels: readonly NativeKernel[] = [
  ...OPS.map(({ kernelName, code, ints }) =>
    partialKernel<BinaryInputs, object>(
      kernelName,
      ({ a, b }) => a.dtype === b.dtype && (a.dtype === 'float32' || (ints && a.dtype === 'int32')),
      (inputs, _attributes, backend) => arithmetic(code, inputs, backend),
    ),
  ),
  partialKernel<TensorInfo[], object>(
    AddN,
    (inputs) => inputs.every(({ dtype }) => dtype === 'float32'),
    (inputs, _attributes, backend) => addN(inputs, backend),
  ),
];
