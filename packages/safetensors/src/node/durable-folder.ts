// Writes a whole folder durably: its files are filled in under a temporary name beside it, everything is
// synced, and one rename brings the folder into being. A reader sees no folder or a whole one.

import { lstat, mkdir, readdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

import { SafetensorsError } from '../errors.ts';
import { attempt, syncFolder, temporaryPath } from './durable-write.ts';
import { DurableWriteError } from './durable-write-error.ts';
import { nodeFileSystem } from './file-system.ts';
import type { DurableFileSystem } from './file-system.ts';
import { errnoOf } from './system-error.ts';

/** The folder that was to be created is there already; it was left as it is. */
export class FolderExistsError extends SafetensorsError {
  constructor(path: string) {
    super('FOLDER_EXISTS', path, 'exists already. Choose another name, or move it away first.');
  }
}

/**
 * Creates a folder with all its files, durably: when this returns, the folder is on disk under `path`;
 * when it throws, nothing is there and no temporary folder is left.
 *
 * @param fill writes the files into the folder whose path it is given. They need not be synced.
 * @throws {FolderExistsError} when `path` exists. An existing folder is never replaced.
 * @throws {DurableWriteError} when the operating system refuses. What `fill` throws is passed on.
 */
export async function writeFolderDurably(
  path: string,
  fill: (temporaryFolder: string) => Promise<void>,
  fileSystem: DurableFileSystem = nodeFileSystem,
): Promise<void> {
  await refuseExisting(path);
  const temporary = temporaryPath(path);
  await attempt('create', path, () => mkdir(temporary));
  try {
    await fill(temporary);
    await syncTree(temporary, path, fileSystem);
    await refuseExisting(path);
    await attempt('rename', path, () => fileSystem.rename(temporary, path));
  } catch (error) {
    await Promise.allSettled([fileSystem.removeFolder(temporary)]);
    throw error;
  }
  await syncFolder(dirname(resolve(path)), fileSystem);
}

/** Rename would replace an empty folder without a word, so the check stands before it. */
async function refuseExisting(path: string): Promise<void> {
  try {
    await lstat(path);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return;
    throw new DurableWriteError('create', path, error);
  }
  throw new FolderExistsError(path);
}

/** Syncs all files, then the folders that name them, from the inside out. */
async function syncTree(
  folder: string,
  target: string,
  fileSystem: DurableFileSystem,
): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await syncTree(path, target, fileSystem);
    else if (entry.isFile()) await syncFile(path, target, fileSystem);
  }
  await syncFolder(folder, fileSystem);
}

async function syncFile(
  path: string,
  target: string,
  fileSystem: DurableFileSystem,
): Promise<void> {
  await attempt('sync', target, async () => {
    const handle = await fileSystem.open(path, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  });
}
