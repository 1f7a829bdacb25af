// Finds the file of a shard on disk without ever leaving the folder: an index comes from strangers, and
// may name a symbolic link, a FIFO or a device. Names themselves are checked in shard-index.ts.

import { constants, lstat, realpath } from 'node:fs/promises';
import { isAbsolute, join, relative, sep } from 'node:path';

import { SafetensorsIndexError, quote } from '../errors.ts';
import { checkShardName } from '../shard-index.ts';
import { errnoOf } from './system-error.ts';

/** O_NOFOLLOW where the system has it: a link put in place after the check is not followed. */
export const NO_FOLLOW = process.platform === 'win32' ? 0 : constants.O_NOFOLLOW;

/**
 * The real path of a shard, checked: a regular file within `root`. Nothing is opened.
 *
 * @param folder where the index stands.
 * @param root what the real path must lie in; default `folder`. (A download cache whose folders hold
 *   links into a store beside them passes the folder above both.)
 * @throws {SafetensorsIndexError} `UNSAFE_SHARD_NAME`, `SHARD_NOT_FOUND` or `SHARD_NOT_REGULAR`
 */
export async function resolveShardPath(
  folder: string,
  fileName: string,
  root: string = folder,
): Promise<string> {
  checkShardName(fileName, folder);
  let real: string;
  let realRoot: string;
  try {
    real = await realpath(join(folder, fileName));
    realRoot = await realpath(root);
  } catch (error) {
    const message = `the shard ${quote(fileName)} cannot be found (${errnoOf(error) ?? 'unknown error'}). Download the model again.`;
    throw new SafetensorsIndexError('SHARD_NOT_FOUND', folder, message, { cause: error });
  }
  if (!isInside(realRoot, real)) {
    const message = `the shard ${quote(fileName)} is a link to a file outside the folder. Copy the file into the folder if you trust it.`;
    throw new SafetensorsIndexError('UNSAFE_SHARD_NAME', folder, message);
  }
  if (!(await lstat(real)).isFile()) {
    const message = `the shard ${quote(fileName)} is not a regular file. Download the model again.`;
    throw new SafetensorsIndexError('SHARD_NOT_REGULAR', folder, message);
  }
  return real;
}

function isInside(root: string, path: string): boolean {
  const way = relative(root, path);
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}
