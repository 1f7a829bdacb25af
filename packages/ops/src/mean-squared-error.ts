// Mean squared error, the loss of regression heads: PyTorch's MSELoss.
import { mean, square, sub, sum, tidy } from '@tensorflow/tfjs-core';
import type { Scalar, Tensor } from '@tensorflow/tfjs-core';

import type { ElementwiseLossOptions } from './binary-cross-entropy.ts';
import { checkDtype, checkSameShape } from './checks.ts';

/**
 * (predictions - labels)^2, reduced over all elements. The caller owns the result.
 *
 * @param predictions float32, any shape.
 * @param labels float32, the same shape.
 * @throws OpShapeError, OpDtypeError.
 */
export function meanSquaredError(
  predictions: Tensor,
  labels: Tensor,
  { reduction = 'mean' }: ElementwiseLossOptions = {},
): Scalar {
  const op = 'meanSquaredError';
  checkDtype(op, 'predictions', predictions, 'float32');
  checkDtype(op, 'labels', labels, 'float32');
  checkSameShape(op, 'labels', labels, predictions, 'predictions');
  return tidy(() => {
    const squares = square(sub(predictions, labels));
    return reduction === 'mean' ? mean(squares) : sum(squares);
  });
}
