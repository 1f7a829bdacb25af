// What a user may ask of the backend, checked and with its defaults filled in.
import { availableParallelism, totalmem } from 'node:os';

import { NativeBackendError } from './errors.ts';

/** What matrix products and attention compute in; weights, sums and everything else are float32. */
export type Precision = 'float32' | 'bfloat16';

/** Options of registerNativeBackend. */
export interface NativeBackendOptions {
  /** Threads that compute, the calling one included. Default: one for each processor core. */
  readonly threads?: number;
  /**
   * Default `auto`: bfloat16 where the processor multiplies matrices in it, which is faster and loses about two
   * decimal digits of precision in each product; float32 elsewhere.
   */
  readonly precision?: Precision | 'auto';
  /** Kernels of this instruction set instead of the best. Default: the environment variable MALMOI_ISA. */
  readonly instructionSet?: string;
  /** Free memory kept for the next tensors at most, in bytes. Default: a quarter of the machine's memory. */
  readonly maxFreeBytes?: number;
  /** Checks on every disposal that no kernel wrote beyond its output. Default false. */
  readonly guard?: boolean;
}

/** Options with nothing left out. */
export interface ResolvedOptions {
  readonly threads: number;
  readonly precision: Precision | 'auto';
  readonly instructionSet: string | undefined;
  readonly maxFreeBytes: number;
  readonly guard: boolean;
}

const NAMES: readonly (keyof NativeBackendOptions)[] = [
  'threads',
  'precision',
  'instructionSet',
  'maxFreeBytes',
  'guard',
];

/**
 * Checks options and fills in the defaults.
 *
 * @throws NativeBackendError for an unknown option or a value out of range.
 */
export function resolveOptions(options: NativeBackendOptions): ResolvedOptions {
  for (const name of Object.keys(options)) {
    if (!(NAMES as readonly string[]).includes(name)) {
      throw new NativeBackendError(`${name} is not an option; there are ${NAMES.join(', ')}.`);
    }
  }
  const { threads = availableParallelism(), precision = 'auto', guard = false } = options;
  const { maxFreeBytes = Math.floor(totalmem() / 4) } = options;
  const instructionSet = options.instructionSet ?? nonEmpty(process.env['MALMOI_ISA']);
  if (!Number.isInteger(threads) || threads < 1 || threads > 1024) {
    throw new NativeBackendError(`threads must be an integer from 1 to 1024, not ${threads}.`);
  }
  if (!['auto', 'float32', 'bfloat16'].includes(precision)) {
    throw new NativeBackendError(`precision must be auto, float32 or bfloat16, not ${precision}.`);
  }
  if (!(maxFreeBytes >= 0)) {
    throw new NativeBackendError(`maxFreeBytes must be at least 0, not ${maxFreeBytes}.`);
  }
  return { threads, precision, instructionSet, maxFreeBytes, guard };
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}
