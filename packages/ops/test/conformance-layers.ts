// The part of the suite that goes beyond the golden data for layerNorm, dense and attention: extreme inputs,
// and larger and odd sizes against a float64 reference written here.
import { expect } from '@jest/globals';
import { add, fill, grads, ones, sum, tensor, valueAndGrads, zeros } from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';

import {
  attention,
  attentionWithProbabilities,
  dense,
  gatherPositions,
  layerNorm,
} from '../src/index.ts';
import { numbers, numbersTensor } from './conformance-check.ts';
import type { ConformanceChecks } from './conformance-check.ts';
import { expectClose } from './expectations.ts';
import type { Tolerance } from './expectations.ts';

const CONSTANTS = [0, 0.1, -3.7, 1e4, 1e-20];
const ODD_SIZES: [rows: number, inputs: number, outputs: number][] = [
  [1, 1, 1],
  [7, 13, 5],
  [33, 65, 17],
  [3, 257, 31],
];
/** Row 0 may read positions 0, 1 and 3; row 1 nothing. */
const MASK = [1, 1, 0, 1, 0, 0, 0, 0];

const mask = (dtype: 'int32' | 'bool' | 'float32' = 'int32'): Tensor => tensor(MASK, [2, 4], dtype);
const queryKeyValue = (): [Tensor, Tensor, Tensor] => [
  numbersTensor([2, 4, 6], 1),
  numbersTensor([2, 4, 6], 2),
  numbersTensor([2, 4, 6], 3),
];
/** For more roundings of float32; the room that bfloat16 has is for any number of terms. */
const widen = (tolerance: Tolerance, factor: number): Tolerance => ({
  ...tolerance,
  absolute: tolerance.absolute * factor,
  relative: tolerance.relative * factor,
});

/** Runs an op whose result is empty, in memory that is not, and looks at its gradients. */
function expectZeroGradients(run: (...inputs: Tensor[]) => Tensor, inputs: Tensor[]): void {
  for (let i = 0; i < 3; i++) {
    for (const { shape } of inputs) add(fill(shape, 7.5), 1).dispose();
    const y = run(...inputs);
    const gradients = grads(run)(inputs, zeros(y.shape));
    expect(y.size).toBe(0);
    expect(gradients.map(({ shape }) => shape)).toEqual(inputs.map(({ shape }) => shape));
    for (const gradient of gradients) {
      expect(gradient.dataSync().every((element) => element === 0)).toBe(true);
    }
  }
}

