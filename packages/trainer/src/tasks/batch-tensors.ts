// Batches of typed arrays as int32 tensors, made inside the tidy of whoever calls.
import * as tf from '@tensorflow/tfjs-core';

/** A batch of token ids, row by row; the companions may be left out. */
export interface TokenBatch {
  readonly batchSize: number;
  /** Tokens of a row, padding included. */
  readonly length: number;
  /** `[batch * length]` */
  readonly inputIds: Int32Array;
  /** `[batch * length]`: 1 for tokens, 0 for padding. Default: no padding. */
  readonly attentionMask?: Int32Array;
  /** `[batch * length]`. Default 0. */
  readonly tokenTypeIds?: Int32Array;
}

/** The tensors every BERT takes, int32 `[batch, length]`. */
export interface TokenTensors {
  readonly inputIds: tf.Tensor2D;
  readonly attentionMask?: tf.Tensor2D;
  readonly tokenTypeIds?: tf.Tensor2D;
}

/** The inputs of a model; the caller's tidy disposes them. */
export function tokenTensors(batch: TokenBatch): TokenTensors {
  const { batchSize, length, inputIds, attentionMask, tokenTypeIds } = batch;
  const matrix = (values: Int32Array): tf.Tensor2D =>
    tf.tensor2d(values, [batchSize, length], 'int32');
  return {
    inputIds: matrix(inputIds),
    ...(attentionMask && { attentionMask: matrix(attentionMask) }),
    ...(tokenTypeIds && { tokenTypeIds: matrix(tokenTypeIds) }),
  };
}

/** Tokens that are not padding. */
export function countTokens({ inputIds, attentionMask }: TokenBatch): number {
  return attentionMask ? attentionMask.reduce((sum, value) => sum + value, 0) : inputIds.length;
}
