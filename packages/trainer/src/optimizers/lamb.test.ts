// LAMB against its algorithm written out on plain numbers.
import { useBackend } from '@malmoi/ops';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from '@jest/globals';

import { createOptimizer } from './create-optimizer.ts';

const beta1 = 0.9;
const beta2 = 0.999;
const epsilon = 1e-6;
const weightDecay = 0.1;
const learningRate = 0.01;

beforeAll(async () => {
  await useBackend('cpu');
});

/** Algorithm 2 of the paper in double precision; without adaptation and decay for biases. */
function referenceLamb(start: number[], gradients: number[][], adapts: boolean): number[] {
  let weight = start;
  let m = start.map(() => 0);
  let v = start.map(() => 0);
  gradients.forEach((gradient, i) => {
    m = m.map((value, j) => beta1 * value + (1 - beta1) * (gradient[j] ?? 0));
    v = v.map((value, j) => beta2 * value + (1 - beta2) * (gradient[j] ?? 0) ** 2);
    const direction = weight.map((value, j) => {
      const mean = (m[j] ?? 0) / (1 - beta1 ** (i + 1));
      const deviation = Math.sqrt((v[j] ?? 0) / (1 - beta2 ** (i + 1)));
      return mean / (deviation + epsilon) + (adapts ? weightDecay * value : 0);
    });
    const ratio = adapts && norm(weight) > 0 ? norm(weight) / norm(direction) : 1;
    weight = weight.map((value, j) => value - learningRate * ratio * (direction[j] ?? 0));
  });
  return weight;
}

function norm(values: number[]): number {
  return Math.hypot(...values);
}

describe('LAMB', () => {
  test.each([
    ['dense.weight', [0.5, -1, 2], true],
    ['dense.bias', [0.5, -1, 2], false],
    ['LayerNorm.weight', [1, 1, 1], false],
    ['zero.weight', [0, 0, 0], true],
  ])('%s', (name, start, adapts) => {
    const gradients = [
      [0.1, -0.2, 0.3],
      [0.4, 0, -0.6],
      [-0.7, 0.8, 0.9],
    ];
    const before = tf.memory().numTensors;
    const parameter = tf.variable(tf.tensor1d(start), true);
    const lamb = createOptimizer('lamb', new Map([[name, parameter]]), {
      beta1,
      beta2,
      epsilon,
      weightDecay,
    });
    for (const values of gradients) {
      const gradient = tf.tensor1d(values);
      lamb.update(new Map([[name, gradient]]), { learningRate });
      gradient.dispose();
    }
    const expected = referenceLamb(start, gradients, adapts);
    const found = parameter.dataSync();
    expected.forEach((value, i) => {
      expect(found[i]).toBeCloseTo(value, 6);
    });
    expect(lamb.updates).toBe(3);
    lamb.dispose();
    parameter.dispose();
    expect(tf.memory().numTensors).toBe(before + 1); // The tensor the variable was made from.
    tf.disposeVariables();
  });

  test('a parameter without a gradient stays, its decay included', () => {
    const parameter = tf.variable(tf.tensor1d([1, 2]), true);
    const lamb = createOptimizer('lamb', new Map([['a.weight', parameter]]), { weightDecay });
    lamb.update(new Map(), { learningRate });
    expect([...parameter.dataSync()]).toEqual([1, 2]);
    lamb.dispose();
    parameter.dispose();
  });
});
