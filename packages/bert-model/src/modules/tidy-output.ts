// tf.tidy for functions that return a plain object of tensors.
import * as tf from '@tensorflow/tfjs-core';

/** Disposes every tensor `compute` made but those in its result, also if it throws. */
export function tidyOutput<T extends object>(compute: () => T): T {
  // tf.tidy walks any object; its type asks for an index signature, which interfaces do not have.
  return tf.tidy(() => compute() as unknown as tf.TensorContainerObject) as unknown as T;
}
