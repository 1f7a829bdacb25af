// The part of the suite for encoderLayer: one kernel or a chain of ops, it is the same layer. Its parts are compared
// with PyTorch on their own, and whole models in @malmoi/bert-model.
import { expect } from '@jest/globals';
import { reshape, sum, tensor, tensor1d, valueAndGrads, zeros } from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';

import { encoderLayer, encoderLayerWithProbabilities, gatherPositions } from '../src/index.ts';
import type { ActivationName, EncoderLayerOptions, EncoderLayerWeights } from '../src/index.ts';
import { numbersTensor } from './conformance-check.ts';
import type { ConformanceChecks } from './conformance-check.ts';
import { expectClose } from './expectations.ts';
import type { Tolerance } from './expectations.ts';

const [BATCH, LENGTH, HIDDEN, INNER] = [2, 4, 12, 20];

/** Shapes in the order in which `layerOf` takes the tensors: hidden, then the weights. */
const SHAPES = [
  [BATCH, LENGTH, HIDDEN],
  ...Array.from({ length: 4 }, () => [[HIDDEN, HIDDEN], [HIDDEN]]).flat(),
  ...[[HIDDEN], [HIDDEN]],
  ...[[INNER, HIDDEN], [INNER]],
  ...[[HIDDEN, INNER], [HIDDEN]],
  ...[[HIDDEN], [HIDDEN]],
];

const tensors = (): LayerTensors => {
  const [hidden, ...weights] = SHAPES.map((shape, i) => numbersTensor(shape, i + 1));
  return [hidden ?? zeros([0]), ...weights];
};

/** A layer's input and weights, in the order of SHAPES. */
type LayerTensors = [hidden: Tensor, ...weights: Tensor[]];

function layerOf([hidden, ...rest]: LayerTensors): {
  hidden: Tensor;
  weights: EncoderLayerWeights;
} {
  let position = 0;
  const next = (): Tensor => rest[position++] ?? hidden;
  const dense = () => ({ kernel: next(), bias: next() });
  const norm = () => ({ gamma: next(), beta: next() });
  const weights = {
    ...{ query: dense(), key: dense(), value: dense(), attentionOutput: dense() },
    attentionNorm: norm(),
    ...{ intermediate: dense(), output: dense() },
    outputNorm: norm(),
  };
  return { hidden, weights };
}

/** Row 0 may read positions 0, 1 and 3; row 1 the first. */
const mask = (): Tensor => tensor([1, 1, 0, 1, 1, 0, 0, 0], [BATCH, LENGTH], 'int32');
/** Of row 0 one of them twice, and one that is masked. */
const positions = (): Tensor => tensor([3, 2, 3, 0, 1, 2], [BATCH, 3], 'int32');
const dropouts = (): Partial<EncoderLayerOptions> => ({
  probabilitiesDropout: { rate: 0.3, seed: 7, step: 1, site: 'probabilities' },
  attentionDropout: { rate: 0.2, seed: 7, step: 1, site: 'attention' },
  outputDropout: { rate: 0.4, seed: 7, step: 1, site: 'output' },
});

/** Value and every gradient against the chain of ops. */
function expectTheChain(options: EncoderLayerOptions, single: Tolerance): void {
  const run =
    (layer: (...args: Parameters<typeof encoderLayer>) => Tensor) =>
    (...list: Tensor[]): Tensor => {
      const { hidden, weights } = layerOf(list as LayerTensors);
      return layer(hidden, weights, options);
    };
  const dy = numbersTensor([BATCH, options.positions?.shape[1] ?? LENGTH, HIDDEN], 40);
  const actual = valueAndGrads(run(encoderLayer))(tensors(), dy);
  const chain = valueAndGrads(run((...args) => encoderLayerWithProbabilities(...args).y))(
    tensors(),
    dy,
  );
  const tolerance = ofWholeLayer(single);
  expectClose(actual.value.dataSync(), chain.value.dataSync(), tolerance);
  actual.grads.forEach((gradient, i) => {
    expect(gradient.shape).toEqual(SHAPES[i]);
    expectClose(gradient.dataSync(), chain.grads[i]?.dataSync() ?? [], tolerance);
  });
}

