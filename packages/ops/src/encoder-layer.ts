// A layer of BERT's encoder (Devlin et al. 2018, BertLayer of transformers) in one op: self-attention and the
// feed-forward network, each followed by dropout, the residual sum and layer normalisation.
// Kernel MalmoiEncoderLayer: inputs { hidden, mask?, rows?, queryKernel, queryBias, ... }, attributes { numHeads,
// epsilon, activation, probabilitiesDropout?, attentionDropout?, outputDropout? }, outputs [y, ...private]. Gradient
// MalmoiEncoderLayerGrad: inputs { dy, hidden, mask?, rows?, the kernels and gammas, saved0... }, the same attributes,
// outputs [dhidden, dqueryKernel, dqueryBias, ...].
import { cast, reshape, tensor2d, tidy } from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';

import type { ActivationName } from './activation.ts';
import { attention, attentionWithProbabilities, checkHeads } from './attention.ts';
import { checkDtype, checkedIndices, checkPositive, checkShape } from './checks.ts';
import { dense, fusedActivation } from './dense.ts';
import type { FusedActivation } from './dense.ts';
import { dropoutAttributes } from './dropout-mask.ts';
import type { DropoutAttributes, DropoutSpec } from './dropout-mask.ts';
import { hasKernelPair, runKernelPair } from './fused-op.ts';
import type { KernelPair } from './fused-op.ts';
import { gatherPositions } from './gather-positions.ts';
import { layerNorm } from './layer-norm.ts';

/** Weights of a dense layer: float32 `[out, in]` and `[out]`, as Hugging Face checkpoints store them. */
export interface EncoderDense {
  readonly kernel: Tensor;
  readonly bias: Tensor;
}

/** Weights of a layer normalisation, float32 `[hidden]`. */
export interface EncoderNorm {
  readonly gamma: Tensor;
  readonly beta: Tensor;
}

/** The weights of a layer, under the names of BertLayer. */
export interface EncoderLayerWeights {
  readonly query: EncoderDense;
  readonly key: EncoderDense;
  readonly value: EncoderDense;
  readonly attentionOutput: EncoderDense;
  readonly attentionNorm: EncoderNorm;
  readonly intermediate: EncoderDense;
  readonly output: EncoderDense;
  readonly outputNorm: EncoderNorm;
}

/** Options of encoderLayer. */
export interface EncoderLayerOptions {
  /** Number of heads; divides hidden. */
  readonly numHeads: number;
  /** As `attention`'s. Default: every position may be attended to. */
  readonly mask?: Tensor;
  /**
   * int32 [batch, count]: the positions of each sequence whose result is wanted, 0 to length - 1, repeats allowed. All
   * are attended to, but everything after keys and values is computed for these alone. Default: all.
   */
  readonly positions?: Tensor;
  /** Of the feed-forward network. Default `gelu`. */
  readonly activation?: ActivationName;
  /** Added to the variances. Default 1e-12, BERT's. */
  readonly epsilon?: number;
  /** Dropout of the attention probabilities. Default none. */
  readonly probabilitiesDropout?: DropoutSpec;
  /** Dropout of the attention's output, before the residual. Default none. */
  readonly attentionDropout?: DropoutSpec;
  /** Dropout of the feed-forward network's output, before the residual. Default none. */
  readonly outputDropout?: DropoutSpec;
}

type DenseName = 'query' | 'key' | 'value' | 'attentionOutput' | 'intermediate' | 'output';
type NormName = 'attentionNorm' | 'outputNorm';

/**
 * Inputs of MalmoiEncoderLayer: hidden [batch, length, hidden], mask float32 [batch, length], rows int32 [batch, count]
 * (the wanted positions as `sequence * length + position`), and the weights.
 */
export type EncoderLayerInputs = { hidden: Tensor; mask?: Tensor; rows?: Tensor } & Record<
  `${DenseName}Kernel` | `${DenseName}Bias` | `${NormName}Gamma` | `${NormName}Beta`,
  Tensor
>;

/** Attributes of MalmoiEncoderLayer and MalmoiEncoderLayerGrad; a dropout is absent where there is none. */
export interface EncoderLayerAttributes {
  numHeads: number;
  epsilon: number;
  activation: FusedActivation;
  probabilitiesDropout?: DropoutAttributes;
  attentionDropout?: DropoutAttributes;
  outputDropout?: DropoutAttributes;
}

