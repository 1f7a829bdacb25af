// That a backend which registers kernels under the ops' names is the one that computes, forward and
// backward, and what exactly its kernels are given.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import {
  backend,
  copyRegisteredKernels,
  dispose,
  memory,
  ones,
  registerBackend,
  registerKernel,
  removeBackend,
  setBackend,
  tensor,
  tidy,
  unregisterKernel,
  valueAndGrads,
  variable,
} from '@tensorflow/tfjs-core';
import type { NamedAttrMap, Tensor, TensorInfo } from '@tensorflow/tfjs-core';

import {
  adamW,
  ADAMW_KERNEL,
  createAdamWState,
  disposeAdamWState,
  gelu,
  geluOp,
  GLOBAL_NORM_KERNEL,
  globalNorm,
  layerNorm,
  layerNormOp,
  OpKernelError,
  useBackend,
} from '../src/index.ts';

const BACKEND = 'fast';

interface Call {
  readonly kernelName: string;
  readonly inputs: Record<string, TensorInfo>;
  readonly attrs: NamedAttrMap;
}

const calls: Call[] = [];
const registered: string[] = [];

/** A kernel that records its call and returns tensors filled with the given numbers, in the shape of an input. */
function registerFake(kernelName: string, outputs: [value: number, like: string][]): void {
  registered.push(kernelName);
  registerKernel({
    kernelName,
    backendName: BACKEND,
    kernelFunc: ({ inputs, backend: owner, attrs = {} }) => {
      calls.push({ kernelName, inputs: { ...inputs } as Record<string, TensorInfo>, attrs });
      return outputs.map(([value, like]) => {
        const { shape = [] } = inputs[like] ?? {};
        const size = shape.reduce((product, axis) => product * axis, 1);
        const cpu = owner as Pick<MathBackendCPU, 'write'>;
        const dataId = cpu.write(new Float32Array(size).fill(value), shape, 'float32');
        return { dataId, shape, dtype: 'float32' };
      });
    },
  });
}

beforeAll(async () => {
  await useBackend('cpu');
  registerBackend(BACKEND, () => new MathBackendCPU());
  copyRegisteredKernels('cpu', BACKEND);
  await setBackend(BACKEND);
  Object.assign(backend(), { firstUse: false });
});

beforeEach(() => {
  calls.length = 0;
  for (const kernelName of registered.splice(0)) unregisterKernel(kernelName, BACKEND);
});

afterAll(() => {
  removeBackend(BACKEND);
});

