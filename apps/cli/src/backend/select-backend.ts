// --backend: which backend computes, said out loud.
import type { BackendChoice } from '@malmoi/ops';

import { choice } from '../options/option-spec.ts';
import type { Output } from '../output/output.ts';

/** Names of --backend. */
const BACKENDS = ['auto', 'native', 'tensorflow', 'wasm', 'cpu'] as const;

/** A value of --backend. */
export type BackendOption = (typeof BACKENDS)[number];

/** The option. */
export const backendOption = choice(
  { description: 'what computes; auto takes the fastest that works and says which' },
  'auto',
  BACKENDS,
);

/** Imports a package by name as this one sees it: backends may be installed beside the command alone. */
export const importBackendPackage = (specifier: string): Promise<unknown> => import(specifier);

/** Loads a backend and says which one it is, and why not the better ones. @throws BackendLoadError */
export async function selectBackend(name: BackendOption, output: Output): Promise<BackendChoice> {
  const { formatBackendChoice, useBackend } = await import('@malmoi/ops');
  const chosen = await useBackend(name, { importModule: importBackendPackage });
  output.info(formatBackendChoice(chosen));
  return chosen;
}
