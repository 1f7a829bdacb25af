// What every optimizer does: one update in place, and a state of named tensors for the checkpoint.
import type { Scalar, Tensor, Variable } from '@tensorflow/tfjs-core';

/** The optimizers by the names that `--optim` takes. */
export const optimizerNames = ['adamw', 'lamb'] as const;

/** Name of an optimizer. */
export type OptimizerName = (typeof optimizerNames)[number];

/** What both optimizers are set by. */
export interface OptimizerOptions {
  /** Default 0.9. */
  readonly beta1?: number;
  /** Default 0.999. */
  readonly beta2?: number;
  /** Default 1e-8. */
  readonly epsilon?: number;
  /** Decoupled decay of the weights that decay (see `decays`). Default 0. */
  readonly weightDecay?: number;
}

/** What an update depends on, besides the gradients. */
export interface UpdateOptions {
  readonly learningRate: number;
  /** What gradients are multiplied by first. Default 1. */
  readonly clipScale?: Scalar;
}

/** An optimizer of a fixed set of parameters. It owns its state until `dispose()`. */
export interface Optimizer {
  readonly name: OptimizerName;
  /** Updates made so far; it sets the bias correction. */
  readonly updates: number;
  /** The state by name: `exp_avg/<parameter>`, `exp_avg_sq/<parameter>`. The optimizer's to dispose. */
  readonly state: ReadonlyMap<string, Variable>;
  /**
   * One update of the parameters, in place. A parameter without a gradient is left alone, its decay
   * included. Gradients stay the caller's.
   */
  update(gradients: ReadonlyMap<string, Tensor>, options: UpdateOptions): void;
  /** Sets the number of updates made, after `state` was filled from a checkpoint. */
  restore(updates: number): void;
  /** Disposes the state. */
  dispose(): void;
}
