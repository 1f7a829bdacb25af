// Which backend computes, said out loud.
import { type BackendChoice, formatBackendChoice, useBackend } from '@malmoi/ops';

import type { Output } from '../output/output.ts';
import type { BackendName } from './backend-option.ts';

/** Imports a package by name as this one sees it: backends may be installed beside the command alone. */
export const importBackendPackage = (specifier: string): Promise<unknown> => import(specifier);

/** Loads a backend and says which one it is, and why not the better ones. @throws BackendLoadError */
export async function selectBackend(name: BackendName, output: Output): Promise<BackendChoice> {
  const chosen = await useBackend(name, { importModule: importBackendPackage });
  output.info(formatBackendChoice(chosen));
  return chosen;
}
