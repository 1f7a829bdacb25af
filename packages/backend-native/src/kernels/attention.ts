// MalmoiAttention and its gradient (see @malmoi/ops, attention.ts). Probabilities are never kept: the gradient
// computes them again from two numbers for each query, and a byte for each probability where there is dropout.
import { attentionOp } from '@malmoi/ops';
import type { AttentionAttributes } from '@malmoi/ops';
import type { TensorInfo } from '@tensorflow/tfjs-core';

import type { NativeBackend } from '../native-backend.ts';
import { dropoutWords } from './dropout.ts';
import { nativeKernel } from './kernel.ts';

/** The gradient's rows of bytes are as long as a multiple of this; keptColumns of attention_kernels.h. */
const KEPT_COLUMNS = 16;

interface ForwardInputs {
  readonly query: TensorInfo;
  readonly key: TensorInfo;
  readonly value: TensorInfo;
  readonly mask?: TensorInfo;
}

interface GradientInputs extends ForwardInputs, AttentionRecord {
  readonly dy: TensorInfo;
}

/** What the gradient computes the probabilities from. */
export interface AttentionRecord {
  /** For each query the largest score and what makes its exponentials probabilities. */
  readonly rows: TensorInfo;
  /** Which probabilities dropout keeps; absent without dropout. */
  readonly kept?: TensorInfo;
}

/** The same as the op passes it. */
interface SavedInputs extends ForwardInputs {
  readonly dy: TensorInfo;
  readonly saved0: TensorInfo;
  readonly saved1?: TensorInfo;
}

/** What comes out of attention. */
interface AttentionOutput {
  readonly context: TensorInfo;
  /** Absent where no gradient is wanted. */
  readonly record?: AttentionRecord;
}

/** The context of all heads, side by side. */
export function runAttention(
  { query, key, value, mask }: ForwardInputs,
  { numHeads, dropout, recording }: AttentionAttributes & { recording: boolean },
  backend: NativeBackend,
): AttentionOutput {
  const { batch, queries, length, headSize } = attentionShape(query, key, numHeads);
  const context = backend.emptyFloats(query.shape);
  const rows = recording ? backend.emptyFloats([batch, numHeads, queries, 2]) : undefined;
  const columns = Math.ceil(length / KEPT_COLUMNS) * KEPT_COLUMNS;
  const kept =
    recording && dropout
      ? backend.emptyTensor([batch, numHeads, queries, columns], 'bool')
      : undefined;
  backend.addon.attention(
    batch,
    queries,
    length,
    numHeads,
    headSize,
    backend.precisionCode,
    dropout ? dropoutWords(dropout) : [],
    backend.floats(query),
    backend.floats(key),
    backend.floats(value),
    mask ? backend.floats(mask) : null,
    backend.floats(context),
    rows ? backend.floats(rows) : null,
    kept ? backend.bytes(kept) : null,
  );
  return { context, ...(rows && { record: { rows, ...(kept && { kept }) } }) };
}

/** The gradients of query, key and value. */
export function runAttentionGradient(
  { dy, query, key, value, mask, rows, kept }: GradientInputs,
  { numHeads, dropout }: AttentionAttributes,
  backend: NativeBackend,
): [dQuery: TensorInfo, dKey: TensorInfo, dValue: TensorInfo] {
  const { batch, queries, length, headSize } = attentionShape(query, key, numHeads);
  const dQuery = backend.emptyFloats(query.shape);
  const dKey = backend.emptyFloats(key.shape);
  const dValue = backend.emptyFloats(value.shape);
  backend.addon.attentionGradient(
    batch,
    queries,
    length,
    numHeads,
    headSize,
    backend.precisionCode,
    dropout ? dropoutWords(dropout) : [],
    backend.floats(query),
    backend.floats(key),
    backend.floats(value),
    mask ? backend.floats(mask) : null,
    backend.floats(rows),
    kept ? backend.bytes(kept) : null,
    backend.floats(dy),
    backend.floats(dQuery),
    backend.floats(dKey),
    backend.floats(dValue),
  );
  return [dQuery, dKey, dValue];
}

function attentionShape(
  { shape: [batch = 0, queries = 0, hidden = 0] }: TensorInfo,
  { shape: [, length = 0] }: TensorInfo,
  numHeads: number,
): { batch: number; queries: number; length: number; headSize: number } {
  return { batch, queries, length, headSize: hidden / numHeads };
}

/** Kernels of attention. */
export const attentionKernels = [
  nativeKernel<ForwardInputs, AttentionAttributes & { recording: boolean }>(
    attentionOp.kernelName,
    (inputs, attributes, backend) => {
      const { context, record } = runAttention(inputs, attributes, backend);
      return [context, ...(record ? [record.rows] : []), ...(record?.kept ? [record.kept] : [])];
    },
  ),
  nativeKernel<SavedInputs, AttentionAttributes>(
    attentionOp.gradKernelName,
    ({ saved0, saved1, ...inputs }, attributes, backend) =>
      runAttentionGradient(
        { ...inputs, rows: saved0, ...(saved1 && { kept: saved1 }) },
        attributes,
        backend,
      ),
  ),
];
