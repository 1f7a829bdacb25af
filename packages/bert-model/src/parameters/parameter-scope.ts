// Where a module puts its parameters: a store and a name prefix. Modules name their weights exactly
// as transformers' modeling_bert.py does, so that a checkpoint needs no renaming.
import type * as tf from '@tensorflow/tfjs-core';

import type { ParameterStore } from './parameter-store.ts';

/** A dense layer's weights, `[out, in]` and `[out]` as PyTorch stores them. */
export interface DenseWeights {
  readonly kernel: tf.Tensor2D;
  readonly bias: tf.Tensor1D;
}

/** A LayerNorm's weights, both `[size]`. */
export interface LayerNormWeights {
  readonly gamma: tf.Tensor1D;
  readonly beta: tf.Tensor1D;
}

export class ParameterScope {
  readonly store: ParameterStore;
  readonly prefix: string;

  constructor(store: ParameterStore, prefix = '') {
    this.store = store;
    this.prefix = prefix;
  }

  /** The scope one level down; dots in `name` go down several. */
  child(name: string): ParameterScope {
    return new ParameterScope(this.store, `${this.prefix}${name}.`);
  }

  /** The full name of a weight here. */
  nameOf(name: string): string {
    return `${this.prefix}${name}`;
  }

  /** `weight` [count, size] of an embedding. */
  embedding(count: number, size: number): tf.Tensor2D {
    return this.#matrix(count, size);
  }

  /** `weight` [rows, columns] that never trains; `values` become the store's. */
  fixedTable(values: Float32Array, rows: number, columns: number): tf.Tensor2D {
    const table: tf.Tensor = this.store.addBuffer(this.nameOf('weight'), values, [rows, columns]);
    return table as tf.Tensor2D;
  }

  /** `weight` [out, in] and `bias` [out]. */
  dense(inputSize: number, outputSize: number): DenseWeights {
    return { kernel: this.#matrix(outputSize, inputSize), bias: this.vector('bias', outputSize) };
  }

  /** `weight` [size], of ones, and `bias` [size]. */
  layerNorm(size: number): LayerNormWeights {
    const gamma: tf.Tensor = this.store.addParameter(this.nameOf('weight'), [size], 'ones');
    return { gamma: gamma as tf.Tensor1D, beta: this.vector('bias', size) };
  }

  /** A vector of zeros. */
  vector(name: string, size: number): tf.Tensor1D {
    const vector: tf.Tensor = this.store.addParameter(this.nameOf(name), [size], 'zeros');
    return vector as tf.Tensor1D;
  }

  /** A vector that never trains; `values` become the store's. */
  fixedVector(name: string, values: Float32Array): void {
    this.store.addBuffer(this.nameOf(name), values, [values.length]);
  }

  /**
   * On loading, takes `alias` for `name` where that is absent. Without `name` the alias is accepted
   * and ignored: it repeats a weight that is always there under its own name.
   */
  acceptAlias(alias: string, name?: string): void {
    this.store.addAlias(this.nameOf(alias), name === undefined ? undefined : this.nameOf(name));
  }

  #matrix(rows: number, columns: number): tf.Tensor2D {
    const name = this.nameOf('weight');
    const matrix: tf.Tensor = this.store.addParameter(name, [rows, columns], 'truncated_normal');
    return matrix as tf.Tensor2D;
  }
}
