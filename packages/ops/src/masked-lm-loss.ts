// The masked-language-model loss: vocabulary projection and softmax cross-entropy in one op, over the masked
// positions only (gatherPositions picks them). One copy of the logits is kept, none of their gradient.
// Kernel MalmoiMaskedLmLoss: inputs { hidden [n, hidden], kernel [vocabulary, hidden], bias? [vocabulary],
// labels [n], weights? [n] }, attributes { ignoreIndex, countCorrect, hasBias }, outputs [statistics,
// ...private] as MalmoiCrossEntropy. Gradient MalmoiMaskedLmLossGrad: inputs { dy [3], hidden, kernel,
// labels, weights?, saved0... }, outputs [dhidden, dkernel, dbias?].
import { add, gather, mul, reshape, sub, sum, tidy, zeros, zerosLike } from '@tensorflow/tfjs-core';
import type { Scalar, Tensor } from '@tensorflow/tfjs-core';

import { checkDtype, checkShape } from './checks.ts';
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
import type { LossWithAccuracy } from './cross-entropy-math.ts';
import { checkLossInputs } from './cross-entropy.ts';
import type { CrossEntropyAttributes, CrossEntropyOptions } from './cross-entropy.ts';
import { runFusedOp } from './fused-op.ts';
import type { FusedOp } from './fused-op.ts';
import { matrixProduct } from './matrix-product.ts';
import { scatterRows } from './scatter-rows.ts';

/** Inputs of MalmoiMaskedLmLoss. */
export interface MaskedLmLossInputs {
  hidden: Tensor;
  kernel: Tensor;
  bias?: Tensor;
  labels: Tensor;
  weights?: Tensor;
}
/** Attributes of MalmoiMaskedLmLoss and MalmoiMaskedLmLossGrad. */
export interface MaskedLmLossAttributes extends CrossEntropyAttributes {
  hasBias: boolean;
}

type SavedInputs = 'hidden' | 'kernel' | 'labels' | 'weights';

/** The kernel pair of maskedLmLoss. */
export const maskedLmLossOp: FusedOp<MaskedLmLossInputs, MaskedLmLossAttributes, SavedInputs> = {
  kernelName: 'MalmoiMaskedLmLoss',
  gradKernelName: 'MalmoiMaskedLmLossGrad',
  gradients: ['hidden', 'kernel', 'bias'],
  savedInputs: ['hidden', 'kernel', 'labels', 'weights'],
  forward: forwardComposition,
  backward: backwardComposition,
};

/**
 * Cross-entropy between softmax(hidden * kernel^T + bias) and the labels. No positions, or only ignored
 * ones, give a loss of 0 and gradients of 0. The caller owns the result.
 *
 * @param hidden float32 [n, hidden]: the transformed hidden states of the masked positions.
 * @param kernel float32 [vocabulary, hidden]: the decoder, often the word embeddings.
 * @param bias float32 [vocabulary], or null.
 * @param labels int32 [n]: token ids, or ignoreIndex.
 * @throws OpShapeError, OpDtypeError; OpValueError for a label that is neither a token nor ignoreIndex.
 */
export function maskedLmLoss(
  hidden: Tensor,
  kernel: Tensor,
  bias: Tensor | null,
  labels: Tensor,
  options: CrossEntropyOptions = {},
): Scalar {
  return tidy(() => run('maskedLmLoss', { hidden, kernel, bias, labels }, options, false).loss);
}

/** maskedLmLoss with the weight and the right predictions counted. The caller owns all three. */
export function maskedLmLossWithAccuracy(
  hidden: Tensor,
  kernel: Tensor,
  bias: Tensor | null,
  labels: Tensor,
  options: CrossEntropyOptions = {},
): LossWithAccuracy {
  return tidy(() => ({
    ...run('maskedLmLossWithAccuracy', { hidden, kernel, bias, labels }, options, true),
  }));
}

function run(
  op: string,
  {
    hidden,
    kernel,
    bias,
    labels,
  }: { hidden: Tensor; kernel: Tensor; bias: Tensor | null; labels: Tensor },
  options: CrossEntropyOptions,
  countCorrect: boolean,
): LossWithAccuracy {
  checkDtype(op, 'hidden', hidden, 'float32');
  checkShape(op, 'hidden', hidden, ['n', 'hidden']);
  checkDtype(op, 'kernel', kernel, 'float32');
  checkShape(op, 'kernel', kernel, ['vocabulary', hidden.shape[1] ?? 0]);
  const vocabulary = kernel.shape[0];
  if (bias) {
    checkDtype(op, 'bias', bias, 'float32');
    checkShape(op, 'bias', bias, [vocabulary]);
  }
  checkLossInputs(op, labels, [hidden.shape[0]], vocabulary, options);
  const { ignoreIndex = IGNORE_INDEX, weights, reduction = 'mean' } = options;
  const statistics = runFusedOp(
    maskedLmLossOp,
    { hidden, kernel, ...(bias && { bias }), labels, ...(weights && { weights }) },
    { ignoreIndex, countCorrect, hasBias: bias !== null },
  );
  return reduceStatistics(statistics, reduction);
}

/** Saves the logits, the row maxima and the log-sums. */
function forwardComposition(
  { hidden, kernel, bias, labels, weights }: MaskedLmLossInputs,
  { ignoreIndex, countCorrect }: MaskedLmLossAttributes,
): [Tensor, ...Tensor[]] {
  if (labels.size === 0) return [emptyStatistics()];
  const product = matrixProduct(hidden, kernel, false, true);
  const logits = bias ? add(product, bias) : product;
  const normalizer = logNormalizer(logits);
  const prepared = prepareLabels(labels, weights, ignoreIndex);
  const statistics = lossStatistics(logits, prepared, normalizer, countCorrect);
  return [statistics, logits, normalizer.peak, normalizer.logSum];
}

/** With p the weighted probabilities and t the weighted one-hot labels, dlogits = p - t; t stays sparse. */
function backwardComposition(
  dy: Tensor,
  { hidden, kernel, labels, weights }: Pick<MaskedLmLossInputs, SavedInputs>,
  [logits, peak, logSum]: readonly Tensor[],
  { ignoreIndex, hasBias }: MaskedLmLossAttributes,
): Tensor[] {
  const vocabulary = kernel.shape[0];
  if (logits === undefined || peak === undefined || logSum === undefined) {
    const gradients = [zerosLike(hidden), zerosLike(kernel)];
    return hasBias ? [...gradients, zeros([vocabulary])] : gradients;
  }
  const prepared = prepareLabels(labels, weights, ignoreIndex);
  const scales = rowScales(dy, prepared);
  const probabilities = weightedProbabilities(logits, { peak, logSum }, scales);
  const targetRows = mul(gather(kernel, prepared.safe, 0), scales);
  const dHidden = sub(matrixProduct(probabilities, kernel), targetRows);
  const targetHidden = scatterRows(mul(hidden, scales), prepared.safe, vocabulary);
  const dKernel = sub(matrixProduct(probabilities, hidden, true, false), targetHidden);
  if (!hasBias) return [dHidden, dKernel];
  const targetScales = reshape(scatterRows(scales, prepared.safe, vocabulary), [vocabulary]);
  return [dHidden, dKernel, sub(sum(probabilities, 0), targetScales)];
}
