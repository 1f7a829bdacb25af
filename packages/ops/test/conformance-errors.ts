// The part of the suite that calls every op wrongly: a typed error that names the argument, and no tensor
// left behind, inside a gradient computation too.
import { expect } from '@jest/globals';
import { memory, scalar, sum, tensor, tidy, variable } from '@tensorflow/tfjs-core';
import type { Tensor, Variable } from '@tensorflow/tfjs-core';

import {
  adamW,
  createAdamWState,
  disposeAdamWState,
  gelu,
  OpShapeError,
  OpValueError,
  variableGradients,
} from '../src/index.ts';
import { badCalls } from './bad-calls.ts';
import type { BadCall, ErrorClass, Make } from './bad-calls.ts';
import type { ConformanceChecks } from './conformance-check.ts';

type BadUpdate = [
  title: string,
  call: (param: Variable, gradient: Tensor) => void,
  error: ErrorClass,
  message: RegExp,
];

const badUpdates: BadUpdate[] = [
  [
    'a gradient of another shape',
    (p) => {
      update(p, [makeTensor([3])], {});
    },
    OpShapeError,
    /gradients\[0\] has shape \[3\], expected \[2\]/,
  ],
  [
    'a gradient too many',
    (p, g) => {
      update(p, [g, g], {});
    },
    OpValueError,
    /length of gradients is 2, expected 1/,
  ],
  [
    'step 0',
    (p, g) => {
      update(p, [g], { step: 0 });
    },
    OpValueError,
    /step is 0/,
  ],
  [
    'beta2 of 1',
    (p, g) => {
      update(p, [g], { beta2: 1 });
    },
    OpValueError,
    /beta2 is 1/,
  ],
  [
    'a negative learning rate',
    (p, g) => {
      update(p, [g], { learningRate: -1 });
    },
    OpValueError,
    /learningRate is -1/,
  ],
  [
    'a NaN learning rate',
    (p, g) => {
      update(p, [g], { learningRate: NaN });
    },
    OpValueError,
    /learningRate is NaN/,
  ],
  [
    'too many decays',
    (p, g) => {
      update(p, [g], { weightDecay: [0, 0] });
    },
    OpValueError,
    /length of weightDecay is 2/,
  ],
  [
    'a negative decay',
    (p, g) => {
      update(p, [g], { weightDecay: [-1] });
    },
    OpValueError,
    /weightDecay\[0\] is -1/,
  ],
];

function update(param: Variable, gradients: Tensor[], options: object): void {
  const state = createAdamWState([param]);
  try {
    adamW([param], gradients, state, { learningRate: 0.1, step: 1, ...options });
  } finally {
    disposeAdamWState(state);
  }
}

export const errorChecks: ConformanceChecks = {
  ...Object.fromEntries(
    badCalls().map((badCall) => [
      badCall[0],
      () => {
        expectRefusal(badCall);
      },
    ]),
  ),
  ...Object.fromEntries(
    badUpdates.map((badUpdate) => [
      `adamW: ${badUpdate[0]} changes nothing`,
      () => {
        expectRefusedUpdate(badUpdate);
      },
    ]),
  ),
  'variableGradients: no tensor is left where the loss throws half-way': expectCleanThrow,
  'variableGradients: no tensor is left where the loss is no scalar, or depends on nothing': () => {
    const x = zeroVariable([2]);
    expectThrow(() => variableGradients(() => gelu(x) as never, [x]), Error, /scalar/);
    expectThrow(() => variableGradients(() => scalar(1), [x]), Error, /connection/);
    x.dispose();
  },
};

/** The error, and as many new tensors as the call was given. */
function expectRefusal([, call, error, message]: BadCall): void {
  let made = 0;
  const make: Make = (...tensorArguments) => {
    made++;
    return makeTensor(...tensorArguments);
  };
  const before = memory().numTensors;
  expectThrow(() => call(make), error, message);
  expect(memory().numTensors - before).toBe(made);
}

function expectRefusedUpdate([, call, error, message]: BadUpdate): void {
  const param = zeroVariable([2]);
  expectThrow(
    () => {
      call(param, tensor([1, 1]));
    },
    error,
    message,
  );
  expect([...param.dataSync()]).toEqual([0, 0]);
  param.dispose();
}

function expectCleanThrow(): void {
  const x = zeroVariable([2, 4]);
  const loss = (): never => {
    gelu(sum(gelu(gelu(x))));
    throw new RangeError('half-way');
  };
  expectThrow(() => variableGradients(loss, [x]), RangeError, /half-way/);
  const { gradients } = variableGradients(() => sum(gelu(x)), [x]);
  expect([...(gradients[x.name]?.dataSync() ?? [])]).toEqual(Array<number>(8).fill(0.5));
  x.dispose();
}

const makeTensor: Make = (shape, dtype = 'float32', value = 0) => {
  const size = shape.reduce((product, axis) => product * axis, 1);
  return tensor(Array<number>(size).fill(value), shape, dtype);
};

function zeroVariable(shape: number[]): Variable {
  return tidy(() => variable(makeTensor(shape)));
}

function expectThrow(call: () => unknown, error: ErrorClass, message: RegExp): void {
  expect(call).toThrow(error);
  expect(call).toThrow(message);
}
