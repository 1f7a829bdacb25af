// config.json of a model folder, checked, with what the caller wants different; and which of Malmoi's
// architectures it asks for.
import { join } from 'node:path';

import {
  type ArchitectureName,
  architectureNames,
  type BertConfig,
  BertConfigError,
  type BertConfigOptions,
  isArchitectureName,
  parseBertConfig,
  withBertConfig,
} from '@malmoi/bert-model';

import { ConfigFileError, NotAModelFolderError, UnsupportedArchitectureError } from './errors.ts';
import { readTextFile } from './model-files.ts';
import { CONFIG_FILE } from './model-folder.ts';

/**
 * The configuration of a folder, with some fields changed.
 *
 * @throws {NotAModelFolderError} without config.json.
 * @throws {ConfigFileError} when it is not a BERT that Malmoi builds.
 * @throws {BertConfigError} when the changes are impossible.
 */
export async function readConfig(
  folder: string,
  changes: BertConfigOptions = {},
): Promise<BertConfig> {
  const path = join(folder, CONFIG_FILE);
  const text = await readTextFile(path);
  if (text === undefined) {
    throw new NotAModelFolderError(
      folder,
      `there is no ${CONFIG_FILE}. Give the folder of a saved model.`,
    );
  }
  let config: BertConfig;
  try {
    config = parseBertConfig(text);
  } catch (error) {
    if (!(error instanceof BertConfigError)) throw error;
    throw new ConfigFileError(path, `${error.message} Correct it, or download it again.`, {
      cause: error,
    });
  }
  return Object.keys(changes).length === 0 ? config : withBertConfig(config, changes);
}

/**
 * The architecture to build: the caller's choice, or the one that config.json names.
 *
 * @throws {UnsupportedArchitectureError} for a name Malmoi does not have, or none at all.
 */
export function chooseArchitecture(
  folder: string,
  config: BertConfig,
  chosen: ArchitectureName | undefined,
): ArchitectureName {
  const name = chosen ?? config.architectures[0] ?? '';
  if (isArchitectureName(name)) return name;
  throw new UnsupportedArchitectureError(join(folder, CONFIG_FILE), name, architectureNames);
}
