// MalmoiMaskedLmLoss and its gradient against float64: sizes around the blocks of positions (96, 192), of the
// vocabulary (384) and of depths (320, 512), ignored and weighted positions, ties, extremes, NaN.
import { expect, test } from '@jest/globals';
import { maskedLmLoss, maskedLmLossWithAccuracy } from '@malmoi/ops';
import { grads, tensor, tidy } from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';

import { nativeBackend } from '../src/index.ts';
import { expectEqualBits } from './bits.ts';
import { IGNORED, lossReference } from './cross-entropy-reference.ts';
import type { LossCase } from './cross-entropy-reference.ts';
import { describeKernelSets, PRECISIONS } from './instruction-sets.ts';
import { once } from './once.ts';
import { randomFloats, randomNumbers } from './random.ts';
import { relativeError } from './relative-error.ts';

/** [positions, hidden size, vocabulary] */
const SIZES: readonly (readonly [number, number, number])[] = [
  [97, 33, 385],
  [193, 40, 1000],
  [13, 530, 401],
];

/** Inputs and what is expected of them, computed once for all sets of kernels. */
const CASES = SIZES.map(([count, width, classes]) => {
  const inputs = randomCase(count, width, classes);
  return { count, width, classes, inputs, expected: once(() => lossReference(inputs)) };
});

describeKernelSets('maskedLmLoss', PRECISIONS, ({ addon, precision }) => {
  const tolerance = precision === 'float32' ? 1e-5 : 2e-2;

  test.each(CASES)('$count positions, hidden size $width, vocabulary $classes', (each) => {
    const { inputs } = each;
    const reference = each.expected();
    const { values, gradients } = run(inputs);
    expect(relativeError([values[0] ?? NaN], [reference.loss])).toBeLessThan(tolerance);
    expect(values[1]).toBeCloseTo(reference.weight, 4);
    // Logits that are nearly equal may change places when their factors are rounded.
    const flipped = precision === 'float32' ? 1e-4 : 4;
    expect(Math.abs((values[2] ?? NaN) - reference.correct)).toBeLessThan(flipped);
    const expected = [reference.dHidden, reference.dKernel, reference.dBias];
    for (const [i, gradient] of gradients.entries()) {
      expect(relativeError(gradient, expected[i] ?? [])).toBeLessThan(tolerance);
    }
  });

  test('without bias', () => {
    const inputs = { ...randomCase(20, 8, 400), bias: new Float32Array(400) };
    const reference = lossReference(inputs);
    const gradients = tidy(() => {
      const { hidden, kernel, labels, weights } = tensors(inputs);
      const gradient = grads((h: Tensor, k: Tensor) =>
        maskedLmLoss(h, k, null, labels, { weights, reduction: 'sum' }),
      );
      return gradient([hidden, kernel]).map((each) => each.dataSync());
    });
    expect(relativeError(gradients[0] ?? [], reference.dHidden)).toBeLessThan(tolerance);
    expect(relativeError(gradients[1] ?? [], reference.dKernel)).toBeLessThan(tolerance);
  });

  test('the first of equal logits is the prediction, within and across blocks', () => {
    const classes = 800;
    const bias = new Float32Array(classes);
    for (const tie of [5, 7, 399, 790]) bias[tie] = 2;
    const labels = [5, 7, 399, 790, 0];
    const inputs = { ...randomCase(5, 3, classes), bias, labels: Int32Array.from(labels) };
    inputs.hidden.fill(0);
    inputs.weights.fill(1);
    expect(run(inputs).values[2]).toBe(1);
    expect(run({ ...inputs, labels: Int32Array.from([7, 7, 399, 790, 0]) }).values[2]).toBe(0);
  });

  test('logits of 1e4 and -1e4', () => {
    const inputs = randomCase(2, 1, 500);
    inputs.hidden.set([1, 1]);
    inputs.kernel.fill(0);
    inputs.bias.fill(-1e4);
    inputs.bias[499] = 1e4;
    inputs.bias[3] = 1e4 - 1;
    inputs.weights.fill(1);
    inputs.labels.set([499, 3]);
    const { values, gradients } = run(inputs);
    expect(values[0]).toBeCloseTo(2 * Math.log1p(Math.exp(-1)) + 1, 5);
    expect(relativeError(gradients[2] ?? [], lossReference(inputs).dBias)).toBeLessThan(1e-5);
  });

  test('a prediction that is nearly certain keeps the digits of its small gradient', () => {
    const inputs = randomCase(1, 2, 450);
    inputs.hidden.set([1, 0.5]);
    inputs.kernel.fill(0);
    inputs.bias.fill(0);
    inputs.weights.fill(1);
    inputs.labels.set([440]);
    // Exact in bfloat16: what is lost is lost in the gradient, whose label has a probability of 1 - 5e-5.
    inputs.kernel[880] = 16;
    const { gradients } = run(inputs);
    const { dHidden, dKernel } = lossReference(inputs);
    expect(relativeError(gradients[0] ?? [], dHidden)).toBeLessThan(1e-2);
    expect(relativeError(gradients[1] ?? [], dKernel)).toBeLessThan(1e-2);
  });

  test.each([NaN, Infinity])('%p in one position reaches the loss and that gradient', (value) => {
    const inputs = randomCase(100, 4, 390);
    inputs.hidden[50 * 4] = value;
    const { values, gradients } = run(inputs);
    const [dHidden = new Float32Array(), dKernel = new Float32Array()] = gradients;
    expect(values[0]).toBeNaN();
    expect(dHidden.subarray(50 * 4, 51 * 4)).toEqual(new Float32Array(4).fill(NaN));
    expect(dHidden.filter(Number.isNaN)).toHaveLength(4);
    expect(dKernel.every(Number.isNaN)).toBe(true);
  });

  test('no positions, and only ignored ones: a loss of 0, gradients of 0', () => {
    const ignored = randomCase(5, 4, 390);
    ignored.labels.fill(IGNORED);
    for (const inputs of [randomCase(0, 4, 390), ignored]) {
      const { values, gradients } = run(inputs);
      expect(values).toEqual([0, 0, 0]);
      for (const gradient of gradients) expect(gradient.every((value) => value === 0)).toBe(true);
    }
  });

  test('the number of threads changes nothing', () => {
    const inputs = randomCase(205, 24, 1200);
    const results = [1, 2, 3].map((threads) => {
      addon.setThreads(threads);
      const { values, gradients } = run(inputs);
      return [Float32Array.from(values), ...gradients];
    });
    addon.setThreads(2);
    for (const result of results) {
      for (const [i, values] of result.entries()) expectEqualBits(values, results[0]?.[i]);
    }
  });

  test('off the tape it keeps nothing, on it one number for each logit', () => {
    const inputs = randomCase(64, 4, 768);
    tidy(() => {
      const { hidden, kernel, bias, labels } = tensors(inputs);
      const before = usedBytes();
      maskedLmLoss(hidden, kernel, bias, labels);
      expect(usedBytes() - before).toBeLessThan(4096);
      grads((h: Tensor) => {
        const start = usedBytes();
        const loss = maskedLmLoss(h, kernel, bias, labels);
        const logits = 64 * 768 * (precision === 'float32' ? 4 : 2);
        expect(usedBytes() - start).toBeGreaterThan(logits);
        expect(usedBytes() - start).toBeLessThan(1.5 * logits);
        return loss;
      })([hidden]);
    });
  });

  test('labels that are no tokens and memory of the wrong size are refused', () => {
    const code = precision === 'float32' ? 0 : 1;
    const [one, empty] = [new Float32Array(1), new Float32Array(0)];
    const call = (label: number, kernel: Float32Array): void => {
      const labels = Int32Array.of(label);
      // prettier-ignore
      addon.maskedLmLoss(1, 1, IGNORED, false, 1, code, labels, null, one, kernel, null, new Float32Array(3), null, null, null);
    };
    expect(() => {
      call(1, one);
    }).toThrow('maskedLmLoss: argument labels has 1 at 0, which is neither in [0, 1) nor -100.');
    expect(() => {
      call(0, empty);
    }).toThrow('maskedLmLoss: argument kernel has 0 elements where 1 are expected.');
  });
});

