// Binary cross-entropy of logits, the loss of multi-label classification: PyTorch's BCEWithLogitsLoss.
// No kernel of its own: the logits are [batch, labels], small.
import {
  abs,
  add,
  customGrad,
  exp,
  log1p,
  mean,
  mul,
  neg,
  relu,
  sigmoid,
  sub,
  sum,
  tidy,
} from '@tensorflow/tfjs-core';
import type { Scalar, Tensor } from '@tensorflow/tfjs-core';

import { checkDtype, checkSameShape } from './checks.ts';
import type { LossReduction } from './cross-entropy-math.ts';

/** Options of binaryCrossEntropyWithLogits and meanSquaredError. */
export interface ElementwiseLossOptions {
  /** Over all elements. Default `mean`. */
  readonly reduction?: LossReduction;
}

/**
 * -(labels * log(sigmoid(logits)) + (1 - labels) * log(1 - sigmoid(logits))), reduced. Finite for every
 * finite logit. The caller owns the result.
 *
 * @param logits float32, any shape.
 * @param labels float32, the same shape, each in [0, 1].
 * @throws OpShapeError, OpDtypeError.
 */
export function binaryCrossEntropyWithLogits(
  logits: Tensor,
  labels: Tensor,
  { reduction = 'mean' }: ElementwiseLossOptions = {},
): Scalar {
  const op = 'binaryCrossEntropyWithLogits';
  checkDtype(op, 'logits', logits, 'float32');
  checkDtype(op, 'labels', labels, 'float32');
  checkSameShape(op, 'labels', labels, logits, 'logits');
  return tidy(() => {
    const losses = elementLosses(logits, labels);
    return reduction === 'mean' ? mean(losses) : sum(losses);
  });
}

/** max(x, 0) - x * label + log(1 + exp(-|x|)); the gradient is given, since both kinks lie at 0. */
function elementLosses(logits: Tensor, labels: Tensor): Tensor {
  const run = customGrad((...args) => {
    const [x, save] = args as [Tensor, (tensors: Tensor[]) => void];
    save([x, labels]);
    const value = add(sub(relu(x), mul(x, labels)), log1p(exp(neg(abs(x)))));
    const gradFunc = (dy: Tensor, [saved, target]: Tensor[]): Tensor[] =>
      saved && target ? [tidy(() => mul(dy, sub(sigmoid(saved), target)))] : [];
    return { value, gradFunc };
  });
  return run(logits);
}
