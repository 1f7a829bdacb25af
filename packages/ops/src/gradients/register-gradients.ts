// tfjs-core's Node.js build computes gradients but registers none: that happens in the union package
// @tensorflow/tfjs. Importing @malmoi/ops registers those of every tfjs op that its functions and its
// dependants use, so that tfjs-core and one backend are enough to train. A gradient that is already
// registered stays; one registered later replaces ours, as is tfjs's rule.
import { getGradient, registerGradient } from '@tensorflow/tfjs-core';
import type { GradConfig } from '@tensorflow/tfjs-core';

import { elementwiseGradients } from './elementwise.ts';
import { reductionGradients } from './reductions.ts';
import { shapeGradients } from './shapes.ts';

for (const config of [...elementwiseGradients, ...reductionGradients, ...shapeGradients]) {
  // tf.getGradient is typed as if it always found one.
  const registered = getGradient(config.kernelName) as GradConfig | undefined;
  if (registered === undefined) registerGradient(config);
}