/** The kernel pair of encoderLayer. It has no composition of its own: without kernels the layer is a chain of ops. */
export const encoderLayerOp = {
  kernelName: 'MalmoiEncoderLayer',
  gradKernelName: 'MalmoiEncoderLayerGrad',
  gradients: [
    'hidden',
    'queryKernel',
    'queryBias',
    'keyKernel',
    'keyBias',
    'valueKernel',
    'valueBias',
    'attentionOutputKernel',
    'attentionOutputBias',
    'attentionNormGamma',
    'attentionNormBeta',
    'intermediateKernel',
    'intermediateBias',
    'outputKernel',
    'outputBias',
    'outputNormGamma',
    'outputNormBeta',
  ],
  savedInputs: [
    'hidden',
    'mask',
    'rows',
    'queryKernel',
    'keyKernel',
    'valueKernel',
    'attentionOutputKernel',
    'attentionNormGamma',
    'intermediateKernel',
    'outputKernel',
    'outputNormGamma',
  ],
} as const satisfies KernelPair<EncoderLayerInputs, keyof EncoderLayerInputs>;

/**
 * One layer of BERT's encoder. The caller owns the result.
 *
 * @param hidden float32 [batch, length, hidden].
 * @returns float32 [batch, length, hidden], or [batch, count, hidden] where `positions` are given.
 * @throws OpShapeError, OpDtypeError, OpValueError (a position outside its sequence among others).
 */
export function encoderLayer(
  hidden: Tensor,
  weights: EncoderLayerWeights,
  options: EncoderLayerOptions,
): Tensor {
  return tidy(() => {
    const inputs = checkedInputs(hidden, weights, options);
    const activation = fusedActivation(options.activation ?? 'gelu');
    return activation !== undefined && hasKernelPair(encoderLayerOp)
      ? runKernelPair(encoderLayerOp, inputs, attributesOf(options, activation))
      : chainOfOps(inputs, weights, options, (...args) => ({ context: attention(...args) })).y;
  });
}

/**
 * encoderLayer, and the probabilities of its attention. Always op by op, as `attentionWithProbabilities` is. The caller
 * owns both.
 *
 * @returns y, and float32 [batch, heads, length or count, length]: rows are queries, columns keys.
 * @throws as encoderLayer.
 */
export function encoderLayerWithProbabilities(
  hidden: Tensor,
  weights: EncoderLayerWeights,
  options: EncoderLayerOptions,
): { y: Tensor; probabilities: Tensor } {
  return tidy(() => {
    const inputs = checkedInputs(hidden, weights, options);
    const { y, attended } = chainOfOps(inputs, weights, options, attentionWithProbabilities);
    return { y, probabilities: attended.probabilities };
  });
}

/** The layer op by op, and what `attend` gave besides the context. */
function chainOfOps<Attended extends { readonly context: Tensor }>(
  { hidden, mask, rows }: Pick<EncoderLayerInputs, 'hidden' | 'mask' | 'rows'>,
  weights: EncoderLayerWeights,
  options: EncoderLayerOptions,
  attend: (...args: Parameters<typeof attention>) => Attended,
): { y: Tensor; attended: Attended } {
  const { numHeads, activation = 'gelu', epsilon, probabilitiesDropout } = options;
  const project = (x: Tensor, { kernel, bias }: EncoderDense): Tensor => dense(x, kernel, bias);
  const addAndNorm = (
    x: Tensor,
    residual: Tensor,
    { gamma, beta }: EncoderNorm,
    dropout?: DropoutSpec,
  ): Tensor =>
    layerNorm(x, gamma, beta, {
      ...(epsilon !== undefined && { epsilon }),
      residual,
      ...(dropout && { dropout }),
    });
  const wanted = rows ? wantedRows(hidden, rows) : hidden;
  const attended = attend(
    project(wanted, weights.query),
    project(hidden, weights.key),
    project(hidden, weights.value),
    {
      numHeads,
      ...(mask && { mask }),
      ...(probabilitiesDropout && { dropout: probabilitiesDropout }),
    },
  );
  const middle = addAndNorm(
    project(attended.context, weights.attentionOutput),
    wanted,
    weights.attentionNorm,
    options.attentionDropout,
  );
  const { kernel, bias } = weights.intermediate;
  const widened = dense(middle, kernel, bias, { activation });
  const y = addAndNorm(
    project(widened, weights.output),
    middle,
    weights.outputNorm,
    options.outputDropout,
  );
  return { y, attended };
}

