// Which backend computes, said out loud.
import type { NativeBackendOptions } from '@malmoi/backend-native';
import { type BackendChoice, formatBackendChoice, useBackend } from '@malmoi/ops';

import { UsageError } from '../errors/usage-error.ts';
import type { Output } from '../output/output.ts';
import type { BackendValues } from './backend-option.ts';
import { fixOf } from './instruction-set.ts';

/** Imports a package by name as this one sees it: backends may be installed beside the command alone. */
export const importBackendPackage = (specifier: string): Promise<unknown> => import(specifier);

/**
 * Loads a backend and says which one it is, and why not the better ones.
 *
 * @param training whether weights are learned; without --bf16 a model that is only asked computes in float32.
 * @throws BackendLoadError; UsageError for --bf16 on a backend that has only float32.
 */
export async function selectBackend(
  { backend, bf16 }: BackendValues,
  training: boolean,
  output: Output,
): Promise<BackendChoice> {
  const native = { precision: precisionOf(bf16, training) };
  const chosen = await useBackend(backend, { importModule: importBackendPackage, native });
  const skipped = chosen.skipped.map((other) => ({ ...other, fix: fixOf(other) }));
  output.info(formatBackendChoice({ ...chosen, skipped }));
  if (bf16 === true && chosen.name !== 'native') {
    throw new UsageError(
      `--bf16: the backend ${chosen.name} computes in float32 only; leave the flag out or use --backend native.`,
    );
  }
  return chosen;
}

function precisionOf(
  bf16: boolean | undefined,
  training: boolean,
): NonNullable<NativeBackendOptions['precision']> {
  if (bf16 === undefined) return training ? 'auto' : 'float32';
  return bf16 ? 'bfloat16' : 'float32';
}
