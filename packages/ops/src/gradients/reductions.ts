// Gradients of tfjs's reductions, softmax and matrix product.
import { cast, div, equal, exp, mul, ones, reshape, sub, sum } from '@tensorflow/tfjs-core';
import type { GradConfig, Tensor } from '@tensorflow/tfjs-core';

import { matrixProduct } from '../matrix-product.ts';
import { at, axesOf, gradientOf, sumToShape } from './gradient-config.ts';

/** A reduced tensor with its reduced axes back as axes of size 1. */
function keepReducedAxes(reduced: Tensor, shape: number[], axis: unknown): Tensor {
  const axes = axesOf(axis, shape.length);
  return reshape(
    reduced,
    shape.map((size, i) => (axes.includes(i) ? 1 : size)),
  );
}

const sumGradient = gradientOf('Sum', { inputs: ['x'] }, (dy, saved, { axis }) => {
  const { shape } = at(saved, 0);
  return { x: () => mul(keepReducedAxes(dy, shape, axis), ones(shape)) };
});

const meanGradient = gradientOf('Mean', { inputs: ['x'] }, (dy, saved, { axis }) => {
  const { shape } = at(saved, 0);
  const count = axesOf(axis, shape.length).reduce((product, i) => product * (shape[i] ?? 1), 1);
  return { x: () => div(mul(keepReducedAxes(dy, shape, axis), ones(shape)), count) };
});

/** Every element equal to the extremum gets the whole gradient, as in TensorFlow.js. */
const extremumGradient = (kernelName: string, axisAttribute: string): GradConfig =>
  gradientOf(kernelName, { inputs: ['x'], output: true }, (dy, saved, attributes) => {
    const [x, y] = [at(saved, 0), at(saved, 1)];
    const widen = (reduced: Tensor): Tensor =>
      keepReducedAxes(reduced, x.shape, attributes[axisAttribute]);
    return { x: () => mul(widen(dy), cast(equal(x, widen(y)), 'float32')) };
  });

const softmaxGradient = gradientOf('Softmax', { output: true }, (dy, saved, { dim }) => {
  const y = at(saved, 0);
  const weighted = mul(dy, y);
  return { logits: () => sub(weighted, mul(sum(weighted, dim as number, true), y)) };
});

const logSoftmaxGradient = gradientOf('LogSoftmax', { output: true }, (dy, saved, { axis }) => ({
  logits: () => sub(dy, mul(sum(dy, axis as number, true), exp(at(saved, 0)))),
}));

const matMulGradient = gradientOf(
  'BatchMatMul',
  { inputs: ['a', 'b'] },
  (dy, saved, attributes) => {
    const [a, b] = [at(saved, 0), at(saved, 1)];
    const { transposeA, transposeB } = attributes;
    const da = (): Tensor =>
      transposeA
        ? matrixProduct(b, dy, Boolean(transposeB), true)
        : matrixProduct(dy, b, false, !transposeB);
    const db = (): Tensor =>
      transposeB
        ? matrixProduct(dy, a, true, Boolean(transposeA))
        : matrixProduct(a, dy, !transposeA, false);
    return { a: () => sumToShape(da(), a.shape), b: () => sumToShape(db(), b.shape) };
  },
);

export const reductionGradients: GradConfig[] = [
  sumGradient,
  meanGradient,
  extremumGradient('Max', 'reductionIndices'),
  extremumGradient('Min', 'axis'),
  softmaxGradient,
  logSoftmaxGradient,
  matMulGradient,
];
