// A training batch as typed arrays, and the memory it lives in, which the next batch uses again.

/** A batch. Its arrays are views into its {@link BatchBuffers}: valid until the next batch is built there. */
export interface Batch {
  readonly batchSize: number;
  /** Tokens of a row, padding included. */
  readonly length: number;
  /** `[batch * length]` */
  readonly inputIds: Int32Array;
  /** `[batch * length]`: 0 for [CLS] A [SEP], 1 for B [SEP], 0 for padding. */
  readonly tokenTypeIds: Int32Array;
  /** `[batch * length]`: 1 for tokens, 0 for padding. */
  readonly attentionMask: Int32Array;
  /** `[masked]`: the positions to predict, as `row * length + column`, ascending. */
  readonly maskedPositions: Int32Array;
  /** `[masked]`: the tokens that stood there. */
  readonly maskedLabels: Int32Array;
  /** `[batch]`: 0 IsNext, 1 NotNext, -1 where examples have one segment. */
  readonly nextSentenceLabel: Int32Array;
}

/** A batch with several sequences in a row. Attention must stay inside a sequence: equal `sequenceIds`. */
export interface PackedBatch extends Batch {
  /** `[batch * length]`: 1 for the first sequence of a row, 2 for the second, ...; 0 for padding. */
  readonly sequenceIds: Int32Array;
  /** `[batch * length]`: position in its own sequence, from 0. */
  readonly positionIds: Int32Array;
}

/** Arrays that grow to the largest batch and are then used again and again. */
export class BatchBuffers {
  private readonly arrays = new Map<string, Int32Array>();

  /** `size` elements under a name, their contents undefined. */
  take(name: string, size: number): Int32Array {
    let array = this.arrays.get(name);
    if (array === undefined || array.length < size) {
      array = new Int32Array(size);
      this.arrays.set(name, array);
    }
    return array.subarray(0, size);
  }
}
