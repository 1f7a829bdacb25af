// The part of the suite for what runs after the gradients: AdamW against torch.optim.AdamW, norms, clipping.
import { expect } from '@jest/globals';
import { dispose, memory, ones, scalar, tensor, tidy, variable } from '@tensorflow/tfjs-core';
import type { Tensor, Variable } from '@tensorflow/tfjs-core';

import {
  adamW,
  clipByGlobalNorm,
  clipScale,
  createAdamWState,
  disposeAdamWState,
  globalNorm,
} from '../src/index.ts';
import type { AdamWState } from '../src/index.ts';
import type { ConformanceChecks } from './conformance-check.ts';
import { expectClose } from './expectations.ts';
import type { Tolerance } from './expectations.ts';
import { golden, toTensor } from './golden.ts';

function toVariable(source: Tensor): Variable {
  const created = variable(source);
  source.dispose();
  return created;
}

export const optimizerChecks: ConformanceChecks = {
  'adamW: four clipped updates of torch.optim.AdamW': (tolerance) => {
    expectGoldenRun(tolerance);
  },
  'adamW: the first update moves each weight by the learning rate against its gradient': () => {
    const { param, state } = start([1, 1, 1]);
    const options = { learningRate: 0.1, step: 1, weightDecay: 0 };
    adamW([param], [tensor([5, -0.01, 0])], state, options);
    expectClose(param.dataSync(), [0.9, 1.1, 1], { absolute: 1e-6, relative: 1e-6 });
    finish(param, state);
  },
  'adamW: a clone taken before an update keeps its numbers': () => {
    const { param, state } = start([1, 2]);
    const snapshot = param.clone();
    adamW([param], [ones([2])], state, { learningRate: 0.1, step: 1 });
    expect([...snapshot.dataSync()]).toEqual([1, 2]);
    expect([...param.dataSync()]).not.toEqual([1, 2]);
    finish(param, state);
  },
  'adamW: a null gradient leaves the weight and its moments alone': () => {
    const { param, state } = start([1, 2]);
    adamW([param], [null], state, { learningRate: 0.1, step: 1, weightDecay: 0.5 });
    expect([...param.dataSync()]).toEqual([1, 2]);
    expect([...(state.expAvg[0]?.dataSync() ?? [])]).toEqual([0, 0]);
    finish(param, state);
  },
  'adamW: the number of tensors is constant over updates': () => {
    const { param, state } = start([1, 2]);
    const gradient = ones([2]);
    const before = memory().numTensors;
    for (let step = 1; step <= 5; step++) {
      adamW([param], [gradient], state, { learningRate: 0.1, step, clipScale: 0.5 });
    }
    expect(memory().numTensors).toBe(before);
    finish(param, state);
  },
  'globalNorm: over all elements of all tensors': (tolerance) => {
    const norm = globalNorm([tensor([3, 0]), tensor([[4], [12]]), scalar(84)]);
    expectClose(norm.dataSync(), [85], tolerance);
    expectClose(globalNorm([]).dataSync(), [0]);
  },
  'globalNorm: NaN and Infinity come through': () => {
    for (const bad of [NaN, Infinity]) {
      expect(globalNorm([ones([3]), tensor([1, bad])]).dataSync()[0]).toBe(bad);
    }
  },
  'clipByGlobalNorm: down to the norm and never up': (tolerance) => {
    const tensors = [tensor([3, 0]), tensor([4])];
    const { clipped, norm } = clipByGlobalNorm(tensors, 1);
    expectClose(norm.dataSync(), [5], tolerance);
    expectClose(valuesOf(clipped), [0.6, 0, 0.8], tolerance);
    expect(valuesOf(clipByGlobalNorm(tensors, 10).clipped)).toEqual([3, 0, 4]);
  },
};

function start(values: number[]): { param: Variable; state: AdamWState } {
  const param = toVariable(tensor(values));
  return { param, state: createAdamWState([param]) };
}

function finish(param: Variable, state: AdamWState): void {
  param.dispose();
  disposeAdamWState(state);
}

const valuesOf = (tensors: Tensor[]): number[] => tensors.flatMap((t) => [...t.dataSync()]);

function expectGoldenRun(tolerance: Tolerance): void {
  const { initial, steps, maxNorm, weightDecay, ...betas } = golden.adamW;
  const params = initial.map((value) => toVariable(toTensor(value)));
  const state = createAdamWState(params);
  steps.forEach(({ gradients: goldenGradients, learningRate, norm, params: expected }, i) => {
    tidy(() => {
      const gradients = goldenGradients.map((value) => value && toTensor(value));
      const actualNorm = globalNorm(gradients.filter((gradient) => gradient !== null));
      expectClose(actualNorm.dataSync(), [norm], tolerance);
      adamW(params, gradients, state, {
        ...betas,
        learningRate,
        step: i + 1,
        weightDecay,
        clipScale: clipScale(actualNorm, maxNorm),
      });
    });
    expected.forEach((value, index) => {
      // PyTorch counts the updates of each tensor, ours those of the model: equal until one was skipped.
      const skipped = steps.slice(0, i).some(({ gradients }) => gradients[index] === null);
      if (!skipped) expectClose(params[index]?.dataSync() ?? [], value.values, tolerance);
    });
  });
  dispose(params);
  disposeAdamWState(state);
}
