// From what the user gave, a folder on disk: a folder as it is, a Hub id through the cache.
import { realpath, stat } from 'node:fs/promises';

import { errorCode } from './error-code.ts';
import { NotAModelFolderError } from './errors.ts';
import { isRepositoryId } from './hub/repository-cache.ts';
import { snapshotDownload, type SnapshotDownloadOptions } from './hub/snapshot-download.ts';
import { MODEL_FOLDER_PATTERNS } from './model-folder.ts';

/**
 * The folder of a model. An existing folder is meant before a Hub id of the same name, as in transformers.
 *
 * @param patterns of the files that are needed of a repository. Default: all of a model.
 * @throws {NotAModelFolderError} when it is neither. @throws {HubError} when it cannot be downloaded.
 */
export async function resolveModelFolder(
  source: string,
  hub: Omit<SnapshotDownloadOptions, 'allowPatterns'>,
  patterns: readonly string[] = MODEL_FOLDER_PATTERNS,
): Promise<string> {
  if (await isFolder(source)) return source;
  if (!isRepositoryId(source) || source.startsWith('.')) {
    throw new NotAModelFolderError(
      source,
      'there is no such folder, and it is not a Hub id ("owner/name").',
    );
  }
  return snapshotDownload(source, { ...hub, allowPatterns: patterns });
}

/**
 * The folder that shards may really lie in: the model folder, or for a snapshot in a Hub cache, whose files
 * are links to `../../blobs`, the folder of the repository.
 */
export async function shardRoot(folder: string): Promise<string> {
  const real = await realpath(folder);
  const snapshot = /^(?<repository>.*[\\/]models--[^\\/]+)[\\/]snapshots[\\/][0-9a-f]{40}$/.exec(
    real,
  );
  return snapshot?.groups?.['repository'] ?? real;
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'ENAMETOOLONG'].includes(errorCode(error) ?? '')) return false;
    throw new NotAModelFolderError(
      path,
      `cannot be opened (${errorCode(error) ?? 'unknown error'}).`,
      { cause: error },
    );
  }
}