/**
 * Eight roundings one after the other, each of numbers up to some ten times as large. Where factors are rounded, both
 * sides may be off.
 */
function ofWholeLayer(single: Tolerance): Tolerance {
  const { absolute, relative, ofLargest = 0 } = single;
  return {
    ...single,
    ...{ absolute: absolute * 20, relative: relative * 20, ofLargest: ofLargest * 2 },
  };
}

/** Value and gradients of some positions, against those of all where the others' are not asked for. */
function expectRowsOfTheWhole(single: Tolerance): void {
  const tolerance = ofWholeLayer(single);
  const options = { numHeads: 3, mask: mask() };
  const flat = tensor1d([3, 2, 3, 4, 5, 6], 'int32');
  const some = (...list: Tensor[]): Tensor => {
    const { hidden, weights } = layerOf(list as LayerTensors);
    return encoderLayer(hidden, weights, { ...options, positions: positions() });
  };
  const all = (...list: Tensor[]): Tensor => {
    const { hidden, weights } = layerOf(list as LayerTensors);
    const y = gatherPositions(encoderLayer(hidden, weights, options), flat);
    return reshape(y, [BATCH, 3, HIDDEN]);
  };
  const dy = numbersTensor([BATCH, 3, HIDDEN], 41);
  const [actual, whole] = [some, all].map((layer) => valueAndGrads(layer)(tensors(), dy));
  expectClose(actual?.value.dataSync() ?? [], whole?.value.dataSync() ?? [], tolerance);
  actual?.grads.forEach((gradient, i) => {
    expectClose(gradient.dataSync(), whole?.grads[i]?.dataSync() ?? [], tolerance);
  });
}

const ACTIVATIONS: ActivationName[] = ['gelu', 'gelu_new', 'relu', 'tanh', 'linear', 'silu'];

export const encoderLayerChecks: ConformanceChecks = {
  ...Object.fromEntries(
    ACTIVATIONS.map((activation) => [
      `encoderLayer: the chain of its ops, ${activation}`,
      (tolerance: Tolerance) => {
        expectTheChain({ numHeads: 3, mask: mask(), activation }, tolerance);
      },
    ]),
  ),
  'encoderLayer: the chain of its ops, with every dropout': (tolerance) => {
    expectTheChain({ numHeads: 3, mask: mask(), epsilon: 1e-6, ...dropouts() }, tolerance);
  },
  'encoderLayer: the chain of its ops, with one dropout': (tolerance) => {
    const { outputDropout } = dropouts();
    expectTheChain({ numHeads: 2, ...(outputDropout && { outputDropout }) }, tolerance);
  },
  'encoderLayer: some positions, the chain of its ops': (tolerance) => {
    expectTheChain({ numHeads: 3, mask: mask(), positions: positions(), ...dropouts() }, tolerance);
  },
  'encoderLayer: some positions are those of the whole layer': expectRowsOfTheWhole,
  'encoderLayer: without a gradient, the same value': () => {
    const { hidden, weights } = layerOf(tensors());
    const options = { numHeads: 3, mask: mask(), ...dropouts() };
    const { value } = valueAndGrads((x: Tensor) => encoderLayer(x, weights, options))([hidden]);
    const alone = encoderLayer(hidden, weights, options);
    expectClose(alone.dataSync(), value.dataSync(), { absolute: 0, relative: 0 });
  },
  'encoderLayerWithProbabilities: rows of the attention that sum to 1': expectRowsThatSumToOne,
};

function expectRowsThatSumToOne(tolerance: Tolerance): void {
  const { hidden, weights } = layerOf(tensors());
  const { probabilities } = encoderLayerWithProbabilities(hidden, weights, { numHeads: 3 });
  expect(probabilities.shape).toEqual([BATCH, 3, LENGTH, LENGTH]);
  const rows = Array.from({ length: BATCH * 3 * LENGTH }, () => 1);
  expectClose(sum(probabilities, -1).dataSync(), rows, tolerance);
}
