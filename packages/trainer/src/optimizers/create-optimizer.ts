// An optimizer by its name.
import type { Variable } from '@tensorflow/tfjs-core';

import { AdamWOptimizer } from './adamw.ts';
import { LambOptimizer } from './lamb.ts';
import type { Optimizer, OptimizerName, OptimizerOptions } from './optimizer.ts';

/** Builds an optimizer with zero state; the caller disposes it. */
export function createOptimizer(
  name: OptimizerName,
  parameters: ReadonlyMap<string, Variable>,
  options: OptimizerOptions = {},
): Optimizer {
  switch (name) {
    case 'adamw':
      return new AdamWOptimizer(parameters, options);
    case 'lamb':
      return new LambOptimizer(parameters, options);
  }
}
