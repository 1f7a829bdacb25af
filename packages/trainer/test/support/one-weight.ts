// The smallest model that can be trained: one weight, drawn towards the numbers of the data.
import * as tf from '@tensorflow/tfjs-core';

import { ArrayData, type TrainingTask } from '../../src/index.ts';

/** Loss: mean squared distance of the weight from the batch's numbers. */
export function oneWeightTask(weight: tf.Variable): TrainingTask<readonly number[]> {
  const parameters = new Map([['weight', weight]]);
  const loss = (batch: readonly number[]): tf.Scalar =>
    tf.mean(tf.square(tf.sub(weight, tf.tensor1d([...batch]))));
  return {
    model: { namedParameters: () => parameters, trainableParameters: () => parameters },
    countItems: (batch) => ({ distance: batch.length }),
    countTokens: (batch) => batch.length,
    countExamples: (batch) => batch.length,
    computeLoss: (batch) => ({ distance: { loss: loss(batch) } }),
    startEvaluation: () => {
      let sum = 0;
      let count = 0;
      return {
        add: async (batch) => {
          const value = tf.tidy(() => loss(batch));
          sum += ((await value.data())[0] ?? NaN) * batch.length;
          value.dispose();
          count += batch.length;
        },
        result: () => ({ loss: sum / count }),
      };
    },
  };
}

/** A weight that begins at 0. The caller disposes it. */
export function oneWeight(): tf.Variable {
  return tf.tidy(() => tf.variable(tf.scalar(0)));
}

/** Numbers, two in a batch, in their order. */
export function numbersData(numbers: readonly number[]): ArrayData<number, readonly number[]> {
  return new ArrayData(numbers, (batch) => batch, { batchSize: 2, shuffle: false });
}
