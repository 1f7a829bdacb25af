// Opens a model wherever its weights stand: one safetensors file, an index of shards, or a folder that
// holds either. Names as transformers has them; `model.safetensors` goes before the index, as there.

import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { SafetensorsIndexError, SafetensorsReadError } from '../errors.ts';
import { allocateBytes } from '../reader.ts';
import type { SafetensorsReader } from '../reader.ts';
import { MAX_INDEX_LENGTH, parseShardIndex } from '../shard-index.ts';
import type { ShardIndex } from '../shard-index.ts';
import { openShardedSafetensors } from '../sharded-reader.ts';
import { openRegularFile, openSafetensorsFile } from './file-source.ts';
import { NO_FOLLOW, resolveShardPath } from './shard-path.ts';
import { messageOf } from './system-error.ts';

/** File name of a model in one file. */
export const MODEL_FILE = 'model.safetensors';

/** File name of the index of a model in several files. */
export const INDEX_FILE = 'model.safetensors.index.json';

/** Settings of {@link openSafetensorsModel}. */
export interface OpenModelOptions {
  /**
   * The folder that the real path of every shard must lie in; default the folder of the index. Pass the
   * folder above both for a download cache that links into a store of blobs.
   */
  readonly root?: string;
}

/**
 * Opens a model: a `.safetensors` file, an index (a name that ends in `.json`), or a folder with
 * `model.safetensors` or `model.safetensors.index.json`. Headers are read now, tensors when asked for.
 *
 * @throws {SafetensorsIndexError} when the folder has no model, or the index and its shards do not agree
 *   or lead out of the folder.
 * @throws {SafetensorsHeaderError} when a file is not valid.
 * @throws {SafetensorsReadError} when a file cannot be read.
 */
export async function openSafetensorsModel(
  path: string,
  options: OpenModelOptions = {},
): Promise<SafetensorsReader> {
  const file = (await isFolder(path)) ? await findModelFile(path) : path;
  return file.endsWith('.json') ? openIndex(file, options) : openSafetensorsFile(file);
}

/**
 * Reads an index file. Shard names are checked, shards are not opened.
 *
 * @throws {SafetensorsIndexError} when it is malformed, unsafe or over 100,000,000 bytes.
 * @throws {SafetensorsReadError} when it cannot be read.
 */
export async function readShardIndex(path: string): Promise<ShardIndex> {
  const [handle, size] = await openRegularFile(path);
  try {
    if (size > MAX_INDEX_LENGTH) {
      const message = `the index has ${size} bytes and may have ${MAX_INDEX_LENGTH}.`;
      throw new SafetensorsIndexError('INVALID_INDEX', path, message);
    }
    const bytes = allocateBytes(size, path);
    const { bytesRead } = await handle.read(bytes, 0, size, 0);
    return parseShardIndex(bytes.subarray(0, bytesRead), path);
  } finally {
    await handle.close();
  }
}

async function openIndex(path: string, options: OpenModelOptions): Promise<SafetensorsReader> {
  const folder = dirname(path);
  const index = await readShardIndex(path);
  const openShard = async (fileName: string): Promise<SafetensorsReader> => {
    const shardPath = await resolveShardPath(folder, fileName, options.root ?? folder);
    return openSafetensorsFile(shardPath, { openFlags: NO_FOLLOW });
  };
  return openShardedSafetensors(index, openShard, path);
}

async function findModelFile(folder: string): Promise<string> {
  for (const name of [MODEL_FILE, INDEX_FILE]) {
    const path = join(folder, name);
    if (await exists(path)) return path;
  }
  const message = `the folder has neither ${MODEL_FILE} nor ${INDEX_FILE}. Give a model folder or a file.`;
  throw new SafetensorsIndexError('NO_MODEL', folder, message);
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    throw new SafetensorsReadError(path, `cannot be opened: ${messageOf(error)}.`, {
      cause: error,
    });
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
