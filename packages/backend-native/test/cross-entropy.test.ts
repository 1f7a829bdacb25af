// MalmoiCrossEntropy and its gradient against float64, for rows shorter and longer than a task.
import { expect, test } from '@jest/globals';
import { crossEntropy, crossEntropyWithAccuracy } from '@malmoi/ops';
import { grad, tensor, tidy } from '@tensorflow/tfjs-core';

import { expectSameBits } from './bits.ts';
import { IGNORED, lossReference } from './cross-entropy-reference.ts';
import { describeKernelSets, FLOAT32_ONLY } from './instruction-sets.ts';
import { randomFloats, randomNumbers } from './random.ts';
import { relativeError } from './relative-error.ts';

interface Case {
  readonly logits: Float32Array;
  readonly labels: Int32Array;
  readonly weights: Float32Array;
  readonly shape: readonly [number, number];
}

describeKernelSets('crossEntropy', FLOAT32_ONLY, ({ instructionSet }) => {
  test.each([
    [1, 1],
    [7, 2],
    [33, 17],
    [3, 20_001],
  ])('%i rows of %i classes', (count, classes) => {
    const inputs = randomCase(count, classes);
    const identity = new Float32Array(classes).fill(1);
    // Row by row, a hidden state of 1 and a kernel that is the row.
    const references = Array.from({ length: count }, (_, row) =>
      lossReference({
        count: 1,
        width: 1,
        classes,
        hidden: Float32Array.of(0),
        kernel: identity,
        bias: inputs.logits.subarray(row * classes, (row + 1) * classes),
        labels: inputs.labels.subarray(row, row + 1),
        weights: inputs.weights.subarray(row, row + 1),
      }),
    );
    const { values, gradient } = run(inputs);
    const total = (of: 'loss' | 'weight' | 'correct'): number =>
      references.reduce((sum, reference) => sum + reference[of], 0);
    expect(relativeError(values, [total('loss'), total('weight'), total('correct')])).toBeLessThan(
      1e-6,
    );
    const expected = references.flatMap(({ dLogits }) => [...dLogits]);
    expect(relativeError(gradient, expected)).toBeLessThan(1e-6);
  });

  test('logits of 1e4, -Infinity and ties', () => {
    const logits = Float32Array.of(1e4, 1e4, -1e4, -Infinity, 0, 0, 0, 0);
    const weights = Float32Array.of(1, 1);
    const labels = Int32Array.of(0, 1);
    const { values, gradient } = run({ logits, labels, weights, shape: [2, 4] });
    expect(relativeError(values, [Math.log(2) + Math.log(4), 2, 1])).toBeLessThan(1e-6);
    const expected = [-0.5, 0.5, 0, 0, 0.25, -0.75, 0.25, 0.25];
    expect(relativeError(gradient, expected)).toBeLessThan(1e-6);
  });

  test.each([NaN, Infinity])('%p reaches the loss and the gradient of its row alone', (value) => {
    const inputs = randomCase(3, 21);
    inputs.logits[21 + 20] = value;
    const { values, gradient } = run(inputs);
    expect(values[0]).toBeNaN();
    expect(gradient[21 + 20]).toBeNaN();
    expect([...gradient.subarray(0, 21), ...gradient.subarray(42)].every(Number.isFinite)).toBe(
      true,
    );
  });

  test('no rows', () => {
    const { values, gradient } = run(randomCase(0, 5));
    expect(values).toEqual([0, 0, 0]);
    expect(gradient).toHaveLength(0);
  });

  test('the number of threads changes nothing', () => {
    const inputs = randomCase(300, 101);
    expectSameBits(instructionSet, () => {
      const { values, gradient } = run(inputs);
      return [Float32Array.from(values), gradient];
    });
  });
});

function randomCase(count: number, classes: number): Case {
  const next = randomNumbers(count + classes);
  return {
    logits: randomFloats(count * classes, 1).map((value) => 4 * value),
    labels: Int32Array.from({ length: count }, (_, i) =>
      i % 5 === 2 ? IGNORED : Math.floor((next() + 1) * 0.5 * classes),
    ),
    weights: Float32Array.from({ length: count }, () => next() + 1),
    shape: [count, classes],
  };
}

/** Loss, weight and right predictions, and the gradient. */
function run({ logits, labels, weights, shape }: Case): {
  values: number[];
  gradient: Float32Array;
} {
  return tidy(() => {
    const x = tensor(logits, [...shape]);
    const targets = tensor(labels, [shape[0]], 'int32');
    const options = { weights: tensor(weights), reduction: 'sum' } as const;
    const result = crossEntropyWithAccuracy(x, targets, options);
    return {
      values: [result.loss, result.weight, result.correct].map((each) => each.dataSync()[0] ?? NaN),
      gradient: grad((each) => crossEntropy(each, targets, options))(x).dataSync<'float32'>(),
    };
  });
}
