// TensorFlow itself, by @tensorflow/tfjs-node: no dependency of the workspace, so not part of `nx test`.
// tools/tensorflow-conformance.mjs runs it where the package is installed.
import * as tf from '@tensorflow/tfjs-core';

import { describeCheckpointConformance } from './conformance.ts';

/** A name that the compiler does not follow: there are no types where it is not installed. */
const tfjsNode = ['@tensorflow', 'tfjs-node'].join('/');

describeCheckpointConformance(
  'tensorflow',
  async () => {
    await import(tfjsNode);
    await tf.setBackend('tensorflow');
  },
  1e-4,
);
