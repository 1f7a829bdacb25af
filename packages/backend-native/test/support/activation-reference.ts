// The activations of a dense layer and their derivatives in float64, by their definitions.
import type { FusedActivation } from '@malmoi/ops';

/** A function and its derivative. */
export interface Differentiable {
  readonly value: (z: number) => number;
  readonly slope: (z: number) => number;
}

const SCALE = Math.sqrt(2 / Math.PI);
const CUBIC = 0.044715;

/** P(X <= x) of a standard normal: its power series within 3.5, the continued fraction of the tail beyond. */
export function cumulative(x: number): number {
  const density = Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
  const z = Math.abs(x);
  if (z > 3.5) {
    let fraction = z;
    for (let k = 200; k > 0; k--) fraction = z + k / fraction;
    return x < 0 ? density / fraction : 1 - density / fraction;
  }
  let [term, sum] = [x, x];
  for (let k = 3; Math.abs(term) > 1e-18; k += 2) {
    term *= (x * x) / k;
    sum += term;
  }
  return 0.5 + density * sum;
}

const logistic = (x: number): number => 1 / (1 + Math.exp(-2 * SCALE * x * (1 + CUBIC * x * x)));

export const ACTIVATIONS: Record<FusedActivation, Differentiable> = {
  linear: { value: (z) => z, slope: () => 1 },
  gelu: {
    value: (z) => z * cumulative(z),
    slope: (z) => cumulative(z) + (z * Math.exp((-z * z) / 2)) / Math.sqrt(2 * Math.PI),
  },
  gelu_tanh: {
    value: (z) => z * logistic(z),
    slope: (z) => {
      const p = logistic(z);
      return p + z * p * (1 - p) * 2 * SCALE * (1 + 3 * CUBIC * z * z);
    },
  },
  relu: { value: (z) => Math.max(0, z), slope: (z) => (z > 0 ? 1 : 0) },
  tanh: { value: Math.tanh, slope: (z) => 1 - Math.tanh(z) ** 2 },
};
