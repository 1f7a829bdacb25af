// Gradients of tfjs's element-wise kernels, unary and broadcasting binary.
import {
  cast,
  div,
  exp,
  greater,
  greaterEqual,
  less,
  lessEqual,
  logicalAnd,
  mul,
  neg,
  sigmoid,
  sign,
  square,
  step,
  sub,
  where,
  zerosLike,
} from '@tensorflow/tfjs-core';
import type { GradConfig, NamedAttrMap, Tensor } from '@tensorflow/tfjs-core';

import { at, gradientOf, sumToShape } from './gradient-config.ts';

type Derivative = (dy: Tensor, saved: Tensor, attributes: NamedAttrMap) => Tensor;

/** dx from dy and the input x. */
const fromInput = (kernelName: string, rule: Derivative): GradConfig =>
  gradientOf(kernelName, { inputs: ['x'] }, (dy, saved, attributes) => ({
    x: () => rule(dy, at(saved, 0), attributes),
  }));

/** dx from dy and the output y. */
const fromOutput = (kernelName: string, rule: Derivative): GradConfig =>
  gradientOf(kernelName, { output: true }, (dy, saved, attributes) => ({
    x: () => rule(dy, at(saved, 0), attributes),
  }));

/** da and db before broadcasting is undone. */
const binary = (
  kernelName: string,
  da: (dy: Tensor, a: Tensor, b: Tensor) => Tensor,
  db: (dy: Tensor, a: Tensor, b: Tensor) => Tensor,
): GradConfig =>
  gradientOf(kernelName, { inputs: ['a', 'b'] }, (dy, saved) => {
    const [a, b] = [at(saved, 0), at(saved, 1)];
    return {
      a: () => sumToShape(da(dy, a, b), a.shape),
      b: () => sumToShape(db(dy, a, b), b.shape),
    };
  });

const keepWhere = (dy: Tensor, condition: Tensor): Tensor => mul(dy, cast(condition, 'float32'));
const TWO_OVER_SQRT_PI = 2 / Math.sqrt(Math.PI);

export const elementwiseGradients: GradConfig[] = [
  fromInput('Abs', (dy, x) => mul(dy, sign(x))),
  fromInput('Erf', (dy, x) => mul(dy, mul(exp(neg(square(x))), TWO_OVER_SQRT_PI))),
  fromOutput('Exp', (dy, y) => mul(dy, y)),
  fromInput('Log', (dy, x) => div(dy, x)),
  fromInput('Log1p', (dy, x) => div(dy, sub(x, -1))),
  gradientOf('Neg', {}, (dy) => ({ x: () => neg(dy) })),
  fromInput('Relu', (dy, x) => mul(dy, step(x))),
  fromInput('Relu6', (dy, x) => mul(keepWhere(dy, less(x, 6)), step(x))),
  fromInput('LeakyRelu', (dy, x, { alpha }) => where(greater(x, 0), dy, mul(dy, alpha as number))),
  fromInput('ClipByValue', (dy, x, { clipValueMin, clipValueMax }) =>
    where(
      logicalAnd(greaterEqual(x, clipValueMin as number), lessEqual(x, clipValueMax as number)),
      dy,
      zerosLike(dy),
    ),
  ),
  fromOutput('Rsqrt', (dy, y) => mul(mul(dy, -0.5), mul(y, square(y)))),
  fromOutput('Sigmoid', (dy, y) => mul(dy, mul(y, sub(1, y)))),
  fromInput('Softplus', (dy, x) => mul(dy, sigmoid(x))),
  fromOutput('Sqrt', (dy, y) => div(dy, mul(y, 2))),
  fromInput('Square', (dy, x) => mul(dy, mul(x, 2))),
  fromOutput('Tanh', (dy, y) => mul(dy, sub(1, square(y)))),
  gradientOf('Cast', {}, (dy) => ({ x: () => cast(dy, 'float32') })),
  gradientOf('Identity', {}, (dy) => ({ x: () => cast(dy, 'float32') })),
  gradientOf('ZerosLike', {}, (dy) => ({ x: () => zerosLike(dy) })),
  binary(
    'Add',
    (dy) => dy,
    (dy) => dy,
  ),
  binary(
    'Sub',
    (dy) => dy,
    (dy) => neg(dy),
  ),
  binary(
    'Multiply',
    (dy, _a, b) => mul(dy, cast(b, 'float32')),
    (dy, a) => mul(dy, cast(a, 'float32')),
  ),
  binary(
    'RealDiv',
    (dy, _a, b) => div(dy, cast(b, 'float32')),
    (dy, a, b) => neg(mul(div(dy, b), div(a, b))),
  ),
  binary(
    'Maximum',
    (dy, a, b) => keepWhere(dy, greaterEqual(a, b)),
    (dy, a, b) => keepWhere(dy, less(a, b)),
  ),
  binary(
    'Minimum',
    (dy, a, b) => keepWhere(dy, lessEqual(a, b)),
    (dy, a, b) => keepWhere(dy, greater(a, b)),
  ),
  // Piecewise constant, yet on the way from x to where(x > 0, ...).
  ...['Equal', 'NotEqual', 'Greater', 'GreaterEqual', 'Less', 'LessEqual'].map((kernelName) =>
    binary(kernelName, zerosLike, zerosLike),
  ),
  binary(
    'SquaredDifference',
    (dy, a, b) => mul(dy, mul(sub(a, b), 2)),
    (dy, a, b) => mul(dy, mul(sub(b, a), 2)),
  ),
];
