// Registers the backend `native` with TensorFlow.js: the kernels of tfjs's CPU backend, and in their place our own
// where there is one.
import '@tensorflow/tfjs-backend-cpu';
import {
  findBackend,
  getKernel,
  getKernelsForBackend,
  registerBackend,
  registerKernel,
} from '@tensorflow/tfjs-core';
import type { KernelConfig } from '@tensorflow/tfjs-core';

import { loadAddon } from './addon/load-addon.ts';
import type { NativeAddon } from './addon/native-addon.ts';
import { NativeBackendError } from './errors.ts';
import { nativeKernels } from './kernels/all-kernels.ts';
import { cpuKernelFunction } from './kernels/cpu-kernel.ts';
import { NativeBackend } from './native-backend.ts';
import { resolveOptions } from './options.ts';
import type { NativeBackendOptions, Precision, ResolvedOptions } from './options.ts';

/** Name of the backend in TensorFlow.js. */
export const NATIVE_BACKEND = 'native';

/** Above cpu (1), wasm (2) and tensorflow (3): the one that is taken when nobody says which. */
const PRIORITY = 4;

/**
 * Registers the TensorFlow.js backend `native`; `setBackend('native')` then makes it active, or useBackend of
 * @malmoi/ops does both. Where it is registered already, the options are changed and the tensors stay.
 *
 * @returns what it runs on, e.g. `avx512bf16, 2 threads, bfloat16`.
 * @throws NativeBackendError where there is no addon for this machine, or an option is wrong.
 */
export function registerNativeBackend(options: NativeBackendOptions = {}): string {
  const resolved = resolveOptions(options);
  const addon = loadAddon();
  const precision = start(addon, resolved);
  const existing = nativeBackend();
  if (existing) {
    existing.configure({ ...resolved, precision });
  } else {
    for (const kernel of kernelConfigs()) registerOnce(kernel);
    const backend = new NativeBackend(addon, { ...resolved, precision });
    registerBackend(NATIVE_BACKEND, () => backend, PRIORITY);
  }
  const { current } = addon.instructionSets();
  return `${current}, ${resolved.threads} ${resolved.threads === 1 ? 'thread' : 'threads'}, ${precision}`;
}

/** The backend object, for its memory figures; undefined where it is not registered. */
export function nativeBackend(): NativeBackend | undefined {
  const backend: unknown = findBackend(NATIVE_BACKEND);
  return backend instanceof NativeBackend ? backend : undefined;
}

/** Sets up the addon and returns the precision it will compute in. */
function start(addon: NativeAddon, options: ResolvedOptions): Precision {
  const { usable } = addon.instructionSets();
  const { threads, precision, instructionSet = usable[0] ?? 'portable' } = options;
  if (!usable.includes(instructionSet)) {
    throw new NativeBackendError(
      `this machine has no kernels for the instruction set ${instructionSet} (instructionSet, MALMOI_ISA); it has ${usable.join(', ')}.`,
    );
  }
  addon.selectInstructionSet(instructionSet);
  addon.setThreads(threads);
  const { hasBfloat16 } = addon.instructionSets();
  if (precision === 'bfloat16' && !hasBfloat16) {
    throw new NativeBackendError(
      `precision bfloat16 needs a processor with AVX512_BF16 or AMX; the instruction set in use is ${instructionSet}. Use float32 or auto.`,
    );
  }
  if (precision === 'auto') return hasBfloat16 ? 'bfloat16' : 'float32';
  return precision;
}

/** Kernels outlive a backend that was removed. */
function registerOnce(kernel: KernelConfig): void {
  // tf.getKernel is typed as if it always found one.
  const registered = getKernel(kernel.kernelName, kernel.backendName) as KernelConfig | undefined;
  if (registered === undefined) registerKernel(kernel);
}

function kernelConfigs(): KernelConfig[] {
  const own = new Set(nativeKernels.map(({ kernelName }) => kernelName));
  const copied = getKernelsForBackend('cpu').filter(({ kernelName }) => !own.has(kernelName));
  return [
    ...copied.map((kernel) => ({
      ...kernel,
      backendName: NATIVE_BACKEND,
      kernelFunc: cpuKernelFunction(kernel.kernelFunc),
    })),
    ...nativeKernels.map((kernel) => ({ ...kernel, backendName: NATIVE_BACKEND })),
  ];
}
