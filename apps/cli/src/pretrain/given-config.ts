// --config_name: the configuration that a new model is made by, as run_mlm.py takes it. A file, a folder or a
// repository of the Hub; only config.json is read.
import { readFile, stat } from 'node:fs/promises';

import { type BertConfig, BertConfigError, parseBertConfig } from '@malmoi/bert-model';
import { loadConfig } from '@malmoi/checkpoint';

import type { CommandContext } from '../command.ts';
import { CommandError } from '../errors/command-error.ts';
import { hubOptions } from '../files/load-model.ts';

/** A configuration that is there. */
export interface GivenConfig {
  /** File, folder, or id on the Hub. */
  readonly source: string;
  readonly config: BertConfig;
}

/**
 * Reads the configuration that --config_name names.
 *
 * @throws CommandError, CheckpointError or HubError, when it is not there or no BERT's
 */
export async function readGivenConfig(
  source: string,
  context: CommandContext,
): Promise<GivenConfig> {
  if (await isFile(source)) return { source, config: parseFile(source, await readText(source)) };
  const config = await loadConfig(source, hubOptions(context));
  context.output.endProgress();
  return { source, config };
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (stats) => stats.isFile(),
    () => false,
  );
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const { code = 'unknown error' } = cause as NodeJS.ErrnoException;
    throw new CommandError(`--config_name ${path}: cannot be read (${code}).`, { cause });
  }
}

function parseFile(path: string, text: string): BertConfig {
  try {
    return parseBertConfig(text);
  } catch (error) {
    if (!(error instanceof BertConfigError)) throw error;
    throw new CommandError(`--config_name ${path}: ${error.message}`, { cause: error });
  }
}
