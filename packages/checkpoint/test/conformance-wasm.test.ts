// The portable fast backend: TensorFlow.js' WebAssembly kernels.
import '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';

import { describeCheckpointConformance } from './conformance.ts';

describeCheckpointConformance(
  'wasm',
  async () => {
    await tf.setBackend('wasm');
  },
  1e-4,
);
