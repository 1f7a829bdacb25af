/* eslint-disable jest/no-export -- one suite that the test file of every backend calls */
// What every backend must do with the ops: values and gradients against PyTorch, no NaN at the extremes,
// typed errors at the boundary, and not one tensor left behind. A backend runs it by name:
//   describeOpsConformance('wasm', () => useBackend('wasm'));
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
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
import { LargestError } from './largest-error.ts';

const GROUPS: Record<string, ConformanceChecks> = {
  'values and gradients of PyTorch': goldenChecks,
  'extremes and sizes': { ...layerChecks, ...lookupChecks, ...encoderLayerChecks },
  'optimizer and norms': optimizerChecks,
  'typed errors': errorChecks,
};

/** Ops that multiply matrices, with attention: what a backend may compute in bfloat16. The others stay in float32. */
const PRODUCTS = new Set([
  'dense',
  'attention',
  'attentionWithProbabilities',
  'encoderLayer',
  'encoderLayerWithProbabilities',
  'maskedLmLoss',
  'maskedLmLossWithAccuracy',
]);

/** Settings of the suite. */
export interface ConformanceOptions {
  /** What the title says beside the backend's name, e.g. `avx2, float32`. */
  readonly variant?: string;
  /** Default FLOAT32. */
  readonly tolerance?: Tolerance;
  /** For the ops that multiply matrices. Default `tolerance`. */
  readonly productTolerance?: Tolerance;
  /** Why this machine cannot run it. The suite is then one skipped test that says so. */
  readonly unavailable?: string | undefined;
}

/**
 * Registers the suite for one backend, and prints the largest error as a part of the largest element of its tensor.
 *
 * @param backendName name of the TensorFlow.js backend that must be active after `setUp`.
 * @param setUp makes it active.
 */
export function describeOpsConformance(
  backendName: string,
  setUp: () => Promise<unknown>,
  options: ConformanceOptions = {},
): void {
  const { variant, tolerance = FLOAT32, productTolerance = tolerance, unavailable } = options;
  const name = variant === undefined ? backendName : `${backendName} (${variant})`;
  const declare = unavailable === undefined ? describe : describe.skip;
  declare(`ops on ${name}${unavailable === undefined ? '' : `: not run, ${unavailable}`}`, () => {
    beforeAll(setUp);
    test('the backend is the one that computes', () => {
      expect(getBackend()).toBe(backendName);
    });
    if (unavailable !== undefined) return;

    const errors = new LargestError();
    afterAll(() => {
      process.stdout.write(`ops on ${name}: ${errors.toString()}\n`);
    });
    describe.each(Object.entries(GROUPS))('%s', (_group, checks) => {
      // The checks assert; eslint-plugin-jest cannot see it through the table.
      // eslint-disable-next-line jest/expect-expect
      test.each(Object.entries(checks))('%s', (title, check) => {
        const op = title.replace(/:.*/u, '');
        const allowed = PRODUCTS.has(op) ? productTolerance : tolerance;
        countTensors(() => {
          tidy(() => {
            check({ ...allowed, observe: errors.observer(title) });
          });
        });
      });
    });
  });
}
