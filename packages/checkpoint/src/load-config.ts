// The configuration of a model without its weights: what transformers' `AutoConfig.from_pretrained` reads.
import type { BertConfig } from '@malmoi/bert-model';

import type { SnapshotDownloadOptions } from './hub/snapshot-download.ts';
import { CONFIG_FILE } from './model-folder.ts';
import { resolveModelFolder } from './model-source.ts';
import { readConfig } from './read-config.ts';
import { finishReplacement } from './replace-files.ts';

/**
 * Reads config.json, and of a repository downloads nothing else.
 *
 * @param source a folder, or the id of a repository on the Hub (`owner/name`).
 * @throws {NotAModelFolderError} without config.json. @throws {ConfigFileError} when it is no BERT's.
 * @throws {HubError} when it cannot be downloaded.
 */
export async function loadConfig(
  source: string,
  options: Omit<SnapshotDownloadOptions, 'allowPatterns'> = {},
): Promise<BertConfig> {
  const folder = await resolveModelFolder(source, options, [CONFIG_FILE]);
  await finishReplacement(folder);
  return readConfig(folder);
}
