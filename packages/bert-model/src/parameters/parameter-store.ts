// The weights of one model by their Hugging Face names, as TensorFlow.js variables. Parameters train
// and are counted; buffers (fixed tables) do neither, but are saved and loaded like PyTorch's.
import * as tf from '@tensorflow/tfjs-core';

import { createRandomWords, fillTruncatedNormal } from './random-normal.ts';
import {
  StateDictError,
  type LoadReport,
  type ShapeMismatch,
  type StateDict,
  type StateTensor,
} from './state-dict.ts';

/** How a parameter begins: truncated normal for matrices, zeros and ones for bias and LayerNorm. */
export type Initializer = 'truncated_normal' | 'zeros' | 'ones';

/** How a store draws its initial values. */
export interface InitializationOptions {
  /** Seeds the random initial weights. Default 0. */
  readonly seed?: number;
  /** `zeros` leaves matrices at 0, quicker for a model that is about to be loaded. Default `random`. */
  readonly initialWeights?: 'random' | 'zeros';
}

export class ParameterStore {
  readonly #parameters = new Map<string, tf.Variable>();
  readonly #initializers = new Map<string, Initializer>();
  readonly #buffers = new Map<string, tf.Variable>();
  /** Other names under which a weight may be stored: alias → the model's own name, if it can stand in. */
  readonly #aliases = new Map<string, string | undefined>();
  readonly #standardDeviation: number;
  readonly #seed: number;
  readonly #drawsRandom: boolean;

  /** @param standardDeviation of the truncated normal; `initializerRange` of the configuration. */
  constructor(standardDeviation: number, options: InitializationOptions = {}) {
    this.#standardDeviation = standardDeviation;
    this.#seed = options.seed ?? 0;
    this.#drawsRandom = options.initialWeights !== 'zeros';
  }

  /** Adds a trainable variable with its initial value. The store disposes it. */
  addParameter(name: string, shape: readonly number[], initializer: Initializer): tf.Variable {
    const values = new Float32Array(tf.util.sizeFromShape([...shape]));
    if (this.#drawsRandom || initializer !== 'truncated_normal') {
      this.#fill(name, values, initializer, this.#seed);
    }
    const variable = createVariable(values, shape, true);
    this.#parameters.set(name, variable);
    this.#initializers.set(name, initializer);
    return variable;
  }

  /** Adds a fixed tensor; `values` become the store's. The store disposes it. */
  addBuffer(name: string, values: Float32Array, shape: readonly number[]): tf.Variable {
    const variable = createVariable(values, shape, false);
    this.#buffers.set(name, variable);
    return variable;
  }

  /** Lets `alias` stand for `name` on loading where `name` is absent; it is never unexpected. */
  addAlias(alias: string, name: string | undefined): void {
    this.#aliases.set(alias, name);
  }

  /** All parameters, frozen ones included, in the order of the model. */
  get parameters(): ReadonlyMap<string, tf.Variable> {
    return this.#parameters;
  }

  /** Parameters and buffers: what a checkpoint holds. */
  get tensors(): ReadonlyMap<string, tf.Variable> {
    return new Map([...this.#parameters, ...this.#buffers]);
  }

  /** Draws parameters anew, as a fresh model with this seed would have them. */
  initialize(names: Iterable<string>, seed: number): void {
    for (const name of names) {
      const variable = this.#parameters.get(name);
      const initializer = this.#initializers.get(name);
      if (variable === undefined || initializer === undefined) {
        throw new RangeError(`The model has no parameter called "${name}".`);
      }
      const values = new Float32Array(variable.size);
      this.#fill(name, values, initializer, seed);
      assignValues(variable, values);
    }
  }

  /** A copy of every value. */
  stateDict(): Map<string, StateTensor> {
    return new Map(
      [...this.tensors].map(([name, variable]) => [
        name,
        // On the CPU backend dataSync gives the live array, hence the copy.
        { shape: [...variable.shape], data: Float32Array.from(variable.dataSync()) },
      ]),
    );
  }

  /**
   * Copies values in by name.
   *
   * @throws StateDictError if `strict` and anything does not fit; then nothing has changed.
   */
  loadStateDict(state: StateDict, strict: boolean): LoadReport {
    const sources = this.#matchNames(state);
    const report = this.#report(state, sources);
    const fits = report.missing.length + report.unexpected.length + report.mismatched.length === 0;
    if (strict && !fits) {
      throw new StateDictError(report);
    }
    const skipped = new Set(report.mismatched.map(({ name }) => name));
    for (const [name, variable] of this.tensors) {
      const source = sources.get(name);
      if (source !== undefined && !skipped.has(name)) {
        assignValues(variable, Float32Array.from(source.data));
      }
    }
    return report;
  }

  dispose(): void {
    for (const variable of this.tensors.values()) {
      if (!variable.isDisposed) {
        variable.dispose();
      }
    }
  }

  /** The tensor to load for each of the model's names that has one. */
  #matchNames(state: StateDict): Map<string, StateTensor> {
    const sources = new Map<string, StateTensor>();
    for (const [alias, name] of this.#aliases) {
      const tensor = state.get(alias);
      if (tensor !== undefined && name !== undefined) {
        sources.set(name, tensor);
      }
    }
    for (const name of this.tensors.keys()) {
      const tensor = state.get(name);
      if (tensor !== undefined) {
        sources.set(name, tensor);
      }
    }
    return sources;
  }

  #report(state: StateDict, sources: ReadonlyMap<string, StateTensor>): LoadReport {
    const tensors = this.tensors;
    const mismatched = [...sources].flatMap(([name, { shape, data }]): ShapeMismatch[] => {
      const expected = tensors.get(name)?.shape ?? [];
      if (data.length !== tf.util.sizeFromShape([...shape])) {
        throw new RangeError(
          `${name} has ${data.length} values for the shape [${shape.join(', ')}].`,
        );
      }
      return tf.util.arraysEqual(expected, [...shape])
        ? []
        : [{ name, expected: [...expected], found: [...shape] }];
    });
    return {
      missing: [...this.#parameters.keys()].filter((name) => !sources.has(name)),
      unexpected: [...state.keys()].filter(
        (name) => !tensors.has(name) && !this.#aliases.has(name),
      ),
      mismatched,
    };
  }

  #fill(name: string, values: Float32Array, initializer: Initializer, seed: number): void {
    if (initializer === 'truncated_normal') {
      fillTruncatedNormal(values, this.#standardDeviation, createRandomWords(seed, name));
    } else {
      values.fill(initializer === 'ones' ? 1 : 0);
    }
  }
}

function createVariable(
  values: Float32Array,
  shape: readonly number[],
  trainable: boolean,
): tf.Variable {
  return tf.tidy(() => tf.variable(tf.tensor(values, [...shape], 'float32'), trainable));
}

function assignValues(variable: tf.Variable, values: Float32Array): void {
  tf.tidy(() => {
    variable.assign(tf.tensor(values, variable.shape, 'float32'));
  });
}
