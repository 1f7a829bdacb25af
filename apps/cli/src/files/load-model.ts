// The model that --model_name_or_path names, from a folder or the Hub, for commands that compute with it.
import type { ArchitectureName } from '@malmoi/bert-model';
import { loadCheckpoint, type LoadedCheckpoint } from '@malmoi/checkpoint';

import type { CommandContext } from '../command.ts';
import { inFlags } from '../errors/in-flags.ts';
import { formatBytes } from '../output/format-number.ts';

/**
 * Loads a model and its tokenizer; shows how far a download is.
 *
 * @param architecture class to build; default: the one that config.json names
 * @returns the model, which the caller disposes
 */
export async function loadModel<Name extends ArchitectureName>(
  source: string,
  { output, signal }: Pick<CommandContext, 'output' | 'signal'>,
  architecture?: Name,
): Promise<LoadedCheckpoint<Name>> {
  const loaded = await loadCheckpoint<Name>(source, {
    ...(architecture === undefined ? {} : { architecture }),
    onWarning: (message) => {
      if (isWorthWarning(message)) output.warn(inFlags(message));
      else output.detail(message);
    },
    onProgress: ({ path, loaded: bytes, total }) => {
      output.progress(`downloading ${path}  ${formatBytes(bytes)} of ${formatBytes(total)}`);
    },
    signal,
  });
  output.endProgress();
  return loaded;
}

/** That a checkpoint has other heads, too, is no news to the user; that weights had to be drawn is. */
export function isWorthWarning(message: string): boolean {
  return !message.includes('LOAD REPORT') || message.includes('drawn anew');
}
