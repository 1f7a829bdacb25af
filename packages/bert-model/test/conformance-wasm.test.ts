// The portable fast backend: TensorFlow.js' WebAssembly kernels.
import { useBackend } from '@malmoi/ops';

import { describeModelConformance } from './conformance.ts';

describeModelConformance('wasm', async () => {
  await useBackend('wasm');
});
