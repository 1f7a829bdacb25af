// Which positions of a batch the heads read. The last layer of the encoder computes nothing for the others: a loss
// reads some 15 % of them, and the results are those of the whole layer (Google's run_pretraining.py gathers the same
// positions, but only after it).
import * as tf from '@tensorflow/tfjs-core';

import { BertInputError } from './inputs.ts';

/** Chosen positions, as many of each sequence as of any other. */
export interface ReadPositions {
  /** int32 `[batch, count]`: positions in their sequence. The first is 0, and so is what fills a row up. */
  readonly positions: tf.Tensor2D;
  /** int32 `[n]`: where the chosen ones stand in `positions`, as `row * count + column`. */
  readonly places: tf.Tensor1D;
}

/**
 * Groups positions by their sequence. Undefined where a sequence has so many that all may as well be computed.
 *
 * @param chosen int32 `[n]`, as `row * length + column`. Read here, which waits for the backend.
 * @throws BertInputError for a position outside the batch.
 */
export function readPositions(
  chosen: tf.Tensor1D,
  [batch, length]: readonly [number, number],
): ReadPositions | undefined {
  const values = chosen.dataSync<'int32'>();
  const counts = new Int32Array(batch).fill(1);
  const columns = values.map((position, index) => {
    const row = Math.floor(position / length);
    const column = counts[row];
    if (column === undefined) {
      throw new BertInputError(
        'positions',
        `${position} at index ${index}`,
        `0 to ${batch * length - 1}, that is row * length + column`,
      );
    }
    counts[row] = column + 1;
    return column;
  });
  const count = counts.reduce((most, each) => Math.max(most, each), 1);
  if (count >= length) return undefined;
  const positions = new Int32Array(batch * count);
  const places = columns.map((column, index) => {
    const position = values[index] ?? 0;
    const place = Math.floor(position / length) * count + column;
    positions[place] = position % length;
    return place;
  });
  return {
    positions: tf.tensor2d(positions, [batch, count], 'int32'),
    places: tf.tensor1d(places, 'int32'),
  };
}
