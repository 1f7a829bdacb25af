// A computation that goes through many kernels on several threads, to be compared with itself elsewhere.
import { dense, gelu, layerNorm, maskedLmLoss } from '@malmoi/ops';
import * as tf from '@tensorflow/tfjs-core';

import { hostTensor, toTensor } from './host-tensor.ts';

const [ROWS, WIDTH, CLASSES] = [96, 72, 150];

/**
 * The loss of a small network and its gradients, on the active backend.
 *
 * @returns the values of loss and gradients, copied.
 */
export function computeGradients(seed: number): Float32Array[] {
  return tf.tidy(() => {
    const draw = (shape: number[], offset: number): tf.Tensor =>
      tf.mul(toTensor(hostTensor(shape, { seed: seed + offset })), 0.125);
    const labels = tf.tensor1d(
      Array.from({ length: ROWS }, (_, row) => (row * 7 + seed) % CLASSES),
      'int32',
    );
    const [gamma, beta] = [tf.ones([WIDTH]), tf.zeros([WIDTH])];
    const parameters = [
      draw([ROWS, WIDTH], 0),
      draw([WIDTH, WIDTH], 1),
      draw([CLASSES, WIDTH], 2),
      draw([CLASSES], 3),
    ];
    const loss = (...[x, kernel, decoder, bias]: tf.Tensor[]): tf.Scalar => {
      const hidden = gelu(dense(required(x), required(kernel)));
      const normed = layerNorm(tf.add(hidden, required(x)), gamma, beta);
      return maskedLmLoss(normed, required(decoder), required(bias), labels);
    };
    const { value, grads } = tf.valueAndGrads(loss)(parameters);
    const total = tf.sum(tf.softmax(tf.matMul(required(grads[1]), required(parameters[1]))), 1);
    return [value, ...grads, total].map((tensor) => tensor.dataSync<'float32'>().slice());
  });
}

function required(tensor: tf.Tensor | undefined): tf.Tensor {
  if (tensor === undefined) throw new Error('a parameter is missing');
  return tensor;
}
