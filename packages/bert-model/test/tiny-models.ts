// A tiny configuration and batches for the tests that need no reference.
import * as tf from '@tensorflow/tfjs-core';

import { createBertConfig, type BertConfig, type BertConfigOptions } from '../src/index.ts';

/** Two layers of width 8 over 30 words. */
export function tinyConfig(options: BertConfigOptions = {}): BertConfig {
  return createBertConfig({
    vocabSize: 30,
    hiddenSize: 8,
    numHiddenLayers: 2,
    numAttentionHeads: 2,
    intermediateSize: 12,
    maxPositionEmbeddings: 12,
    initializerRange: 0.5,
    ...options,
  });
}

/** An int32 matrix. */
export function ids(rows: number[][]): tf.Tensor2D {
  return tf.tensor2d(rows, undefined, 'int32');
}

/** Two sequences of 6 and 4 tokens, the second padded. */
export function tinyBatch(): {
  readonly inputIds: tf.Tensor2D;
  readonly attentionMask: tf.Tensor2D;
  readonly tokenTypeIds: tf.Tensor2D;
} {
  return {
    inputIds: ids([
      [2, 7, 9, 3, 11, 3],
      [2, 8, 12, 3, 0, 0],
    ]),
    attentionMask: ids([
      [1, 1, 1, 1, 1, 1],
      [1, 1, 1, 1, 0, 0],
    ]),
    tokenTypeIds: ids([
      [0, 0, 0, 0, 1, 1],
      [0, 0, 0, 0, 0, 0],
    ]),
  };
}
