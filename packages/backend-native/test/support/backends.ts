// The backends that properties compare, and the instruction sets that `native` has here.
import { backend, setBackend } from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';

import { loadAddon } from '../../src/addon/load-addon.ts';
import type { Precision } from '../../src/index.ts';
import { useThreads } from '../bits.ts';

/** Registers `cpu` and `native`, which is then the active one. */
export async function registerBackends(): Promise<void> {
  await setBackend('cpu');
  // It would advise to install tfjs-node on its first use.
  Object.assign(backend(), { firstUse: false });
  useThreads(instructionSets()[0] ?? 'portable', 2);
  await setBackend('native');
}

/** The instruction sets that this machine has kernels for, best first. */
export function instructionSets(): readonly string[] {
  return loadAddon().instructionSets().usable;
}

/** Those of them that multiply matrices in a precision. */
export function instructionSetsWith(precision: Precision): readonly string[] {
  if (precision === 'float32') return instructionSets();
  const addon = loadAddon();
  return instructionSets().filter((instructionSet) => {
    addon.selectInstructionSet(instructionSet);
    return addon.instructionSets().hasBfloat16;
  });
}
