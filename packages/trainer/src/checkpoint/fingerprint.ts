// A name for a model: its parameters' names and shapes, and its configuration.
import { createHash } from 'node:crypto';

import type { TrainableModel } from '../loop/training-task.ts';

/** SHA-256 in hexadecimal; equal for models whose checkpoints fit each other. */
export function modelFingerprint(model: TrainableModel, configuration: string): string {
  const shapes = [...model.namedParameters()].map(([name, { shape }]) => [name, shape]);
  return createHash('sha256')
    .update(JSON.stringify([shapes, configuration]))
    .digest('hex');
}
