// LAMB (You et al., "Large Batch Optimization for Deep Learning: Training BERT in 76 minutes", 2020,
// algorithm 2): Adam's direction, with decay added, is scaled by |weight| / |direction| of each tensor.
// Biases and LayerNorms keep Adam's length, as in Google's lamb_optimizer.py.
import { createAdamWState, disposeAdamWState } from '@malmoi/ops';
import type { AdamWState } from '@malmoi/ops';
import * as tf from '@tensorflow/tfjs-core';

import { momentsByName } from './moments.ts';
import type { Optimizer, OptimizerOptions, UpdateOptions } from './optimizer.ts';
import { decays } from './weight-decay.ts';

/** One parameter with its moments. */
interface Slot {
  readonly name: string;
  readonly parameter: tf.Variable;
  readonly expAvg: tf.Variable;
  readonly expAvgSq: tf.Variable;
}

export class LambOptimizer implements Optimizer {
  readonly name = 'lamb';
  readonly state: ReadonlyMap<string, tf.Variable>;
  readonly #slots: readonly Slot[];
  readonly #moments: AdamWState;
  readonly #options: Required<OptimizerOptions>;
  #updates = 0;

  /** @param parameters by name, in an order that stays; the optimizer updates but never disposes them. */
  constructor(parameters: ReadonlyMap<string, tf.Variable>, options: OptimizerOptions = {}) {
    this.#options = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0, ...options };
    this.#moments = createAdamWState([...parameters.values()]);
    const { expAvg, expAvgSq } = this.#moments;
    this.#slots = [...parameters].flatMap(([name, parameter], i): Slot[] => {
      const first = expAvg[i];
      const second = expAvgSq[i];
      return first && second ? [{ name, parameter, expAvg: first, expAvgSq: second }] : [];
    });
    this.state = momentsByName([...parameters.keys()], this.#moments);
  }

  get updates(): number {
    return this.#updates;
  }

  update(
    gradients: ReadonlyMap<string, tf.Tensor>,
    { learningRate, clipScale }: UpdateOptions,
  ): void {
    for (const slot of this.#slots) {
      const gradient = gradients.get(slot.name);
      if (gradient === undefined) continue;
      tf.tidy(() => {
        const clipped = clipScale === undefined ? gradient : tf.mul(gradient, clipScale);
        this.#updateOne(slot, clipped, learningRate);
      });
    }
    this.#updates++;
  }

  restore(updates: number): void {
    this.#updates = updates;
  }

  dispose(): void {
    disposeAdamWState(this.#moments);
  }

  #updateOne(slot: Slot, gradient: tf.Tensor, learningRate: number): void {
    const { beta1, beta2, epsilon, weightDecay } = this.#options;
    const { name, parameter, expAvg, expAvgSq } = slot;
    const step = this.#updates + 1;
    expAvg.assign(tf.add(tf.mul(expAvg, beta1), tf.mul(gradient, 1 - beta1)));
    expAvgSq.assign(tf.add(tf.mul(expAvgSq, beta2), tf.mul(tf.square(gradient), 1 - beta2)));
    const mean = tf.div(expAvg, 1 - beta1 ** step);
    const deviation = tf.sqrt(tf.div(expAvgSq, 1 - beta2 ** step));
    const adam = tf.div(mean, tf.add(deviation, epsilon));
    if (!decays(name)) {
      parameter.assign(tf.sub(parameter, tf.mul(adam, learningRate)));
      return;
    }
    const direction = tf.add(adam, tf.mul(parameter, weightDecay));
    const scale = tf.mul(trustRatio(parameter, direction), learningRate);
    parameter.assign(tf.sub(parameter, tf.mul(direction, scale)));
  }
}

/** |weight| / |direction|, and 1 where either is 0. */
function trustRatio(weight: tf.Tensor, direction: tf.Tensor): tf.Tensor {
  const weightNorm = tf.norm(weight);
  const directionNorm = tf.norm(direction);
  const bothPositive = tf.logicalAnd(tf.greater(weightNorm, 0), tf.greater(directionNorm, 0));
  return tf.where(bothPositive, tf.divNoNan(weightNorm, directionNorm), tf.scalar(1));
}
