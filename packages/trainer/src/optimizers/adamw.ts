// AdamW (Loshchilov and Hutter, "Decoupled Weight Decay Regularization", 2019) over named parameters; the
// arithmetic, PyTorch's, is in @malmoi/ops.
import { adamW, createAdamWState, disposeAdamWState } from '@malmoi/ops';
import type { AdamWState } from '@malmoi/ops';
import type { Tensor, Variable } from '@tensorflow/tfjs-core';

import { momentsByName } from './moments.ts';
import type { Optimizer, OptimizerOptions, UpdateOptions } from './optimizer.ts';
import { decays } from './weight-decay.ts';

export class AdamWOptimizer implements Optimizer {
  readonly name = 'adamw';
  readonly state: ReadonlyMap<string, Variable>;
  readonly #names: readonly string[];
  readonly #parameters: readonly Variable[];
  readonly #moments: AdamWState;
  readonly #options: OptimizerOptions;
  readonly #weightDecays: readonly number[];
  #updates = 0;

  /** @param parameters by name, in an order that stays; the optimizer updates but never disposes them. */
  constructor(parameters: ReadonlyMap<string, Variable>, options: OptimizerOptions = {}) {
    this.#names = [...parameters.keys()];
    this.#parameters = [...parameters.values()];
    this.#options = options;
    const { weightDecay = 0 } = options;
    this.#weightDecays = this.#names.map((name) => (decays(name) ? weightDecay : 0));
    this.#moments = createAdamWState(this.#parameters);
    this.state = momentsByName(this.#names, this.#moments);
  }

  get updates(): number {
    return this.#updates;
  }

  update(gradients: ReadonlyMap<string, Tensor>, { learningRate, clipScale }: UpdateOptions): void {
    const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = this.#options;
    const ordered = this.#names.map((name) => gradients.get(name) ?? null);
    adamW(this.#parameters, ordered, this.#moments, {
      learningRate,
      step: this.#updates + 1,
      beta1,
      beta2,
      epsilon,
      weightDecay: this.#weightDecays,
      ...(clipScale !== undefined && { clipScale }),
    });
    this.#updates++;
  }

  restore(updates: number): void {
    this.#updates = updates;
  }

  dispose(): void {
    disposeAdamWState(this.#moments);
  }
}
