// Multi-head scaled dot-product attention (Vaswani et al. 2017) as BERT's self-attention computes it, from
// the projected query, key and value to the concatenated context.
// Kernel MalmoiAttention: inputs { query, key, value, mask? }, attributes { numHeads, dropout? }, outputs
// [context, ...private]. Gradient MalmoiAttentionGrad: inputs { dy, query, key, value, mask?, saved0... },
// the same attributes, outputs [dquery, dkey, dvalue].
import { cast, mul, reshape, tidy, transpose } from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';

import { checkSameShape, checkDtype, checkShape } from './checks.ts';
import { dropoutAttributes } from './dropout-mask.ts';
import type { DropoutAttributes, DropoutSpec } from './dropout-mask.ts';
import { dropout as applyDropout, maskTensor } from './dropout.ts';
import { OpShapeError, OpValueError } from './errors.ts';
import { runFusedOp } from './fused-op.ts';
import type { FusedOp } from './fused-op.ts';
import { maskedSoftmax, maskedSoftmaxGradient, maskedSoftmaxValue } from './masked-softmax.ts';
import { matrixProduct } from './matrix-product.ts';

/** Inputs of MalmoiAttention: query [batch, queries, hidden]; key, value [batch, length, hidden]; mask float32 [batch, length]. */
export interface AttentionInputs {
  query: Tensor;
  key: Tensor;
  value: Tensor;
  mask?: Tensor;
}
/** Attributes of MalmoiAttention and MalmoiAttentionGrad; `dropout` is absent where there is none. */
export interface AttentionAttributes {
  numHeads: number;
  dropout?: DropoutAttributes;
}

/** Options of attention. */
export interface AttentionOptions {
  /** Number of heads; divides hidden. */
  readonly numHeads: number;
  /**
   * [batch, length], int32, bool or float32: 1 where a position may be attended to, 0 where it is padding.
   * Default: all may. Positions whose whole row is masked get a context and gradients of 0.
   */
  readonly mask?: Tensor;
  /** Dropout of the probabilities. Default none. */
  readonly dropout?: DropoutSpec;
}

/** What attentionWithProbabilities returns. */
export interface AttentionResult {
  /** [batch, queries, hidden]. */
  readonly context: Tensor;
  /** [batch, heads, queries, length]: rows are queries, columns keys; after dropout, as Hugging Face reports them. */
  readonly probabilities: Tensor;
}

/** The kernel pair of attention. */
export const attentionOp: FusedOp<AttentionInputs, AttentionAttributes, keyof AttentionInputs> = {
  kernelName: 'MalmoiAttention',
  gradKernelName: 'MalmoiAttentionGrad',
  gradients: ['query', 'key', 'value'],
  savedInputs: ['query', 'key', 'value', 'mask'],
  forward: forwardComposition,
  backward: backwardComposition,
};

/**
 * softmax(query * key^T / sqrt(headDim)) * value for each head. The caller owns the result.
 *
 * @param query float32 [batch, queries, hidden]; head h is columns h * headDim to (h + 1) * headDim.
 * @param key, value float32 [batch, length, hidden]; in BERT there is a query for each position, unless only some of
 *   them are read.
 * @returns float32 [batch, queries, hidden].
 * @throws OpShapeError, OpDtypeError, OpValueError (heads that do not divide hidden; a bad dropout spec).
 */
export function attention(
  query: Tensor,
  key: Tensor,
  value: Tensor,
  options: AttentionOptions,
): Tensor {
  return tidy(() => {
    const { inputs, attributes } = prepare('attention', query, key, value, options);
    return runFusedOp(attentionOp, inputs, attributes);
  });
}

/**
 * attention, and the probabilities it used. Always the composition, since a fused kernel never holds the
 * probabilities; differentiable through both results. The caller owns both.
 *
 * @throws as attention.
 */
export function attentionWithProbabilities(
  query: Tensor,
  key: Tensor,
  value: Tensor,
  options: AttentionOptions,
): AttentionResult {
  return tidy(() => {
    const { inputs, attributes } = prepare(
      'attentionWithProbabilities',
      query,
      key,
      value,
      options,
    );
    const { numHeads } = attributes;
    const scores = attentionScores(inputs.query, inputs.key, numHeads);
    const softmax = maskedSoftmax(scores, broadcastMask(inputs.mask));
    const probabilities = options.dropout ? applyDropout(softmax, options.dropout) : softmax;
    const context = joinHeads(matrixProduct(probabilities, splitHeads(inputs.value, numHeads)));
    return { context, probabilities };
  });
}

