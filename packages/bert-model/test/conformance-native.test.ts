// The fast backend: C++ kernels, once for each instruction set that this machine has.
import { useBackend } from '@malmoi/ops';

import { describeModelConformance } from './conformance.ts';

describeModelConformance(
  'native',
  async () => {
    await useBackend('native', { native: { precision: 'float32' } });
  },
  { absolute: 1e-5, relative: 1e-5 },
);
