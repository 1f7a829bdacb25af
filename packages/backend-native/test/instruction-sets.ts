/* eslint-disable jest/no-export -- the kernels of every family are tested through this */
// Runs tests on every instruction set that this machine has, in the precisions that it offers.
import { beforeEach, describe } from '@jest/globals';
import { setBackend } from '@tensorflow/tfjs-core';

import { loadAddon } from '../src/addon/load-addon.ts';
import type { NativeAddon } from '../src/addon/native-addon.ts';
import type { Precision } from '../src/index.ts';
import { useThreads } from './bits.ts';
import { instructionSetsWith } from './support/backends.ts';
import { BFLOAT16_ROUNDING } from './support/bfloat16.ts';

/** Where a test runs. */
export interface KernelSet {
  readonly addon: NativeAddon;
  readonly instructionSet: string;
  readonly precision: Precision;
  /**
   * What a sum of products may be off by, as a part of what its terms add up to without their signs: FLOAT32_SUM, and in
   * bfloat16 the rounding of both factors besides.
   */
  readonly tolerance: number;
}

/** For kernels that multiply matrices. */
export const PRECISIONS: readonly Precision[] = ['float32', 'bfloat16'];

/** For kernels that do not. */
export const FLOAT32_ONLY: readonly Precision[] = ['float32'];

/**
 * What a sum in float32 may be off by, as a part of its terms' magnitudes: sixteen roundings of 2^-24 in one direction.
 * Sums are taken in many short runs, whose errors have both signs.
 */
export const FLOAT32_SUM = 2 ** -20;

const TOLERANCES: Record<Precision, number> = {
  float32: FLOAT32_SUM,
  bfloat16: (1 + BFLOAT16_ROUNDING) ** 2 - 1 + FLOAT32_SUM,
};

const NOT_RUN = 'not run, for this machine has neither AVX512_BF16 nor AMX';

/**
 * describe() for each instruction set and precision, the backend `native` being active with two threads and looking for
 * overruns.
 */
export function describeKernelSets(
  title: string,
  precisions: readonly Precision[],
  body: (set: KernelSet) => void,
): void {
  for (const precision of precisions) {
    const tolerance = TOLERANCES[precision];
    const instructionSets = instructionSetsWith(precision);
    if (instructionSets.length === 0) {
      const declare = describe.skip;
      declare(`${title} in ${precision}: ${NOT_RUN}`, () => {
        body({ addon: loadAddon(), instructionSet: 'none', precision, tolerance });
      });
    }
    for (const instructionSet of instructionSets) {
      describe(`${title} on ${instructionSet} in ${precision}`, () => {
        beforeEach(async () => {
          useThreads(instructionSet, 2, precision);
          await setBackend('native');
        });
        body({ addon: loadAddon(), instructionSet, precision, tolerance });
      });
    }
  }
}

/** describe() for each precision; properties take one of its instruction sets for each example. */
export function describeInPrecisions(title: string, body: (precision: Precision) => void): void {
  for (const precision of PRECISIONS) {
    const runs = instructionSetsWith(precision).length > 0;
    const declare = runs ? describe : describe.skip;
    declare(`${title} in ${precision}${runs ? '' : `: ${NOT_RUN}`}`, () => {
      body(precision);
    });
  }
}
