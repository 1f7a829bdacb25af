/* eslint-disable jest/no-export -- the kernels of every family are tested through this */
// Runs tests on every instruction set that this machine has, in each precision that it offers.
import { beforeAll, describe } from '@jest/globals';
import { setBackend } from '@tensorflow/tfjs-core';

import { loadAddon } from '../src/addon/load-addon.ts';
import type { NativeAddon } from '../src/addon/native-addon.ts';
import { registerNativeBackend } from '../src/index.ts';
import type { Precision } from '../src/index.ts';

/** Where a test runs. */
export interface KernelSet {
  readonly addon: NativeAddon;
  readonly precision: Precision;
  /** Error of a product relative to the largest of its sums: 2^-22 or, from rounding the factors, 2^-8. */
  readonly tolerance: number;
}

const PRECISIONS: readonly Precision[] = ['float32', 'bfloat16'];

/** describe() for each instruction set and precision, the backend `native` being active. */
export function describeKernelSets(title: string, body: (set: KernelSet) => void): void {
  const addon = loadAddon();
  for (const instructionSet of addon.instructionSets().usable) {
    for (const precision of PRECISIONS) {
      if (precision === 'bfloat16' && !multipliesBfloat16(addon, instructionSet)) continue;
      describe(`${title} on ${instructionSet} in ${precision}`, () => {
        beforeAll(async () => {
          registerNativeBackend({ instructionSet, precision, threads: 2, guard: true });
          await setBackend('native');
        });
        body({ addon, precision, tolerance: precision === 'float32' ? 2 ** -20 : 2 ** -7 });
      });
    }
  }
}

function multipliesBfloat16(addon: NativeAddon, instructionSet: string): boolean {
  addon.selectInstructionSet(instructionSet);
  return addon.instructionSets().hasBfloat16;
}
