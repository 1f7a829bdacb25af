// Comparisons, logic and Select of TensorFlow.js.
import {
  Equal,
  Greater,
  GreaterEqual,
  Less,
  LessEqual,
  LogicalAnd,
  LogicalOr,
  NotEqual,
  Select,
  util,
} from '@tensorflow/tfjs-core';
import type { TensorInfo } from '@tensorflow/tfjs-core';

import { isPooledType } from '../memory/pooled-type.ts';
import type { NativeBackend } from '../native-backend.ts';
import { broadcastShapes } from './binary.ts';
import type { BinaryInputs } from './binary.ts';
import { partialKernel } from './kernel.ts';
import type { NativeKernel } from './kernel.ts';

interface SelectInputs {
  readonly condition: TensorInfo;
  readonly t: TensorInfo;
  readonly e: TensorInfo;
}

/** Codes of `CompareOp` in elementwise_kernels.h. */
const COMPARISONS = [
  { kernelName: Equal, code: 0 },
  { kernelName: NotEqual, code: 1 },
  { kernelName: Greater, code: 2 },
  { kernelName: GreaterEqual, code: 3 },
  { kernelName: Less, code: 4 },
  { kernelName: LessEqual, code: 5 },
];

/** Of bool tensors only. */
const LOGIC = [
  { kernelName: LogicalAnd, code: 6 },
  { kernelName: LogicalOr, code: 7 },
];

function compare(code: number, { a, b }: BinaryInputs, backend: NativeBackend): TensorInfo {
  const shapes = broadcastShapes({ a, b });
  const { addon } = backend;
  const result = backend.emptyTensor(shapes.out, 'bool');
  const out = backend.bytes(result);
  if (a.dtype === 'float32') {
    addon.compareFloats(code, shapes.a, shapes.b, backend.floats(a), backend.floats(b), out);
  } else if (a.dtype === 'int32') {
    addon.compareInts(code, shapes.a, shapes.b, backend.ints(a), backend.ints(b), out);
  } else {
    addon.compareBytes(code, shapes.a, shapes.b, backend.bytes(a), backend.bytes(b), out);
  }
  return result;
}

/** A condition for each element, and elements of 32 bits. */
function coversSelect({ condition, t, e }: SelectInputs): boolean {
  return (
    condition.dtype === 'bool' &&
    (t.dtype === 'float32' || t.dtype === 'int32') &&
    t.dtype === e.dtype &&
    util.arraysEqual(condition.shape, t.shape) &&
    util.arraysEqual(e.shape, t.shape)
  );
}

function select({ condition, t, e }: SelectInputs, backend: NativeBackend): TensorInfo {
  const out = backend.emptyTensor(t.shape, t.dtype === 'int32' ? 'int32' : 'float32');
  const values = backend.values(out);
  const condensed = backend.bytes(condition);
  backend.addon.select(condensed.length, condensed, backend.values(t), backend.values(e), values);
  return out;
}

/** Kernels of comparisons and logic. */
export const comparisonKernels: readonly NativeKernel[] = [
  ...COMPARISONS.map(({ kernelName, code }) =>
    partialKernel<BinaryInputs, object>(
      kernelName,
      ({ a, b }) => a.dtype === b.dtype && isPooledType(a.dtype),
      (inputs, _attributes, backend) => compare(code, inputs, backend),
    ),
  ),
  ...LOGIC.map(({ kernelName, code }) =>
    partialKernel<BinaryInputs, object>(
      kernelName,
      ({ a, b }) => a.dtype === 'bool' && b.dtype === 'bool',
      (inputs, _attributes, backend) => compare(code, inputs, backend),
    ),
  ),
  partialKernel<SelectInputs, object>(Select, coversSelect, (inputs, _attributes, backend) =>
    select(inputs, backend),
  ),
];
