// The second half of saving: files that lie complete in a staging folder become a checkpoint, durably, and what is
// over the limit goes. It touches files only, no weights, so that it can run beside the next updates.
import { randomBytes } from 'node:crypto';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

import {
  DurableWriteError,
  syncFolder,
  writeFolderDurably,
  type DurableFileSystem,
  type DurableStep,
} from '@malmoi/safetensors/node';

import { checkpointName, listCheckpoints } from './find-checkpoints.ts';
import { writeManifest } from './manifest.ts';
import { unsynced } from './unsynced-file-system.ts';

/** What is to become a checkpoint. Plain values: a worker thread is told them. */
export interface PublishJob {
  /** Folder with all files but the manifest; they need not be synced. It is gone afterwards. */
  readonly staging: string;
  readonly outputDir: string;
  readonly step: number;
  /** The best checkpoint is never deleted. */
  readonly bestStep: number | null;
  readonly saveTotalLimit: number | null;
}

/**
 * Makes `checkpoint-<step>` of the files and deletes what is over `saveTotalLimit`. One of that name which is there
 * already is replaced once the new one is whole.
 *
 * @throws DurableWriteError with path and errno; the older checkpoints are as they were.
 */
export async function publishCheckpoint(
  job: PublishJob,
  fileSystem: DurableFileSystem,
): Promise<void> {
  const { staging, outputDir, step } = job;
  const path = join(outputDir, checkpointName(step));
  const fill = async (folder: string): Promise<void> => {
    try {
      await takeOver(staging, folder, fileSystem);
    } catch (error) {
      throw underItsName(error, folder, path);
    }
  };
  try {
    if (await exists(path)) {
      const fresh = temporaryName(outputDir);
      const old = temporaryName(outputDir);
      await writeFolderDurably(fresh, fill, fileSystem);
      await attempt('rename', path, () => fileSystem.rename(path, old));
      await attempt('rename', path, () => fileSystem.rename(fresh, path));
      await syncFolder(outputDir, fileSystem);
      await attempt('remove', old, () => fileSystem.removeFolder(old));
    } else {
      await writeFolderDurably(path, fill, fileSystem);
    }
  } catch (error) {
    await Promise.allSettled([fileSystem.removeFolder(staging)]);
    throw error;
  }
  await removeOld(job, fileSystem);
}

/** Takes a checkpoint's name from it before its files go, so that no kill leaves half of one behind. */
export async function removeCheckpoint(
  path: string,
  outputDir: string,
  fileSystem: DurableFileSystem,
): Promise<void> {
  const trash = temporaryName(outputDir);
  await attempt('remove', path, async () => {
    await fileSystem.rename(path, trash);
    await fileSystem.removeFolder(trash);
  });
}

/** A name that `isTemporaryName` of @malmoi/safetensors recognises. */
export function temporaryName(folder: string): string {
  return join(folder, `.malmoi-${process.pid}-${randomBytes(8).toString('hex')}.tmp`);
}

/** Runs one step; what the operating system refuses becomes a DurableWriteError. */
export async function attempt(
  step: DurableStep,
  path: string,
  action: () => Promise<unknown>,
): Promise<void> {
  try {
    await action();
  } catch (error) {
    const isRefusal = typeof (error as NodeJS.ErrnoException).code === 'string';
    throw isRefusal ? new DurableWriteError(step, path, error) : error;
  }
}

/** An error of a file in a temporary folder, under the name that the file was to have. */
export function underItsName(error: unknown, temporaryFolder: string, folder: string): unknown {
  if (!(error instanceof DurableWriteError) || !error.path.startsWith(temporaryFolder))
    return error;
  const path = folder + error.path.slice(temporaryFolder.length);
  return new DurableWriteError(error.step, path, error.cause);
}

/** The manifest comes last: until it is there, the folder is no checkpoint. All files are synced afterwards. */
async function takeOver(
  staging: string,
  folder: string,
  fileSystem: DurableFileSystem,
): Promise<void> {
  for (const name of (await readdir(staging)).sort()) {
    const to = join(folder, name);
    await attempt('rename', to, () => fileSystem.rename(join(staging, name), to));
  }
  await attempt('remove', staging, () => fileSystem.removeFolder(staging));
  await writeManifest(folder, unsynced(fileSystem));
}

/** Deletes the oldest checkpoints over the limit; never the newest, never the best. */
async function removeOld(
  { outputDir, step, bestStep, saveTotalLimit }: PublishJob,
  fileSystem: DurableFileSystem,
): Promise<void> {
  if (saveTotalLimit === null) return;
  const all = await listCheckpoints(outputDir);
  const removable = all.filter((other) => other.step < step && other.step !== bestStep);
  const surplus = Math.max(0, all.length - saveTotalLimit);
  for (const { path } of removable.slice(0, surplus)) {
    await removeCheckpoint(path, outputDir, fileSystem);
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch {
    return false;
  }
}
