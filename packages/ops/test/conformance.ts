// What every backend must do with the ops: values and gradients against PyTorch, no NaN at the extremes,
// typed errors at the boundary, and not one tensor left behind. A backend runs it by name:
//   describeOpsConformance('wasm', () => useBackend('wasm'));
import { beforeAll, describe, test } from '@jest/globals';
import { getBackend, tidy } from '@tensorflow/tfjs-core';

import { countTensors } from './conformance-check.ts';
import type { ConformanceChecks } from './conformance-check.ts';
import { encoderLayerChecks } from './conformance-encoder-layer.ts';
import { errorChecks } from './conformance-errors.ts';
import { goldenChecks } from './conformance-golden.ts';
import { layerChecks } from './conformance-layers.ts';
import { lookupChecks } from './conformance-lookups.ts';
import { optimizerChecks } from './conformance-optimizer.ts';
import { FLOAT32 } from './expectations.ts';
import type { Tolerance } from './expectations.ts';

const GROUPS: Record<string, ConformanceChecks> = {
  'values and gradients of PyTorch': goldenChecks,
  'extremes and sizes': { ...layerChecks, ...lookupChecks, ...encoderLayerChecks },
  'optimizer and norms': optimizerChecks,
  'typed errors': errorChecks,
};

/**
 * Registers the suite for one backend.
 *
 * @param backendName name of the TensorFlow.js backend that must be active after `setUp`.
 * @param setUp makes it active.
 * @param tolerance wider than float32 for a backend that computes in less.
 */
// eslint-disable-next-line jest/no-export -- one suite that the test file of every backend calls
export function describeOpsConformance(
  backendName: string,
  setUp: () => Promise<unknown>,
  tolerance: Tolerance = FLOAT32,
): void {
  describe(`ops on ${backendName}`, () => {
    beforeAll(async () => {
      await setUp();
      if (getBackend() !== backendName) {
        throw new Error(`Expected the backend ${backendName}, ${getBackend()} is active.`);
      }
    });
    describe.each(Object.entries(GROUPS))('%s', (_group, checks) => {
      // The checks assert; eslint-plugin-jest cannot see it through the table.
      // eslint-disable-next-line jest/expect-expect
      test.each(Object.entries(checks))('%s', (_title, check) => {
        countTensors(() => {
          tidy(() => {
            check(tolerance);
          });
        });
      });
    });
  });
}
