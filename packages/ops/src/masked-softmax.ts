// Softmax over the last axis that leaves masked positions out, in plain ops. Shared by the attention
// composition and by attentionWithProbabilities.
import {
  add,
  customGrad,
  div,
  exp,
  max,
  maximum,
  mul,
  sub,
  sum,
  tidy,
} from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';

/** The most negative float32: below any score that is not itself -Infinity. */
const LOWEST = -3.4028234663852886e38;

/**
 * Probabilities over the last axis; exactly 0 where `mask` is 0. A row that is masked throughout is 0
 * throughout. Off the tape.
 *
 * @param scores float32 [..., n].
 * @param mask float32 of 1 (read) and 0 (masked), broadcastable to scores.
 */
export function maskedSoftmaxValue(scores: Tensor, mask?: Tensor): Tensor {
  // Adding LOWEST to a score rounds to LOWEST, so multiplying masked scores by 0 first is not needed for
  // the order, but it keeps a masked score of -3e38 from overflowing to -Infinity.
  const masked = mask ? add(mul(scores, mask), mul(sub(1, mask), LOWEST)) : scores;
  const exponentials = exp(sub(masked, max(masked, -1, true)));
  const numerators = mask ? mul(exponentials, mask) : exponentials;
  // The largest readable score contributes exp(0) = 1, so the sum is below 1 only where all is masked.
  return div(numerators, maximum(sum(numerators, -1, true), 1));
}

/** The gradient of maskedSoftmaxValue with respect to the scores. */
export function maskedSoftmaxGradient(dy: Tensor, probabilities: Tensor): Tensor {
  const weighted = mul(dy, probabilities);
  return sub(weighted, mul(probabilities, sum(weighted, -1, true)));
}

/** maskedSoftmaxValue on the tape: differentiable in the scores. */
export function maskedSoftmax(scores: Tensor, mask?: Tensor): Tensor {
  const run = customGrad((...args) => {
    const [x, save] = args as [Tensor, (tensors: Tensor[]) => void];
    const value = maskedSoftmaxValue(x, mask);
    save([value]);
    const gradFunc = (dy: Tensor, saved: Tensor[]): Tensor[] =>
      saved.map((probabilities) => tidy(() => maskedSoftmaxGradient(dy, probabilities)));
    return { value, gradFunc };
  });
  return run(scores);
}
