// A worker thread with an engine and a native backend of its own: computes gradients again and again and posts them. Not
// asked to stop, it goes on until it is terminated.
import { setBackend } from '@tensorflow/tfjs-core';
import { parentPort, workerData } from 'node:worker_threads';

import { registerNativeBackend } from '../../src/index.ts';
import type { NativeBackendOptions } from '../../src/index.ts';
import { computeGradients } from './computation.ts';

/** What such a worker is given. */
export interface GradientsTask {
  readonly options: NativeBackendOptions;
  readonly seed: number;
  /** How often it computes; Infinity for ever. */
  readonly times: number;
}

const { options, seed, times } = workerData as GradientsTask;
registerNativeBackend(options);
await setBackend('native');
for (let i = 0; i < times; i++) {
  const gradients = computeGradients(seed + i);
  // For ever means that nobody collects them.
  parentPort?.postMessage(times === Infinity ? [] : gradients);
}
