// tf.fused.matMul against the CPU backend.
import { describe, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';

import { expectAsOnCpu } from './against-cpu.ts';
import { describeInstructionSets } from './every-instruction-set.ts';
import { randomFloats } from './random.ts';

const ACTIVATIONS = ['linear', 'relu', 'elu', 'relu6', 'prelu', 'leakyrelu', 'sigmoid'] as const;
/** One for each column, one for all, and a matrix. */
const BIASES = [undefined, [19], [1], [1, 19], [13, 19]];

const floats = (shape: number[], seed: number): Tensor =>
  tf.tensor(randomFloats(tf.util.sizeFromShape(shape), seed), shape);

describeInstructionSets('fused matMul', () => {
  describe.each(ACTIVATIONS)('%s', (activation) => {
    test.each(BIASES.map((bias) => [bias]))('bias %j', async (bias) => {
      await expectAsOnCpu(
        () =>
          tf.fused.matMul({
            a: floats([13, 37], 1),
            b: floats([19, 37], 2),
            transposeB: true,
            activation,
            ...(bias && { bias: floats(bias, 3) }),
            ...(activation === 'prelu' && { preluActivationWeights: floats([19], 4) }),
          }),
        1e-5,
      );
    });
  });

  test('batches', async () => {
    const run = (): Tensor =>
      tf.fused.matMul({
        a: floats([3, 5, 7], 1),
        b: floats([3, 7, 4], 2),
        bias: floats([4], 3),
        activation: 'relu',
      });
    await expectAsOnCpu(run, 1e-5);
  });
});
