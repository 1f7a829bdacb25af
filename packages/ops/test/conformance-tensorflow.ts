// TensorFlow itself, by @tensorflow/tfjs-node: no dependency of the workspace, so not part of `nx test`.
// tools/tensorflow-conformance.mjs runs it where the package is installed.
import { useBackend } from '../src/index.ts';
import { describeOpsConformance } from './conformance.ts';

// Its tanh is an approximation, off in the last bits, and the gradient of mish multiplies 1 - tanh(y)^2 by x:
// 2.6e-6 is the largest error, everything else is within float32's tolerance.
describeOpsConformance('tensorflow', () => useBackend('tensorflow'), {
  tolerance: { absolute: 3e-6, relative: 1e-6 },
});
