// TensorFlow itself, by @tensorflow/tfjs-node: no dependency of the workspace, so not part of `nx test`.
// tools/tensorflow-conformance.mjs runs it where the package is installed.
import { useBackend } from '@malmoi/ops';

import { describeModelConformance } from './conformance.ts';

describeModelConformance('tensorflow', async () => {
  await useBackend('tensorflow');
});
