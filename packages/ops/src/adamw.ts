// AdamW (Loshchilov and Hutter 2019) over all tensors of a model in one call, step by step as
// torch.optim.AdamW computes it: decoupled decay first, bias-corrected moments, epsilon outside the root.
// Kernel MalmoiAdamW: inputs { param0, gradient0, expAvg0, expAvgSq0, param1, ..., clipScale? }, attributes
// AdamWAttributes; it updates params and moments IN PLACE and returns no output. The op sees to it that their
// buffers are not shared with another tensor.
import {
  add,
  div,
  engine,
  mul,
  sqrt,
  square,
  sub,
  tidy,
  variable,
  zeros,
} from '@tensorflow/tfjs-core';
import type { NamedTensorMap, Scalar, Tensor, Variable } from '@tensorflow/tfjs-core';

import { checkDtype, checkRange, checkSameShape } from './checks.ts';
import { OpValueError } from './errors.ts';
import { hasKernel, runKernel } from './fused-op.ts';

/** Kernel name of adamW. */
export const ADAMW_KERNEL = 'MalmoiAdamW';

/** Attributes of MalmoiAdamW. */
export interface AdamWAttributes {
  /** Number of parameters: the inputs are numbered 0 to count - 1. */
  count: number;
  learningRate: number;
  beta1: number;
  beta2: number;
  epsilon: number;
  /** One for each parameter. */
  weightDecays: number[];
  /** 1 - beta1^step and 1 - beta2^step. */
  biasCorrection1: number;
  biasCorrection2: number;
}

/** Running moments of AdamW, in the order of the parameters; PyTorch's `exp_avg` and `exp_avg_sq`. */
export interface AdamWState {
  readonly expAvg: readonly Variable[];
  readonly expAvgSq: readonly Variable[];
}

/** Options of adamW; the defaults are PyTorch's. */
export interface AdamWOptions {
  readonly learningRate: number;
  /** Which update this is, counted from 1; it sets the bias correction. */
  readonly step: number;
  /** Default 0.9. */
  readonly beta1?: number;
  /** Default 0.999. */
  readonly beta2?: number;
  /** Default 1e-8. */
  readonly epsilon?: number;
  /** One number for all, or one for each parameter (0 for biases and LayerNorm). Default 0.01. */
  readonly weightDecay?: number | readonly number[];
  /** What gradients are multiplied by first, as clipScale returns it. Default 1. */
  readonly clipScale?: Scalar | number;
}

/** Zero moments for the parameters. The caller owns them: disposeAdamWState. */
export function createAdamWState(params: readonly Variable[]): AdamWState {
  const moments = (): Variable[] =>
    params.map((param) => tidy(() => variable(zeros(param.shape), false)));
  return { expAvg: moments(), expAvgSq: moments() };
}

/** Disposes the moments. */
export function disposeAdamWState(state: AdamWState): void {
  for (const moment of [...state.expAvg, ...state.expAvgSq]) moment.dispose();
}

/**
 * One AdamW update of `params` and `state`, in place. A parameter whose gradient is null is left alone, its
 * decay included, as in PyTorch. Gradients stay the caller's, to be disposed by the caller.
 *
 * @param params float32 variables.
 * @param gradients one for each parameter, of its shape.
 * @throws OpShapeError, OpDtypeError; OpValueError for lists of different length or options out of range.
 */
export function adamW(
  params: readonly Variable[],
  gradients: readonly (Tensor | null)[],
  state: AdamWState,
  options: AdamWOptions,
): void {
  const weightDecays = checkArguments(params, gradients, state, options);
  const updates = params.flatMap((param, i): ParameterUpdate[] => {
    const gradient = gradients[i];
    const expAvg = state.expAvg[i];
    const expAvgSq = state.expAvgSq[i];
    if (!gradient || !expAvg || !expAvgSq) return [];
    return [{ param, gradient, expAvg, expAvgSq, weightDecay: weightDecays[i] ?? 0 }];
  });
  if (updates.length === 0) return;
  const { learningRate, step, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, clipScale } = options;
  const attributes: AdamWAttributes = {
    count: updates.length,
    learningRate,
    beta1,
    beta2,
    epsilon,
    weightDecays: updates.map(({ weightDecay }) => weightDecay),
    biasCorrection1: 1 - beta1 ** step,
    biasCorrection2: 1 - beta2 ** step,
  };
  if (hasKernel(ADAMW_KERNEL)) runUpdateKernel(updates, attributes, clipScale);
  else for (const update of updates) updateOne(update, attributes, clipScale);
}

