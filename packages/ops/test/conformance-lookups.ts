// The part of the suite that goes beyond the golden data for lookups, the masked-LM loss and dropout.
import { expect } from '@jest/globals';
import { grads, ones, tensor, valueAndGrads, zeros } from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';

import {
  dropout,
  dropoutMask,
  embeddingLookup,
  gatherPositions,
  maskedLmLoss,
  maskedLmLossWithAccuracy,
} from '../src/index.ts';
import { numbersTensor } from './conformance-check.ts';
import type { ConformanceChecks } from './conformance-check.ts';
import { expectClose } from './expectations.ts';

const nothing = (): Tensor => tensor([], [0], 'int32');

export const lookupChecks: ConformanceChecks = {
  'embeddingLookup: a word read 1,000 times gets the sum of its gradients, unread ones 0': (
    tolerance,
  ) => {
    const ids = tensor(Array<number>(1000).fill(3), [10, 100], 'int32');
    const run = (word: Tensor): Tensor => embeddingLookup({ word }, ids);
    const [gradient] = grads(run)([numbersTensor([50, 2])], ones([10, 100, 2]));
    const expected = Array.from({ length: 100 }, (_, i) => (i === 6 || i === 7 ? 1000 : 0));
    expectClose(gradient?.dataSync() ?? [], expected, tolerance);
  },
  'embeddingLookup: the padding word gets no gradient, its position and token type do': (
    tolerance,
  ) => {
    const ids = tensor([1, 0, 0, 2], [1, 4], 'int32');
    const run = (word: Tensor, position: Tensor, tokenType: Tensor): Tensor =>
      embeddingLookup({ word, position, tokenType }, ids, { paddingId: 0 });
    const tables = [numbersTensor([3, 2]), numbersTensor([4, 2]), numbersTensor([2, 2])];
    const gradients = grads(run)(tables, ones([1, 4, 2])).map((gradient) => [
      ...gradient.dataSync(),
    ]);
    expectClose(gradients[0] ?? [], [0, 0, 1, 1, 1, 1], tolerance);
    expectClose(gradients[1] ?? [], Array<number>(8).fill(1), tolerance);
    expectClose(gradients[2] ?? [], [4, 4, 0, 0], tolerance);
  },
  'maskedLmLoss: no masked position gives loss 0 and gradients 0': () => {
    const run = (hidden: Tensor, kernel: Tensor, bias: Tensor): Tensor =>
      maskedLmLoss(gatherPositions(hidden, nothing()), kernel, bias, nothing());
    const inputs = [numbersTensor([2, 3, 4]), numbersTensor([7, 4]), numbersTensor([7])];
    const { value, grads: gradients } = valueAndGrads(run)(inputs);
    expect([...value.dataSync()]).toEqual([0]);
    gradients.forEach((gradient, i) => {
      expect(gradient.shape).toEqual(inputs[i]?.shape);
      expect(gradient.dataSync().every((element) => element === 0)).toBe(true);
    });
  },
  'maskedLmLossWithAccuracy: no masked position counts nothing': () => {
    const counts = maskedLmLossWithAccuracy(zeros([0, 4]), numbersTensor([7, 4]), null, nothing());
    expect([...counts.weight.dataSync(), ...counts.correct.dataSync()]).toEqual([0, 0]);
  },
  'dropout: multiplies by dropoutMask, forward and backward': (tolerance) => {
    const spec = { rate: 0.3, seed: 99, step: 5, site: 'embeddings' };
    const x = numbersTensor([5, 9]);
    const mask = dropoutMask(spec, 45);
    const run = (input: Tensor): Tensor => dropout(input, spec);
    const { value, grads: gradients } = valueAndGrads(run)([x], ones([5, 9]));
    expectClose(gradients[0]?.dataSync() ?? [], mask, tolerance);
    const expected = x.dataSync().map((element, i) => element * (mask[i] ?? 0));
    expectClose(value.dataSync(), expected, tolerance);
  },
  'dropout: rate 0 is the identity': () => {
    const x = numbersTensor([5, 9]);
    const y = dropout(x, { rate: 0, seed: 1, step: 1, site: 1 });
    expect(y.dataSync()).toEqual(x.dataSync());
  },
};
