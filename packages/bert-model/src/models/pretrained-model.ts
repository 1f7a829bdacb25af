// What every architecture is able to do with its weights: name, count, freeze, load, save, dispose.
// The class and method names are those of transformers' PreTrainedModel and PyTorch's Module.
import type * as tf from '@tensorflow/tfjs-core';

import type { BertConfig } from '../config/bert-config.ts';
import {
  createForwardContext,
  prepareInputs,
  type BertInputs,
  type ForwardContext,
  type ForwardOptions,
  type LossOptions,
  type PreparedInputs,
} from '../modules/inputs.ts';
import { tidyOutput } from '../modules/tidy-output.ts';
import { namesMatching, type NamePattern } from '../parameters/name-pattern.ts';
import { ParameterScope } from '../parameters/parameter-scope.ts';
import { ParameterStore, type InitializationOptions } from '../parameters/parameter-store.ts';
import type { LoadReport, StateDict, StateTensor } from '../parameters/state-dict.ts';
import { formatSummary, type SummaryLayer } from '../summary/format-summary.ts';
import type { ArchitectureName } from './architectures.ts';

/** Which parameters to count. */
export interface CountOptions {
  /** Leave frozen ones out. Default false. */
  readonly onlyTrainable?: boolean;
}

/** How weights are loaded. */
export interface LoadStateDictOptions {
  /** Throw unless every name and shape fits. Default true. */
  readonly strict?: boolean;
}

/** Base of all architectures. A model owns its variables until `dispose()`. */
export abstract class BertPreTrainedModel<Modules extends object = object> {
  readonly config: BertConfig;
  /** The class name transformers knows the architecture by, as in config.json's `architectures`. */
  abstract readonly architecture: ArchitectureName;
  protected readonly modules: Modules;
  readonly #store: ParameterStore;

  protected constructor(
    config: BertConfig,
    options: InitializationOptions,
    build: (scope: ParameterScope) => Modules,
  ) {
    this.config = config;
    this.#store = new ParameterStore(config.initializerRange, options);
    try {
      this.modules = build(new ParameterScope(this.#store));
    } catch (error) {
      this.#store.dispose();
      throw error;
    }
  }

  /** All parameters by their Hugging Face names, frozen ones included. Tied weights appear once. */
  namedParameters(): ReadonlyMap<string, tf.Variable> {
    return this.#store.parameters;
  }

  /** The parameters that train. */
  trainableParameters(): ReadonlyMap<string, tf.Variable> {
    return new Map([...this.#store.parameters].filter(([, { trainable }]) => trainable));
  }

  /** Parameters and fixed tables: what a checkpoint holds, without reading any of it. */
  namedTensors(): ReadonlyMap<string, tf.Variable> {
    return this.#store.tensors;
  }

  /** Number of weights; tied ones count once, fixed tables not at all. */
  numParameters({ onlyTrainable = false }: CountOptions = {}): number {
    const parameters = onlyTrainable ? this.trainableParameters() : this.namedParameters();
    return [...parameters.values()].reduce((sum, { size }) => sum + size, 0);
  }

  /**
   * Stops parameters from training: `model.freeze('bert.*')`.
   *
   * @returns how many parameters the patterns named.
   * @throws ParameterPatternError for a pattern that names none; then nothing has changed.
   */
  freeze(...patterns: NamePattern[]): number {
    return this.#setTrainable(patterns, false);
  }

  /** Undoes {@link freeze}. */
  unfreeze(...patterns: NamePattern[]): number {
    return this.#setTrainable(patterns, true);
  }

  /** Draws the named parameters anew, to the values a new model with this seed gives them. */
  initializeParameters(names: Iterable<string>, seed: number): void {
    this.#store.initialize(names, seed);
  }

  /** A copy of all weights, fixed tables included. */
  stateDict(): Map<string, StateTensor> {
    return this.#store.stateDict();
  }

  /**
   * Copies weights in by name. A tied decoder's weight and bias are accepted present or absent.
   *
   * @throws StateDictError, unless `strict` is false, if anything does not fit; then nothing changed.
   */
  loadStateDict(state: StateDict, { strict = true }: LoadStateDictOptions = {}): LoadReport {
    return this.#store.loadStateDict(state, strict);
  }

  /** The model's layers, shapes and parameter counts as a table, the way Keras prints it. */
  summary(): string {
    return formatSummary(this.architecture, this.summaryLayers(), this.#store.parameters);
  }

  /** Disposes all weights. The model cannot be used afterwards; calling it again does nothing. */
  dispose(): void {
    this.#store.dispose();
  }

  /** The lines of the summary, top to bottom; together they hold every parameter. */
  protected abstract summaryLayers(): readonly SummaryLayer[];

  /** Runs `compute` on checked inputs and disposes all it made but its result. */
  protected run<Output extends object>(
    inputs: BertInputs,
    options: ForwardOptions,
    compute: (prepared: PreparedInputs, context: ForwardContext) => Output,
  ): Output {
    return tidyOutput(() =>
      compute(prepareInputs(inputs, this.config), createForwardContext(options)),
    );
  }

  #setTrainable(patterns: readonly NamePattern[], trainable: boolean): number {
    const { parameters } = this.#store;
    const names = new Set(patterns.flatMap((pattern) => namesMatching(parameters.keys(), pattern)));
    for (const [name, variable] of parameters) {
      if (names.has(name)) {
        variable.trainable = trainable;
      }
    }
    return names.size;
  }
}

/** What a model with a loss gives for training; architectures add the parts they have. */
export interface LossOutput {
  readonly loss: tf.Scalar;
}

/** An architecture that can be trained: `Inputs` are its batch with labels. */
export interface TrainableBertModel<
  Inputs extends BertInputs = BertInputs,
> extends BertPreTrainedModel {
  /**
   * The loss of a labelled batch, at the least cost: no output that the loss does not need.
   * The caller disposes what it returns.
   */
  computeLoss(inputs: Inputs, options?: LossOptions): LossOutput;
}
