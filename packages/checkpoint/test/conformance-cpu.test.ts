// The reference backend: TensorFlow.js' own plain JavaScript.
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';

import { describeCheckpointConformance } from './conformance.ts';

describeCheckpointConformance(
  'cpu',
  async () => {
    tf.env().set('IS_TEST', true);
    await tf.setBackend('cpu');
  },
  2e-5,
);
