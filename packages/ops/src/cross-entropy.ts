// Softmax cross-entropy of integer labels with PyTorch's ignore index and a weight for each position.
// Kernel MalmoiCrossEntropy: inputs { logits [n, classes], labels [n], weights? [n] }, attributes
// { ignoreIndex, countCorrect }, outputs [statistics, ...private], statistics = float32 [3]: sum of weighted
// losses, sum of weights, sum of the weights of right predictions (0 unless countCorrect). Gradient
// MalmoiCrossEntropyGrad: inputs { dy [3], logits, labels, weights?, saved0... }, of dy only dy[0] counts;
// outputs [dlogits].
import { mul, oneHot, reshape, sub, tidy } from '@tensorflow/tfjs-core';
import type { Scalar, Tensor } from '@tensorflow/tfjs-core';

import { checkDtype, checkedIndices, checkShape, lastAxis } from './checks.ts';
import {
  emptyStatistics,
  IGNORE_INDEX,
  logNormalizer,
  lossStatistics,
  prepareLabels,
  reduceStatistics,
  rowScales,
  weightedProbabilities,
} from './cross-entropy-math.ts';
import type { LossReduction, LossWithAccuracy } from './cross-entropy-math.ts';
import { OpValueError } from './errors.ts';
import { runFusedOp } from './fused-op.ts';
import type { FusedOp } from './fused-op.ts';

/** Inputs of MalmoiCrossEntropy. */
export interface CrossEntropyInputs {
  logits: Tensor;
  labels: Tensor;
  weights?: Tensor;
}
/** Attributes of MalmoiCrossEntropy, MalmoiMaskedLmLoss and their gradients. */
export interface CrossEntropyAttributes {
  ignoreIndex: number;
  countCorrect: boolean;
}

/** Options of crossEntropy and maskedLmLoss. */
export interface CrossEntropyOptions {
  /** The label of positions that do not count. Default -100. */
  readonly ignoreIndex?: number;
  /** float32, the shape of labels: how much each position counts. Default 1. */
  readonly weights?: Tensor;
  /** `mean` (default): the weighted sum over the sum of weights, 0 where that is 0; or `sum`. */
  readonly reduction?: LossReduction;
}

/** The kernel pair of crossEntropy. */
export const crossEntropyOp: FusedOp<
  CrossEntropyInputs,
  CrossEntropyAttributes,
  keyof CrossEntropyInputs
> = {
  kernelName: 'MalmoiCrossEntropy',
  gradKernelName: 'MalmoiCrossEntropyGrad',
  gradients: ['logits'],
  savedInputs: ['logits', 'labels', 'weights'],
  forward: forwardComposition,
  backward: backwardComposition,
};

/**
 * Cross-entropy between softmax(logits) and integer labels. The caller owns the result.
 *
 * @param logits float32 [..., classes].
 * @param labels int32, the shape of logits without its last axis.
 * @throws OpShapeError, OpDtypeError; OpValueError for a label that is neither a class nor ignoreIndex.
 */
export function crossEntropy(
  logits: Tensor,
  labels: Tensor,
  options: CrossEntropyOptions = {},
): Scalar {
  return tidy(() => run('crossEntropy', logits, labels, options, false).loss);
}

/** crossEntropy with the weight and the right predictions counted. The caller owns all three. */
export function crossEntropyWithAccuracy(
  logits: Tensor,
  labels: Tensor,
  options: CrossEntropyOptions = {},
): LossWithAccuracy {
  return tidy(() => ({ ...run('crossEntropyWithAccuracy', logits, labels, options, true) }));
}

function run(
  op: string,
  logits: Tensor,
  labels: Tensor,
  { ignoreIndex = IGNORE_INDEX, weights, reduction = 'mean' }: CrossEntropyOptions,
  countCorrect: boolean,
): LossWithAccuracy {
  checkDtype(op, 'logits', logits, 'float32');
  const classes = lastAxis(op, 'logits', logits, '[..., classes]');
  checkLossInputs(op, labels, logits.shape.slice(0, -1), classes, {
    ignoreIndex,
    reduction,
    ...(weights && { weights }),
  });
  const rowCount = labels.size;
  const statistics = runFusedOp(
    crossEntropyOp,
    {
      logits: reshape(logits, [rowCount, classes]),
      labels: reshape(labels, [rowCount]),
      ...(weights && { weights: reshape(weights, [rowCount]) }),
    },
    { ignoreIndex, countCorrect },
  );
  return reduceStatistics(statistics, reduction);
}

/** Checks labels, weights and options of a loss over `shape` positions. */
export function checkLossInputs(
  op: string,
  labels: Tensor,
  shape: readonly number[],
  classes: number,
  { ignoreIndex = IGNORE_INDEX, weights, reduction = 'mean' }: CrossEntropyOptions,
): void {
  checkDtype(op, 'labels', labels, 'int32');
  checkShape(op, 'labels', labels, shape);
  if (weights) {
    checkDtype(op, 'weights', weights, 'float32');
    checkShape(op, 'weights', weights, shape);
  }
  // A plain string from JavaScript may be anything.
  if (!['mean', 'sum'].includes(reduction)) {
    throw new OpValueError(op, 'reduction', reduction, `'mean' or 'sum'`);
  }
  checkedIndices(op, 'labels', labels, classes, ignoreIndex);
}

/** Saves the row maxima and the log-sums, [n, 1] each. */
function forwardComposition(
  { logits, labels, weights }: CrossEntropyInputs,
  { ignoreIndex, countCorrect }: CrossEntropyAttributes,
): [Tensor, ...Tensor[]] {
  if (labels.size === 0) return [emptyStatistics()];
  const normalizer = logNormalizer(logits);
  const prepared = prepareLabels(labels, weights, ignoreIndex);
  return [
    lossStatistics(logits, prepared, normalizer, countCorrect),
    normalizer.peak,
    normalizer.logSum,
  ];
}

function backwardComposition(
  dy: Tensor,
  { logits, labels, weights }: CrossEntropyInputs,
  [peak, logSum]: readonly Tensor[],
  { ignoreIndex }: CrossEntropyAttributes,
): Tensor[] {
  if (peak === undefined || logSum === undefined) return [logits.clone()];
  const prepared = prepareLabels(labels, weights, ignoreIndex);
  const scales = rowScales(dy, prepared);
  const probabilities = weightedProbabilities(logits, { peak, logSum }, scales);
  const targets = reshape(oneHot(prepared.safe, logits.shape[1] ?? 0), logits.shape);
  return [sub(probabilities, mul(targets, scales))];
}
