// Frees what a model returned.
import * as tf from '@tensorflow/tfjs-core';

/** Disposes every tensor of a flat output, those in its lists included. */
export function disposeAll(output: object): void {
  for (const value of Object.values(output) as (tf.Tensor | tf.Tensor[])[]) {
    tf.dispose(value);
  }
}
