// Runs the tests of kernels that do not multiply matrices on every instruction set that this machine has.
import { beforeEach, describe } from '@jest/globals';
import { setBackend } from '@tensorflow/tfjs-core';

import { loadAddon } from '../src/addon/load-addon.ts';
import { useThreads } from './bits.ts';

/** describe() for each instruction set, the backend `native` being active in float32 and looking for overruns. */
// eslint-disable-next-line jest/no-export -- a table of suites that the test file of every family fills
export function describeInstructionSets(
  title: string,
  body: (instructionSet: string) => void,
): void {
  describe.each(loadAddon().instructionSets().usable)(`${title} on %s`, (instructionSet) => {
    beforeEach(async () => {
      useThreads(instructionSet, 2);
      await setBackend('native');
    });
    body(instructionSet);
  });
}