describe('a registered pair of kernels', () => {
  test('computes the value and the gradient', () => {
    registerFake(geluOp.kernelName, [[7, 'x']]);
    registerFake(geluOp.gradKernelName, [[3, 'dy']]);
    const before = memory().numTensors;
    tidy(() => {
      const x = tensor([1, 2]);
      const { value, grads } = valueAndGrads((t: Tensor) => gelu(t, 'tanh'))([x], tensor([10, 20]));
      expect([...value.dataSync()]).toEqual([7, 7]);
      expect([...(grads[0]?.dataSync() ?? [])]).toEqual([3, 3]);
      expect(calls).toMatchObject([
        { kernelName: 'MalmoiGelu', attrs: { approximate: 'tanh', recording: true } },
        { kernelName: 'MalmoiGeluGrad', attrs: { approximate: 'tanh' } },
      ]);
      expect(calls.map(({ inputs }) => Object.keys(inputs))).toEqual([['x'], ['dy', 'x']]);
    });
    expect(memory().numTensors).toBe(before);
  });

  test('is told when no gradient can be asked for', () => {
    registerFake(geluOp.kernelName, [[7, 'x']]);
    registerFake(geluOp.gradKernelName, [[3, 'dy']]);
    dispose([gelu(ones([2])), gelu(ones([2]))]);
    expect(calls.map(({ attrs }) => attrs['recording'])).toEqual([false, false]);
  });

  test('gets optional inputs only where there are any, and its own extra outputs back', () => {
    registerFake(layerNormOp.kernelName, [
      [1, 'x'],
      [5, 'gamma'],
    ]);
    registerFake(layerNormOp.gradKernelName, [
      [2, 'dy'],
      [3, 'gamma'],
      [4, 'gamma'],
      [6, 'dy'],
    ]);
    const dropout = { rate: 0.5, seed: 2 ** 40 + 3, step: 4, site: 9 };
    tidy(() => {
      const inputs = [ones([2, 3]), ones([3]), ones([3]), ones([2, 3])];
      const run = (...args: Tensor[]): Tensor => {
        const [x, gamma, beta, residual] = args as [Tensor, Tensor, Tensor, Tensor];
        return layerNorm(x, gamma, beta, { residual, dropout });
      };
      const { grads } = valueAndGrads(run)(inputs);
      expect(grads.map((gradient) => gradient.dataSync()[0])).toEqual([2, 3, 4, 6]);
      layerNorm(ones([2, 3]), ones([3]), ones([3]));
    });
    expect(calls.map(({ inputs }) => Object.keys(inputs))).toEqual([
      ['x', 'gamma', 'beta', 'residual'],
      ['dy', 'gamma', 'saved0'],
      ['x', 'gamma', 'beta'],
    ]);
    expect(calls[1]?.inputs['saved0']?.shape).toEqual([3]);
    const words = {
      threshold: 2 ** 31,
      scale: 2,
      seedLow: 3,
      seedHigh: 256,
      step: 4,
      siteLow: 9,
      siteHigh: 0,
    };
    expect(calls[0]?.attrs).toEqual({
      epsilon: 1e-12,
      hasResidual: true,
      dropout: words,
      recording: true,
    });
    expect(calls[2]?.attrs).toEqual({ epsilon: 1e-12, hasResidual: false, recording: false });
  });

  test('that is no pair is an error that names both kernels', () => {
    registerFake(geluOp.gradKernelName, [[3, 'dy']]);
    const x = ones([2]);
    const before = memory().numTensors;
    expect(() => gelu(x)).toThrow(OpKernelError);
    expect(() => gelu(x)).toThrow(/'fast': registers MalmoiGeluGrad but not MalmoiGelu/);
    expect(memory().numTensors).toBe(before);
    x.dispose();
  });

  test('of another backend is not used', () => {
    tidy(() => {
      expect(gelu(tensor([0])).dataSync()[0]).toBe(0);
    });
    expect(calls).toEqual([]);
  });
});

describe('kernels without a gradient', () => {
  test('MalmoiGlobalNorm gets all tensors in one call', () => {
    registerFake(GLOBAL_NORM_KERNEL, [[8, 'tensor1']]);
    tidy(() => {
      expect(globalNorm([ones([2]), tensor(1)]).dataSync()[0]).toBe(8);
    });
    expect(calls).toMatchObject([{ attrs: { count: 2 } }]);
    expect(Object.keys(calls[0]?.inputs ?? {})).toEqual(['tensor0', 'tensor1']);
  });

  test('MalmoiAdamW gets all updates in one call, on buffers nobody else holds', () => {
    registerFake(ADAMW_KERNEL, []);
    const before = memory().numTensors;
    const [first, second] = [ones([2]), ones([3])];
    const params = [variable(first), variable(second)];
    const state = createAdamWState(params);
    const gradient = ones([3]);
    // `second` still shares the data of its variable: the kernel must not write into it.
    tidy(() => {
      adamW(params, [null, gradient], state, {
        learningRate: 0.1,
        step: 2,
        weightDecay: [0.1, 0.2],
        clipScale: 0.5,
      });
    });
    const names = ['param0', 'gradient0', 'expAvg0', 'expAvgSq0', 'clipScale'];
    expect(Object.keys(calls[0]?.inputs ?? {})).toEqual(names);
    expect(calls[0]?.attrs).toMatchObject({
      count: 1,
      weightDecays: [0.2],
      beta1: 0.9,
      biasCorrection1: 1 - 0.9 ** 2,
      biasCorrection2: 1 - 0.999 ** 2,
    });
    expect(calls[0]?.inputs['param0']?.dataId).toBe(params[1]?.dataId);
    expect(calls[0]?.inputs['param0']?.dataId).not.toBe(second.dataId);
    expect([...(params[1]?.dataSync() ?? [])]).toEqual([1, 1, 1]);
    disposeAdamWState(state);
    dispose([first, second, ...params, gradient]);
    expect(memory().numTensors).toBe(before);
  });
});