function usedBytes(): number {
  return nativeBackend()?.memory().pool.used ?? NaN;
}

function randomCase(count: number, width: number, classes: number): LossCase {
  const next = randomNumbers(count + 31 * width + classes);
  const labels = Int32Array.from({ length: count }, (_, i) =>
    i % 7 === 4 ? IGNORED : Math.floor((next() + 1) * 0.5 * classes),
  );
  return {
    count,
    width,
    classes,
    hidden: randomFloats(count * width, 1),
    kernel: randomFloats(classes * width, 2),
    bias: randomFloats(classes, 3),
    labels,
    weights: Float32Array.from({ length: count }, () => next() + 1),
  };
}

function tensors({
  count,
  width,
  classes,
  ...values
}: LossCase): Record<'hidden' | 'kernel' | 'bias' | 'labels' | 'weights', Tensor> {
  return {
    hidden: tensor(values.hidden, [count, width]),
    kernel: tensor(values.kernel, [classes, width]),
    bias: tensor(values.bias, [classes]),
    labels: tensor(values.labels, [count], 'int32'),
    weights: tensor(values.weights, [count]),
  };
}

/** Loss, weight and right predictions, and the gradients of hidden, kernel and bias. */
function run(inputs: LossCase): { values: number[]; gradients: Float32Array[] } {
  return tidy(() => {
    const { hidden, kernel, bias, labels, weights } = tensors(inputs);
    const options = { weights, reduction: 'sum' } as const;
    const result = maskedLmLossWithAccuracy(hidden, kernel, bias, labels, options);
    const gradients = grads((h: Tensor, k: Tensor, b: Tensor) =>
      maskedLmLoss(h, k, b, labels, options),
    )([hidden, kernel, bias]);
    return {
      values: [result.loss, result.weight, result.correct].map((each) => each.dataSync()[0] ?? NaN),
      gradients: gradients.map((each) => each.dataSync<'float32'>()),
    };
  });
}