function prepare(
  op: string,
  query: Tensor,
  key: Tensor,
  value: Tensor,
  { numHeads, mask, dropout }: AttentionOptions,
): { inputs: AttentionInputs; attributes: AttentionAttributes } {
  for (const [name, tensor] of Object.entries({ query, key, value })) {
    checkDtype(op, name, tensor, 'float32');
  }
  checkHeads(op, 'query', query, numHeads);
  const [batch = 0, , hidden = 0] = query.shape;
  checkShape(op, 'key', key, [batch, 'length', hidden]);
  checkSameShape(op, 'value', value, key, 'key');
  const [, length = 0] = key.shape;
  if (mask) checkShape(op, 'mask', mask, [batch, length]);
  const resolved = dropout && dropoutAttributes(dropout, op);
  return {
    inputs: { query, key, value, ...(mask && { mask: cast(mask, 'float32') }) },
    attributes: { numHeads, ...(resolved && resolved.threshold > 0 && { dropout: resolved }) },
  };
}

/**
 * Throws unless `tensor` is [batch, length, hidden] with hidden divisible by the heads.
 *
 * @throws OpShapeError, OpValueError
 */
export function checkHeads(op: string, argument: string, tensor: Tensor, numHeads: number): void {
  checkShape(op, argument, tensor, ['batch', 'length', 'hidden']);
  if (!Number.isInteger(numHeads) || numHeads < 1) {
    throw new OpValueError(op, 'numHeads', numHeads, 'an integer of at least 1');
  }
  if ((tensor.shape[2] ?? 0) % numHeads !== 0) {
    throw new OpShapeError(
      op,
      argument,
      tensor.shape,
      `[batch, length, hidden] with hidden divisible by ${numHeads} heads`,
    );
  }
}

/** Saves the probabilities and, with dropout, its mask. */
function forwardComposition(
  { query, key, value, mask }: AttentionInputs,
  { numHeads, dropout }: AttentionAttributes,
): [Tensor, ...Tensor[]] {
  const scores = attentionScores(query, key, numHeads);
  const probabilities = maskedSoftmaxValue(scores, broadcastMask(mask));
  const dropped = dropout && maskTensor(dropout, probabilities.shape);
  const weights = dropped ? mul(probabilities, dropped) : probabilities;
  const context = joinHeads(matrixProduct(weights, splitHeads(value, numHeads)));
  return [context, probabilities, ...(dropped ? [dropped] : [])];
}

function backwardComposition(
  dy: Tensor,
  { query, key, value }: AttentionInputs,
  [probabilities, dropped]: readonly Tensor[],
  { numHeads }: AttentionAttributes,
): Tensor[] {
  if (probabilities === undefined)
    throw new TypeError('attention: the composition saved no probabilities.');
  const dContext = splitHeads(dy, numHeads);
  const weights = dropped ? mul(probabilities, dropped) : probabilities;
  const dValue = matrixProduct(weights, dContext, true, false);
  const dWeights = matrixProduct(dContext, splitHeads(value, numHeads), false, true);
  const dProbabilities = dropped ? mul(dWeights, dropped) : dWeights;
  const dScores = mul(
    maskedSoftmaxGradient(dProbabilities, probabilities),
    scoreScale(query, numHeads),
  );
  const dQuery = matrixProduct(dScores, splitHeads(key, numHeads));
  const dKey = matrixProduct(dScores, splitHeads(query, numHeads), true, false);
  return [joinHeads(dQuery), joinHeads(dKey), joinHeads(dValue)];
}

/** [batch, heads, queries, length]: query * key^T / sqrt(headDim). */
function attentionScores(query: Tensor, key: Tensor, numHeads: number): Tensor {
  // The query is scaled rather than the scores: it is smaller.
  const scaled = mul(splitHeads(query, numHeads), scoreScale(query, numHeads));
  return matrixProduct(scaled, splitHeads(key, numHeads), false, true);
}

function scoreScale(query: Tensor, numHeads: number): number {
  const hidden = query.shape.at(-1) ?? 1;
  return 1 / Math.sqrt(hidden / numHeads);
}

/** [batch, length] -> [batch, 1, 1, length]. */
function broadcastMask(mask: Tensor | undefined): Tensor | undefined {
  return mask && reshape(mask, [mask.shape[0], 1, 1, mask.shape[1] ?? 0]);
}

/** [batch, length, hidden] -> [batch, heads, length, headDim]. */
function splitHeads(x: Tensor, numHeads: number): Tensor {
  const [batch = 0, length = 0, hidden = 0] = x.shape;
  return transpose(reshape(x, [batch, length, numHeads, hidden / numHeads]), [0, 2, 1, 3]);
}

/** [batch, heads, length, headDim] -> [batch, length, hidden]. */
function joinHeads(x: Tensor): Tensor {
  const [batch = 0, heads = 0, length = 0, headDim = 0] = x.shape;
  return reshape(transpose(x, [0, 2, 1, 3]), [batch, length, heads * headDim]);
}
