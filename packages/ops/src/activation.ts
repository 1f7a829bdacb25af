// The activation functions of Hugging Face's ACT2FN (transformers/activations.py), by their config.json
// names. Those with learned parameters (prelu, xielu) are left out: a name alone does not define them.
import {
  add,
  clipByValue,
  div,
  erf,
  leakyRelu,
  mul,
  relu,
  relu6,
  sigmoid,
  softplus,
  sqrt,
  square,
  sub,
  tanh,
  tidy,
} from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';

import { OpValueError } from './errors.ts';
import { gelu } from './gelu.ts';

/** An element-wise function; float32 in, float32 out, the same shape. The caller owns the result. */
export type Activation = (x: Tensor) => Tensor;

const geluTanh: Activation = (x) => gelu(x, 'tanh');
const silu: Activation = (x) => mul(x, sigmoid(x));
const LAPLACE_MEAN = 0.707107;
const LAPLACE_DEVIATION = 0.282095;

const ACTIVATIONS = {
  gelu: (x: Tensor) => gelu(x),
  gelu_10: (x: Tensor) => clipByValue(gelu(x), -10, 10),
  gelu_accurate: geluTanh,
  gelu_fast: geluTanh,
  gelu_new: geluTanh,
  gelu_python: (x: Tensor) => gelu(x),
  gelu_python_tanh: geluTanh,
  gelu_pytorch_tanh: geluTanh,
  hardswish: (x: Tensor) => mul(x, div(relu6(add(x, 3)), 6)),
  laplace: (x: Tensor) =>
    mul(add(erf(div(sub(x, LAPLACE_MEAN), LAPLACE_DEVIATION * Math.SQRT2)), 1), 0.5),
  leaky_relu: (x: Tensor) => leakyRelu(x, 0.01),
  linear: (x: Tensor) => x.clone(),
  mish: (x: Tensor) => mul(x, tanh(softplus(x))),
  quick_gelu: (x: Tensor) => mul(x, sigmoid(mul(x, 1.702))),
  relu: (x: Tensor) => relu(x),
  relu2: (x: Tensor) => square(relu(x)),
  relu6: (x: Tensor) => relu6(x),
  sigmoid: (x: Tensor) => sigmoid(x),
  silu,
  sqrtsoftplus: (x: Tensor) => sqrt(softplus(x)),
  swish: silu,
  tanh: (x: Tensor) => tanh(x),
} satisfies Record<string, Activation>;

/** A name that `config.json` may give as `hidden_act`. */
export type ActivationName = keyof typeof ACTIVATIONS;

/** Every activation name, in alphabetical order. */
export const activationNames = Object.keys(ACTIVATIONS) as readonly ActivationName[];

/** True for a name of the table; safe for any string, `constructor` included. */
export function isActivationName(name: string): name is ActivationName {
  return Object.hasOwn(ACTIVATIONS, name);
}

/**
 * The activation function of that name; differentiable on every backend.
 *
 * @throws OpValueError for a name that is not in the table; the message lists those that are.
 */
export function activation(name: ActivationName): Activation {
  if (!isActivationName(name)) {
    throw new OpValueError('activation', 'name', name, `one of ${activationNames.join(', ')}`);
  }
  const run: Activation = ACTIVATIONS[name];
  return (x) => tidy(() => run(x));
}
