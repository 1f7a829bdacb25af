// optimizer.safetensors: the moments by name, and in the metadata which optimizer they are of.
import { openSafetensorsFile, saveSafetensorsFile } from '@malmoi/safetensors/node';
import type { DurableFileSystem } from '@malmoi/safetensors/node';
import { join } from 'node:path';

import type { Optimizer } from '../optimizers/optimizer.ts';
import { ResumeMismatchError } from './checkpoint-errors.ts';
import { fillVariables, variablesToWrite } from './variable-tensors.ts';

const OPTIMIZER_FILE = 'optimizer.safetensors';

/** Saves the state of an optimizer. */
export async function saveOptimizer(
  folder: string,
  optimizer: Optimizer,
  fileSystem: DurableFileSystem,
): Promise<void> {
  const metadata = new Map([
    ['format', 'pt'],
    ['optimizer', optimizer.name],
    ['updates', String(optimizer.updates)],
  ]);
  const tensors = variablesToWrite(optimizer.state);
  await saveSafetensorsFile(join(folder, OPTIMIZER_FILE), tensors, { metadata, fileSystem });
}

/**
 * Fills an optimizer with a saved state.
 *
 * @throws ResumeMismatchError for the state of another kind of optimizer; CheckpointTensorError for that of
 *   other parameters.
 */
export async function loadOptimizer(folder: string, optimizer: Optimizer): Promise<void> {
  const reader = await openSafetensorsFile(join(folder, OPTIMIZER_FILE));
  try {
    const saved = reader.metadata?.get('optimizer') ?? 'none that is known';
    const updates = Number(reader.metadata?.get('updates'));
    if (saved !== optimizer.name || !Number.isSafeInteger(updates) || updates < 0) {
      const detail = `its state is of ${saved}, this run has ${optimizer.name}`;
      throw new ResumeMismatchError(folder, 'optimizer', detail);
    }
    await fillVariables(optimizer.state, reader);
    optimizer.restore(updates);
  } finally {
    await reader.close();
  }
}
