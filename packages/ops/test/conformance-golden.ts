// The part of the suite that compares every op with PyTorch: values, gradients, counts, and the one tensor
// that a call makes.
import { expect } from '@jest/globals';
import { memory, valueAndGrads } from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';

import type { ConformanceChecks } from './conformance-check.ts';
import { expectClose } from './expectations.ts';
import type { Tolerance } from './expectations.ts';
import { goldenCalls, goldenCounts } from './golden-calls.ts';
import { golden, toTensor } from './golden.ts';
import type { GoldenCase, GoldenTensor } from './golden.ts';

export const goldenChecks: ConformanceChecks = Object.fromEntries(
  golden.cases.map((item) => [
    `${item.op}: ${item.name}`,
    (tolerance: Tolerance) => {
      expectGolden(item, tolerance);
    },
  ]),
);

function expectGolden(item: GoldenCase, tolerance: Tolerance): void {
  const call = goldenCalls[item.op];
  if (!call) throw new Error(`golden-calls.ts has no call for the op ${item.op}.`);
  const inputs = tensorsOf(item.inputs);

  const before = memory().numTensors;
  const inference = call(inputs, item.options);
  expect(memory().numTensors - before).toBe(1);
  expect(inference.shape).toEqual(item.output.shape);
  expectClose(inference.dataSync(), item.output.values, tolerance);

  const differentiated = tensorsOf(item.gradients, inputs);
  const names = Object.keys(differentiated);
  const run = (...changed: Tensor[]): Tensor => {
    const replaced = Object.fromEntries(changed.map((tensor, i) => [names[i], tensor])) as Record<
      string,
      Tensor
    >;
    return call({ ...inputs, ...replaced }, item.options);
  };
  const dy = toTensor(item.dy);
  const { value, grads } = valueAndGrads(run)(Object.values(differentiated), dy);
  expectClose(value.dataSync(), item.output.values, tolerance);
  Object.values(item.gradients).forEach((expected, i) => {
    expect(grads[i]?.shape).toEqual(expected.shape);
    expectClose(grads[i]?.dataSync() ?? [], expected.values, tolerance);
  });
  if (item.extra) expectCounts(item, inputs, tolerance);
}

function expectCounts(
  item: GoldenCase,
  inputs: Record<string, Tensor>,
  tolerance: Tolerance,
): void {
  const { loss, weight, correct } = goldenCounts[item.op]?.(inputs, item.options) ?? {};
  expectClose(loss?.dataSync() ?? [], item.output.values, tolerance);
  expectClose(weight?.dataSync() ?? [], item.extra?.['weight']?.values ?? []);
  expectClose(correct?.dataSync() ?? [], item.extra?.['correct']?.values ?? []);
}

/** The tensors of the named data, taken from `existing` where that has them. */
function tensorsOf(
  data: Record<string, GoldenTensor>,
  existing: Record<string, Tensor> = {},
): Record<string, Tensor> {
  return Object.fromEntries(
    Object.entries(data).map(([name, value]) => [name, existing[name] ?? toTensor(value)]),
  );
}
