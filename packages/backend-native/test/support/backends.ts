// The backends that properties compare, and the instruction sets that `native` has here.
import { backend, setBackend } from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';

import { nativeBackend, registerNativeBackend } from '../../src/index.ts';
import type { NativeBackend } from '../../src/index.ts';

/** Settings under which results are held against float32's, and writes beyond a buffer are noticed. */
const SETTINGS = { precision: 'float32', guard: true, threads: 2 } as const;

/** Registers `cpu` and `native`, which is then the active one. */
export async function registerBackends(): Promise<void> {
  await setBackend('cpu');
  // It would advise to install tfjs-node on its first use.
  Object.assign(backend(), { firstUse: false });
  registerNativeBackend(SETTINGS);
  await setBackend('native');
}

/** The registered native backend. */
function theNativeBackend(): NativeBackend {
  const found = nativeBackend();
  if (found === undefined) throw new Error('registerBackends comes first.');
  return found;
}

/** The instruction sets that this machine has kernels for, best first. */
export function instructionSets(): readonly string[] {
  return theNativeBackend().addon.instructionSets().usable;
}

/** Makes the native backend compute with one of them, on so many threads. */
export function useInstructionSet(
  instructionSet: string,
  threads: number = SETTINGS.threads,
): void {
  registerNativeBackend({ ...SETTINGS, instructionSet, threads });
}
