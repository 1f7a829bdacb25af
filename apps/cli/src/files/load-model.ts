// The model that --model_name_or_path names, from a folder or the Hub, for commands that compute with it.
import type { ArchitectureName } from '@malmoi/bert-model';
import {
  loadCheckpoint,
  type LoadedCheckpoint,
  type SnapshotDownloadOptions,
} from '@malmoi/checkpoint';

import type { CommandContext } from '../command.ts';
import { inFlags } from '../errors/in-flags.ts';
import { formatBytes } from '../output/format-number.ts';

/** How a model is loaded. */
export interface LoadModelOptions<Name extends ArchitectureName> {
  /** Class to build. Default: the one that config.json names. */
  readonly architecture?: Name;
  /** Of weights that the file lacks. Default 0. */
  readonly seed?: number;
}

/** Options of everything that may have to be downloaded: progress and warnings are shown. */
export function hubOptions({
  output,
  signal,
}: Pick<CommandContext, 'output' | 'signal'>): SnapshotDownloadOptions {
  return {
    onWarning: (message) => {
      if (isWorthWarning(message)) output.warn(inFlags(message));
      else output.detail(message);
    },
    onProgress: ({ path, loaded, total }) => {
      output.progress(`downloading ${path}  ${formatBytes(loaded)} of ${formatBytes(total)}`);
    },
    signal,
  };
}

/**
 * Loads a model and its tokenizer; shows how far a download is.
 *
 * @returns the model, which the caller disposes
 */
export async function loadModel<Name extends ArchitectureName>(
  source: string,
  context: Pick<CommandContext, 'output' | 'signal'>,
  options: LoadModelOptions<Name> = {},
): Promise<LoadedCheckpoint<Name>> {
  const loaded = await loadCheckpoint<Name>(source, { ...options, ...hubOptions(context) });
  context.output.endProgress();
  return loaded;
}

/** That a checkpoint has other heads, too, is no news to the user; that weights had to be drawn is. */
export function isWorthWarning(message: string): boolean {
  return !message.includes('LOAD REPORT') || message.includes('drawn anew');
}
