// Every registered gradient against central differences, and none that replaces one already there.
import { beforeAll, describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';

import { expectClose } from '../../test/expectations.ts';
import { useBackend } from '../index.ts';
import { elementwiseGradients } from './elementwise.ts';
import { reductionGradients } from './reductions.ts';
import { shapeGradients } from './shapes.ts';

type Call = (a: Tensor, b: Tensor) => Tensor;

const A = [0.3, -1.2, 2.1, 0.7, -0.4, 1.6];
const B = [1.1, 0.6, -0.9, -1.7, 0.8, 1.3];
const indices = (values: number[]): Tensor => tf.tensor(values, [values.length], 'int32');
const positive = (a: Tensor): Tensor => tf.add(tf.square(a), 0.5);

/** A function of two [2, 3] tensors for each kernel, away from its kinks. */
const functions: Record<string, Call[]> = {
  Abs: [(a) => tf.abs(a)],
  Add: [(a, b) => tf.add(a, b), (a, b) => tf.add(a, tf.slice(b, [0, 0], [1, 3]))],
  AddN: [(a, b) => tf.addN([a, b, a])],
  BatchMatMul: [
    (a, b) => tf.matMul(a, b, false, true),
    (a, b) => tf.matMul(a, b, true, false),
    (a, b) => tf.matMul(a, tf.reshape(b, [3, 2])),
    (a, b) => tf.matMul(a, tf.reshape(b, [3, 2]), true, true),
    (a, b) => tf.matMul(tf.reshape(a, [1, 2, 3]), tf.reshape(b, [2, 3, 1])),
  ],
  Cast: [(a) => tf.cast(a, 'float32')],
  ClipByValue: [(a) => tf.clipByValue(a, -1, 1)],
  Concat: [(a, b) => tf.concat([a, b, a], 1), (a, b) => tf.concat([a, b], 0)],
  Equal: [(a, b) => tf.where(tf.equal(a, b), a, b)],
  NotEqual: [(a, b) => tf.where(tf.notEqual(a, b), a, b)],
  Greater: [(a, b) => tf.where(tf.greater(a, b), a, b)],
  GreaterEqual: [(a, b) => tf.where(tf.greaterEqual(a, b), a, b)],
  Less: [(a, b) => tf.where(tf.less(a, b), a, b)],
  LessEqual: [(a, b) => tf.where(tf.lessEqual(a, b), a, b)],
  Erf: [(a) => tf.erf(a)],
  Exp: [(a) => tf.exp(a)],
  ExpandDims: [(a) => tf.expandDims(a, 1)],
  GatherV2: [
    (a) => tf.gather(a, indices([1, 0, 1]), 0),
    (a) => tf.gather(a, indices([2, 2, 0]), 1),
    (a) => tf.gather(tf.reshape(a, [1, 3, 2]), indices([2, 0]), -2),
  ],
  Identity: [(a) => tf.clone(a)],
  LeakyRelu: [(a) => tf.leakyRelu(a, 0.1)],
  Log: [(a) => tf.log(positive(a))],
  Log1p: [(a) => tf.log1p(positive(a))],
  LogSoftmax: [(a) => tf.logSoftmax(a)],
  Max: [(a) => tf.max(a, 1), (a) => tf.max(a), (a) => tf.max(a, 0, true)],
  Maximum: [(a, b) => tf.maximum(a, b)],
  Mean: [(a) => tf.mean(a, -1), (a) => tf.mean(a), (a) => tf.mean(a, [0, 1], true)],
  Min: [(a) => tf.min(a, 0)],
  Minimum: [(a, b) => tf.minimum(a, b)],
  Multiply: [(a, b) => tf.mul(a, b), (a, b) => tf.mul(a, tf.slice(b, [0, 1], [2, 1]))],
  Neg: [(a) => tf.neg(a)],
  Pack: [(a, b) => tf.stack([a, b], 1)],
  PadV2: [
    (a) =>
      tf.pad(a, [
        [1, 0],
        [0, 2],
      ]),
  ],
  RealDiv: [(a, b) => tf.div(a, b), (a, b) => tf.div(tf.slice(a, [0, 0], [1, 3]), b)],
  Relu: [(a) => tf.relu(a)],
  Relu6: [(a) => tf.relu6(tf.mul(a, 4))],
  Reshape: [(a) => tf.reshape(a, [6])],
  Rsqrt: [(a) => tf.rsqrt(positive(a))],
  Select: [
    (a, b) => tf.where(tf.greater(a, 0), a, b),
    (a, b) => tf.where(tf.cast(indices([1, 0, 1]), 'bool'), a, b),
  ],
  Sigmoid: [(a) => tf.sigmoid(a)],
  Slice: [(a) => tf.slice(a, [0, 1], [2, 2]), (a) => tf.slice(a, 1)],
  Softmax: [(a) => tf.softmax(a)],
  Softplus: [(a) => tf.softplus(a)],
  SplitV: [
    (a) => (tf.split(a, [1, 2], 1) as [Tensor, Tensor])[1],
    (a) => tf.add(...(tf.split(a, 2, 0) as [Tensor, Tensor])),
  ],
  Sqrt: [(a) => tf.sqrt(positive(a))],
  Square: [(a) => tf.square(a)],
  SquaredDifference: [(a, b) => tf.squaredDifference(a, b)],
  Sub: [(a, b) => tf.sub(a, b), (a, b) => tf.sub(tf.slice(a, [1, 1], [1, 1]), b)],
  Sum: [(a) => tf.sum(a, 0), (a) => tf.sum(a), (a) => tf.sum(a, -1, true)],
  Tanh: [(a) => tf.tanh(a)],
  Tile: [(a) => tf.tile(a, [2, 3]), (a) => tf.tile(a, [1, 1])],
  Transpose: [(a) => tf.transpose(tf.reshape(a, [1, 2, 3]), [2, 0, 1])],
  Unpack: [
    (a, b) =>
      tf.mul((tf.unstack(a) as [Tensor, Tensor])[0], (tf.unstack(b) as [Tensor, Tensor])[1]),
  ],
  ZerosLike: [(a) => tf.add(tf.zerosLike(a), a)],
};

/** sum(f(a, b) * weights), the weights being different for each element. */
function weighted(call: Call): Call {
  return (a, b) => {
    const y = call(a, b);
    const weights = tf.reshape(tf.sin(tf.add(tf.range(0, y.size), 1)), y.shape);
    // b takes part with weight 0, so that there always is a gradient to compare.
    return tf.add(tf.sum(tf.mul(y, weights)), tf.sum(tf.mul(tf.add(a, b), 1e-9)));
  };
}

function centralDifferences(call: Call): number[] {
  const step = 1e-2;
  const value = (values: number[]): number =>
    tf.tidy(
      () =>
        call(
          tf.tensor(values.slice(0, 6), [2, 3]),
          tf.tensor(values.slice(6), [2, 3]),
        ).dataSync()[0] ?? NaN,
    );
  const all = [...A, ...B];
  return all.map((_, i) => {
    const moved = (by: number): number =>
      value(all.map((element, j) => (j === i ? element + by : element)));
    return (moved(step) - moved(-step)) / (2 * step);
  });
}

describe('gradients of tfjs kernels', () => {
  beforeAll(() => useBackend('cpu'));

  const configs = [...elementwiseGradients, ...reductionGradients, ...shapeGradients];

  test.each(configs.map(({ kernelName }) => [kernelName]))('%s', (kernelName) => {
    const calls = functions[kernelName] ?? [];
    expect(calls.length).toBeGreaterThan(0);
    tf.tidy(() => {
      for (const call of calls.map(weighted)) {
        const inputs = [tf.tensor(A, [2, 3]), tf.tensor(B, [2, 3])];
        const gradients = tf
          .grads(call)(inputs)
          .flatMap((gradient) => [...gradient.dataSync()]);
        expectClose(gradients, centralDifferences(call), { absolute: 2e-3, relative: 2e-3 });
      }
    });
  });

  test('one that is registered already stays', () => {
    for (const config of configs) expect(tf.getGradient(config.kernelName)).toBe(config);
  });

  test('gather with batchDims says that it has none', () => {
    tf.tidy(() => {
      const x = tf.tensor(A, [2, 3]);
      const run = (a: Tensor): Tensor => tf.gather(a, tf.tensor([[0], [1]], [2, 1], 'int32'), 1, 1);
      expect(() => tf.grad(run)(x)).toThrow(/batchDims/);
    });
  });
});