interface ParameterUpdate {
  readonly param: Variable;
  readonly gradient: Tensor;
  readonly expAvg: Variable;
  readonly expAvgSq: Variable;
  readonly weightDecay: number;
}

function updateOne(
  { param, gradient, expAvg, expAvgSq, weightDecay }: ParameterUpdate,
  attributes: AdamWAttributes,
  clipScale: Scalar | number | undefined,
): void {
  const { learningRate, beta1, beta2, epsilon, biasCorrection1, biasCorrection2 } = attributes;
  tidy(() => {
    const clipped = clipScale === undefined ? gradient : mul(gradient, clipScale);
    const decayed = weightDecay === 0 ? param : mul(param, 1 - learningRate * weightDecay);
    // exp_avg.lerp_(grad, 1 - beta1)
    expAvg.assign(add(expAvg, mul(sub(clipped, expAvg), 1 - beta1)));
    expAvgSq.assign(add(mul(expAvgSq, beta2), mul(square(clipped), 1 - beta2)));
    const denominator = add(div(sqrt(expAvgSq), Math.sqrt(biasCorrection2)), epsilon);
    param.assign(sub(decayed, mul(div(expAvg, denominator), learningRate / biasCorrection1)));
  });
}

function runUpdateKernel(
  updates: readonly ParameterUpdate[],
  attributes: AdamWAttributes,
  clipScale: Scalar | number | undefined,
): void {
  tidy(() => {
    const inputs: NamedTensorMap = {};
    updates.forEach(({ param, gradient, expAvg, expAvgSq }, i) => {
      for (const updated of [param, expAvg, expAvgSq]) unshare(updated);
      Object.assign(inputs, {
        [`param${i}`]: param,
        [`gradient${i}`]: gradient,
        [`expAvg${i}`]: expAvg,
        [`expAvgSq${i}`]: expAvgSq,
      });
    });
    if (clipScale !== undefined) inputs['clipScale'] = mul(clipScale, 1);
    runKernel(ADAMW_KERNEL, inputs, attributes);
  });
}

/** Gives a variable a buffer of its own where another tensor (a clone, a reshape) shares it. */
function unshare(shared: Variable): void {
  if (engine().backend.refCount(shared.dataId) > 1) shared.assign(add(shared, 0));
}

function checkArguments(
  params: readonly Variable[],
  gradients: readonly (Tensor | null)[],
  state: AdamWState,
  options: AdamWOptions,
): readonly number[] {
  const op = 'adamW';
  const {
    learningRate,
    step,
    beta1 = 0.9,
    beta2 = 0.999,
    epsilon = 1e-8,
    weightDecay = 0.01,
  } = options;
  const weightDecays =
    typeof weightDecay === 'number' ? params.map(() => weightDecay) : weightDecay;
  const lists = {
    gradients,
    'state.expAvg': state.expAvg,
    'state.expAvgSq': state.expAvgSq,
    weightDecay: weightDecays,
  };
  for (const [name, list] of Object.entries(lists)) {
    if (list.length !== params.length) {
      throw new OpValueError(
        op,
        `length of ${name}`,
        list.length,
        `${params.length}, one for each parameter`,
      );
    }
  }
  params.forEach((param, i) => {
    checkDtype(op, `params[${i}]`, param, 'float32');
    const others = {
      gradients: gradients[i],
      'state.expAvg': state.expAvg[i],
      'state.expAvgSq': state.expAvgSq[i],
    };
    for (const [name, tensor] of Object.entries(others)) {
      if (!tensor) continue;
      checkDtype(op, `${name}[${i}]`, tensor, 'float32');
      checkSameShape(op, `${name}[${i}]`, tensor, param, `params[${i}]`);
    }
  });
  checkRange(op, 'learningRate', learningRate, 0, Number.MAX_VALUE);
  checkRange(op, 'epsilon', epsilon, 0, Number.MAX_VALUE);
  for (const [name, beta] of Object.entries({ beta1, beta2 })) {
    if (!(beta >= 0 && beta < 1)) throw new OpValueError(op, name, beta, 'a number in [0, 1)');
  }
  weightDecays.forEach((decay, i) => {
    checkRange(op, `weightDecay[${i}]`, decay, 0, Number.MAX_VALUE);
  });
  if (!Number.isInteger(step) || step < 1) {
    throw new OpValueError(op, 'step', step, 'an integer of at least 1');
  }
  return weightDecays;
}
