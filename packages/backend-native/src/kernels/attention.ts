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

interface GradientInputs extends ForwardInputs {
  readonly dy: TensorInfo;
  /** For each query the largest score and what makes its exponentials probabilities. */
  readonly saved0: TensorInfo;
  /** Which probabilities dropout keeps; absent without dropout. */
  readonly saved1?: TensorInfo;
}

function attention(
  inputs: ForwardInputs,
  { numHeads, dropout, recording }: AttentionAttributes & { recording: boolean },
  backend: NativeBackend,
): TensorInfo[] {
  const { query, key, value, mask } = inputs;
  const { batch, length, headSize } = attentionShape(query, numHeads);
  const context = backend.emptyFloats(query.shape);
  const saved: TensorInfo[] = [];
  if (recording) saved.push(backend.emptyFloats([batch, numHeads, length, 2]));
  if (recording && dropout) {
    const columns = Math.ceil(length / KEPT_COLUMNS) * KEPT_COLUMNS;
    saved.push(backend.emptyTensor([batch, numHeads, length, columns], 'bool'));
  }
  const [rows, kept] = saved;
  backend.addon.attention(
    batch,
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
    kept ? keptBytes(kept, backend) : null,
  );
  return [context, ...saved];
}

function attentionGradient(
  { dy, query, key, value, mask, saved0: rows, saved1: kept }: GradientInputs,
  { numHeads, dropout }: AttentionAttributes,
  backend: NativeBackend,
): TensorInfo[] {
  const { batch, length, headSize } = attentionShape(query, numHeads);
  const dQuery = backend.emptyFloats(query.shape);
  const dKey = backend.emptyFloats(key.shape);
  const dValue = backend.emptyFloats(value.shape);
  backend.addon.attentionGradient(
    batch,
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
    kept ? keptBytes(kept, backend) : null,
    backend.floats(dy),
    backend.floats(dQuery),
    backend.floats(dKey),
    backend.floats(dValue),
  );
  return [dQuery, dKey, dValue];
}

function attentionShape(
  { shape: [batch = 0, length = 0, hidden = 0] }: TensorInfo,
  numHeads: number,
): { batch: number; length: number; headSize: number } {
  return { batch, length, headSize: hidden / numHeads };
}

function keptBytes(kept: TensorInfo, backend: NativeBackend): Uint8Array {
  return backend.values(kept) as Uint8Array;
}

/** Kernels of attention. */
export const attentionKernels = [
  nativeKernel(attentionOp.kernelName, attention),
  nativeKernel(attentionOp.gradKernelName, attentionGradient),
];
