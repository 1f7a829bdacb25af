// Picks the hidden states of chosen positions, so that a vocabulary projection runs over the masked 15 % of
// a batch instead of all of it (gather_indexes in google-research/bert, run_pretraining.py).
import { customGrad, gather, reshape, tidy } from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';

import { checkDtype, checkedIndices, checkShape } from './checks.ts';
import { scatterRows } from './scatter-rows.ts';

/**
 * The rows of `hidden` at flat positions. Differentiable in `hidden`. The caller owns the result.
 *
 * @param hidden float32 [batch, length, hidden], or [batch * length, hidden].
 * @param positions int32 [n]: row * length + column. Repeats are allowed; n may be 0.
 * @returns float32 [n, hidden].
 * @throws OpShapeError, OpDtypeError, OpValueError (a position outside the batch).
 */
export function gatherPositions(hidden: Tensor, positions: Tensor): Tensor2D {
  const op = 'gatherPositions';
  checkDtype(op, 'hidden', hidden, 'float32');
  const axes = hidden.rank === 2 ? ['batch * length', 'hidden'] : ['batch', 'length', 'hidden'];
  checkShape(op, 'hidden', hidden, axes);
  checkDtype(op, 'positions', positions, 'int32');
  checkShape(op, 'positions', positions, ['n']);
  const width = hidden.shape.at(-1) ?? 0;
  const rowCount = hidden.shape.slice(0, -1).reduce((product, size) => product * size, 1);
  checkedIndices(op, 'positions', positions, rowCount);

  const run = customGrad((...args) => {
    const [x, save] = args as [Tensor, (tensors: Tensor[]) => void];
    save([positions]);
    const gradFunc = (dy: Tensor, saved: Tensor[]): Tensor[] =>
      saved.map((indices) => tidy(() => reshape(scatterRows(dy, indices, rowCount), hidden.shape)));
    return { value: gather(reshape(x, [rowCount, width]), positions, 0), gradFunc };
  });
  return run(hidden) as Tensor2D;
}