export const layerChecks: ConformanceChecks = {
  'dense: no row at all gives gradients of 0, whatever the memory held before': () => {
    const inputs = [zeros([0, 4]), numbersTensor([3, 4]), numbersTensor([3])];
    expectZeroGradients(
      (x, kernel, bias) => dense(x, kernel, bias, { activation: 'gelu' }),
      inputs,
    );
  },
  'layerNorm: no row at all gives gradients of 0, whatever the memory held before': () => {
    const inputs = [zeros([0, 4]), numbersTensor([4]), numbersTensor([4])];
    expectZeroGradients((x, gamma, beta) => layerNorm(x, gamma, beta), inputs);
  },
  'gatherPositions: no position gives gradients of 0, whatever the memory held before': () => {
    const nothing = tensor([], [0], 'int32');
    expectZeroGradients((hidden) => gatherPositions(hidden, nothing), [numbersTensor([2, 3, 4])]);
  },
  ...Object.fromEntries(
    CONSTANTS.map((value) => [
      `layerNorm: a constant row of ${value} gives beta`,
      (tolerance: Tolerance) => {
        expectConstantRowGivesBeta(value, tolerance);
      },
    ]),
  ),
  'layerNorm: the gradients of a constant row are finite': () => {
    const run = (x: Tensor, gamma: Tensor, beta: Tensor): Tensor => layerNorm(x, gamma, beta);
    const inputs = [fill([2, 768], 0.1), ones([768]), zeros([768])];
    for (const gradient of grads(run)(inputs, numbersTensor([2, 768]))) {
      expect(gradient.dataSync().every(Number.isFinite)).toBe(true);
    }
  },
  'layerNorm: 768 wide with a mean of 100, against float64': (tolerance) => {
    const rows = numbers(2 * 768).map((value) => Math.fround(value + 100));
    const y = layerNorm(tensor(rows, [2, 768]), ones([768]), zeros([768]));
    const expected = [rows.slice(0, 768), rows.slice(768)].flatMap((row) => {
      const mean = row.reduce((a, b) => a + b) / 768;
      const variance = row.reduce((a, b) => a + (b - mean) ** 2, 0) / 768;
      return row.map((value) => (value - mean) / Math.sqrt(variance + 1e-12));
    });
    // A sum of 768 float32 numbers is rounded 768 times.
    expectClose(y.dataSync(), expected, widen(tolerance, 10));
  },
  ...Object.fromEntries(
    ODD_SIZES.map((sizes) => [
      `dense: ${sizes.join(' x ')}, against float64`,
      (tolerance: Tolerance) => {
        expectDense(sizes, tolerance);
      },
    ]),
  ),
  'attention: a row masked throughout gives zeros and zero gradients': () => {
    const run = (...[query, key, value]: Tensor[]): Tensor =>
      attention(...([query, key, value] as [Tensor, Tensor, Tensor]), {
        numHeads: 2,
        mask: mask(),
      });
    const results = valueAndGrads(run)(queryKeyValue(), numbersTensor([2, 4, 6], 4));
    for (const result of [results.value, ...results.grads]) {
      expect([...result.dataSync()].slice(24)).toEqual(Array<number>(24).fill(0));
    }
  },
  'attention: what stands at masked positions changes nothing, to the bit': () => {
    expect(attendWithJunk(1e4)).toEqual(attendWithJunk(-7));
  },
  'attention: masks of int32, bool and float32 are the same': () => {
    const attend = (dtype: 'int32' | 'bool' | 'float32'): Float32Array =>
      attention(...queryKeyValue(), { numHeads: 2, mask: mask(dtype) }).dataSync<'float32'>();
    expectClose(attend('bool'), attend('int32'), { absolute: 0, relative: 0 });
    expectClose(attend('float32'), attend('int32'), { absolute: 0, relative: 0 });
  },
  'attentionWithProbabilities: the context of attention, rows that sum to 1': expectProbabilities,
  'attentionWithProbabilities: the gradients of attention, dropout included': (tolerance) => {
    const dropout = { rate: 0.4, seed: 1, step: 1, site: 'attention' };
    const options = { numHeads: 2, mask: mask(), dropout };
    const dy = numbersTensor([2, 4, 6], 4);
    const expected = grads((query: Tensor, key: Tensor, value: Tensor) =>
      attention(query, key, value, options),
    )(queryKeyValue(), dy);
    const actual = grads(
      (query: Tensor, key: Tensor, value: Tensor) =>
        attentionWithProbabilities(query, key, value, options).context,
    )(queryKeyValue(), dy);
    actual.forEach((gradient, i) => {
      expectClose(gradient.dataSync(), expected[i]?.dataSync() ?? [], tolerance);
    });
  },
};

function expectConstantRowGivesBeta(value: number, tolerance: Tolerance): void {
  const beta = numbersTensor([768]);
  const y = layerNorm(fill([3, 768], value), fill([768], 2), beta);
  const row = [...beta.dataSync()];
  expectClose(y.dataSync(), [...row, ...row, ...row], tolerance);
}

function expectDense(
  [rows, inputs, outputs]: [number, number, number],
  tolerance: Tolerance,
): void {
  const x = numbers(rows * inputs);
  const kernel = numbers(outputs * inputs, 1, 5);
  const y = dense(tensor(x, [rows, inputs]), tensor(kernel, [outputs, inputs]));
  const expected = Array.from({ length: rows * outputs }, (_, i) => {
    const row = Math.floor(i / outputs) * inputs;
    const column = (i % outputs) * inputs;
    let total = 0;
    for (let k = 0; k < inputs; k++) total += (x[row + k] ?? 0) * (kernel[column + k] ?? 0);
    return total;
  });
  expectClose(y.dataSync(), expected, widen(tolerance, Math.sqrt(inputs)));
}

/** The context where every masked key and value is `junk`. */
function attendWithJunk(junk: number): Float32Array {
  const replaced = (seed: number): Tensor => {
    const values = numbers(48, 1, seed).map((value, i) =>
      MASK[Math.floor(i / 6)] === 1 ? value : junk,
    );
    return tensor(values, [2, 4, 6]);
  };
  const options = { numHeads: 3, mask: mask() };
  return attention(
    numbersTensor([2, 4, 6]),
    replaced(2),
    replaced(3),
    options,
  ).dataSync<'float32'>();
}

function expectProbabilities(tolerance: Tolerance): void {
  const options = { numHeads: 2, mask: mask() };
  const { context, probabilities } = attentionWithProbabilities(...queryKeyValue(), options);
  const expected = attention(...queryKeyValue(), options);
  expectClose(context.dataSync(), expected.dataSync(), tolerance);
  expect(probabilities.shape).toEqual([2, 2, 4, 4]);
  const rowSums = [...Array<number>(8).fill(1), ...Array<number>(8).fill(0)];
  expectClose(sum(probabilities, -1).dataSync(), rowSums, tolerance);
  const maskedColumn = [...probabilities.dataSync()].filter((_, i) => i % 4 === 2);
  expect(maskedColumn).toEqual(Array<number>(16).fill(0));
}
