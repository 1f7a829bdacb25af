// The arithmetic that crossEntropy and maskedLmLoss share: weighted negative log-likelihood of integer
// labels, in a form that stays finite for logits of any finite size.
import {
  argMax,
  cast,
  customGrad,
  div,
  equal,
  exp,
  gatherND,
  log,
  max,
  maximum,
  mul,
  notEqual,
  pad,
  range,
  reshape,
  scalar,
  slice,
  stack,
  sub,
  sum,
  zeros,
} from '@tensorflow/tfjs-core';
import type { Scalar, Tensor } from '@tensorflow/tfjs-core';

/** How the losses of the positions become one number. */
export type LossReduction = 'mean' | 'sum';

/** PyTorch's and Hugging Face's label of a position that does not count. */
export const IGNORE_INDEX = -100;

/** A loss with what is needed to average it over several batches. */
export interface LossWithAccuracy {
  /** Reduced as asked; differentiable. */
  readonly loss: Scalar;
  /** Sum of the weights of the positions that count: their number where no weights were given. */
  readonly weight: Scalar;
  /** Sum of the weights of the positions whose largest logit is at the label. */
  readonly correct: Scalar;
}

/** [n] int32 labels, their one logit index and weight, ready for arithmetic. */
export interface PreparedLabels {
  /** int32 [n]: the label, 0 where ignored. */
  readonly safe: Tensor;
  /** float32 [n]: the weight, 0 where ignored. */
  readonly weights: Tensor;
}

export function prepareLabels(
  labels: Tensor,
  weights: Tensor | undefined,
  ignoreIndex: number,
): PreparedLabels {
  const counts = notEqual(labels, scalar(ignoreIndex, 'int32'));
  const countsFloat = cast(counts, 'float32');
  return {
    safe: mul(labels, cast(counts, 'int32')),
    weights: weights ? mul(weights, countsFloat) : countsFloat,
  };
}

/** Row maxima and log-sum-exp of the rest, each [n, 1]; kept apart so that large logits lose no digits. */
export function logNormalizer(logits: Tensor): { peak: Tensor; logSum: Tensor } {
  const peak = max(logits, 1, true);
  return { peak, logSum: log(sum(exp(sub(logits, peak)), 1, true)) };
}

/** float32 [3]: sum of weighted losses, sum of weights, sum of weights where the prediction is right (or 0). */
export function lossStatistics(
  logits: Tensor,
  { safe, weights }: PreparedLabels,
  { peak, logSum }: { peak: Tensor; logSum: Tensor },
  countCorrect: boolean,
): Tensor {
  const rowCount = logits.shape[0];
  const rows = range(0, rowCount, 1, 'int32');
  const target = reshape(gatherND(logits, stack([rows, safe], 1)), [rowCount, 1]);
  const losses = reshape(sub(logSum, sub(target, peak)), [rowCount]);
  const hits = countCorrect ? cast(equal(argMax(logits, 1), safe), 'float32') : scalar(0);
  return stack([sum(mul(losses, weights)), sum(weights), sum(mul(hits, weights))]);
}

/** [n, classes]: softmax(logits) with row i multiplied by the weight of position i and by dy[0]. */
export function weightedProbabilities(
  logits: Tensor,
  { peak, logSum }: { peak: Tensor; logSum: Tensor },
  rowScale: Tensor,
): Tensor {
  return mul(exp(sub(sub(logits, peak), logSum)), rowScale);
}

/** [n, 1]: the weights times the gradient of the summed loss. */
export function rowScales(dy: Tensor, { weights }: PreparedLabels): Tensor {
  return reshape(mul(weights, slice(dy, [0], [1])), [-1, 1]);
}

/**
 * Splits the statistics into a reduced loss and its counts. Without any weight the loss is 0. Each is one node of the
 * tape, and only the loss has a gradient.
 */
export function reduceStatistics(statistics: Tensor, reduction: LossReduction): LossWithAccuracy {
  const loss = customGrad((...args) => {
    const [all, save] = args as [Tensor, (tensors: Tensor[]) => void];
    const total = element(all, 0);
    const divisor = reduction === 'sum' ? scalar(1) : maximum(element(all, 1), scalar(1e-30));
    save([divisor]);
    const gradFunc = (dy: Tensor, saved: Tensor[]): Tensor[] =>
      saved.map((weight) => pad(reshape(div(dy, weight), [1]), [[0, 2]]));
    return { value: div(total, divisor), gradFunc };
  });
  const count = (index: number): Scalar => {
    const read = customGrad((...args) => {
      const [all] = args as [Tensor];
      return { value: element(all, index), gradFunc: () => zeros([3]) };
    });
    return read(statistics);
  };
  return { loss: loss(statistics) as Scalar, weight: count(1), correct: count(2) };
}

function element(statistics: Tensor, index: number): Scalar {
  return reshape(slice(statistics, [index], [1]), []);
}

/** What a batch without positions gives. */
export function emptyStatistics(): Tensor {
  return stack([scalar(0), scalar(0), scalar(0)]);
}
