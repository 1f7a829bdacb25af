// The reference backend: TensorFlow.js' own plain JavaScript, within 2e-5 of PyTorch.
import { useBackend } from '@malmoi/ops';

import { describeModelConformance } from './conformance.ts';

describeModelConformance(
  'cpu',
  async () => {
    await useBackend('cpu');
  },
  { tolerance: { absolute: 2e-5, relative: 1e-3 } },
);