/** [batch, length, hidden] and int32 [batch, count] -> [batch, count, hidden]. */
function wantedRows(hidden: Tensor, rows: Tensor): Tensor {
  const [batch = 0, count = 0] = rows.shape;
  const wanted = gatherPositions(hidden, reshape(rows, [batch * count]));
  return reshape(wanted, [batch, count, hidden.shape[2] ?? 0]);
}

/** @throws OpShapeError, OpDtypeError, OpValueError */
function checkedInputs(
  hidden: Tensor,
  weights: EncoderLayerWeights,
  { numHeads, mask, positions, epsilon = 1e-12 }: EncoderLayerOptions,
): EncoderLayerInputs {
  const op = 'encoderLayer';
  checkDtype(op, 'hidden', hidden, 'float32');
  checkHeads(op, 'hidden', hidden, numHeads);
  checkPositive(op, 'epsilon', epsilon);
  const [batch = 0, length = 0, width = 0] = hidden.shape;
  if (mask) checkShape(op, 'mask', mask, [batch, length]);
  const inner = weights.intermediate.bias.size;
  return {
    hidden,
    ...(mask && { mask: cast(mask, 'float32') }),
    ...(positions && { rows: checkedRows(positions, batch, length) }),
    ...checkedDense('query', weights.query, width, width),
    ...checkedDense('key', weights.key, width, width),
    ...checkedDense('value', weights.value, width, width),
    ...checkedDense('attentionOutput', weights.attentionOutput, width, width),
    ...checkedNorm('attentionNorm', weights.attentionNorm, width),
    ...checkedDense('intermediate', weights.intermediate, width, inner),
    ...checkedDense('output', weights.output, inner, width),
    ...checkedNorm('outputNorm', weights.outputNorm, width),
  };
}

/** The positions of each sequence as rows of the batch. */
function checkedRows(positions: Tensor, batch: number, length: number): Tensor {
  const op = 'encoderLayer';
  checkDtype(op, 'positions', positions, 'int32');
  checkShape(op, 'positions', positions, [batch, 'count']);
  const [, count = 0] = positions.shape;
  const rows = checkedIndices(op, 'positions', positions, length).map(
    (position, i) => Math.floor(i / count) * length + position,
  );
  return tensor2d(rows, [batch, count], 'int32');
}

function checkedDense<Name extends DenseName>(
  name: Name,
  { kernel, bias }: EncoderDense,
  inputs: number,
  outputs: number,
): Record<`${Name}Kernel` | `${Name}Bias`, Tensor> {
  checkWeight(`${name}.kernel`, kernel, [outputs, inputs]);
  checkWeight(`${name}.bias`, bias, [outputs]);
  // A computed key has the type string.
  return { [`${name}Kernel`]: kernel, [`${name}Bias`]: bias } as Record<
    `${Name}Kernel` | `${Name}Bias`,
    Tensor
  >;
}

function checkedNorm<Name extends NormName>(
  name: Name,
  { gamma, beta }: EncoderNorm,
  width: number,
): Record<`${Name}Gamma` | `${Name}Beta`, Tensor> {
  checkWeight(`${name}.gamma`, gamma, [width]);
  checkWeight(`${name}.beta`, beta, [width]);
  return { [`${name}Gamma`]: gamma, [`${name}Beta`]: beta } as Record<
    `${Name}Gamma` | `${Name}Beta`,
    Tensor
  >;
}

function checkWeight(argument: string, tensor: Tensor, shape: readonly number[]): void {
  checkDtype('encoderLayer', argument, tensor, 'float32');
  checkShape('encoderLayer', argument, tensor, shape);
}

function attributesOf(
  { numHeads, epsilon = 1e-12, ...options }: EncoderLayerOptions,
  activation: FusedActivation,
): EncoderLayerAttributes {
  const attributes: EncoderLayerAttributes = { numHeads, epsilon, activation };
  for (const name of ['probabilitiesDropout', 'attentionDropout', 'outputDropout'] as const) {
    const spec = options[name];
    const dropout = spec && dropoutAttributes(spec, 'encoderLayer');
    if (dropout && dropout.threshold > 0) attributes[name] = dropout;
  }
  return attributes;
}
