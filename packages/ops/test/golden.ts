// The golden data of fixtures/golden.json: what PyTorch computes in float64 (fixtures/generate.py).
import { readFileSync } from 'node:fs';

import { tensor } from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';

import type { DropoutSpec } from '../src/index.ts';

/** A tensor as the generator writes it. */
export interface GoldenTensor {
  readonly shape: number[];
  readonly dtype: 'float32' | 'int32';
  readonly values: number[];
}

/** One call of one op. */
export interface GoldenCase {
  readonly op: string;
  readonly name: string;
  readonly options: Record<string, unknown>;
  readonly inputs: Record<string, GoldenTensor>;
  readonly output: GoldenTensor;
  readonly dy: GoldenTensor;
  readonly gradients: Record<string, GoldenTensor>;
  readonly extra?: Record<string, GoldenTensor>;
}

/** A run of torch.optim.AdamW with torch.nn.utils.clip_grad_norm_. */
interface GoldenAdamW {
  readonly initial: GoldenTensor[];
  readonly weightDecay: number[];
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly maxNorm: number;
  readonly steps: {
    readonly learningRate: number;
    readonly gradients: (GoldenTensor | null)[];
    readonly norm: number;
    readonly params: GoldenTensor[];
  }[];
}

interface Golden {
  readonly cases: GoldenCase[];
  readonly adamW: GoldenAdamW;
  readonly dropoutMasks: {
    readonly spec: DropoutSpec;
    readonly size: number;
    readonly kept: string;
  }[];
}

export const golden = JSON.parse(
  readFileSync(new URL('./fixtures/golden.json', import.meta.url), 'utf8'),
) as Golden;

/** A golden tensor on the active backend; the caller owns it. */
export function toTensor({ values, shape, dtype }: GoldenTensor): Tensor {
  return tensor(values, shape, dtype);
}
