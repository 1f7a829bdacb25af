// Writes a file so that, whatever happens, the old content or the new one stands under its name, whole:
// a temporary name in the same folder, fsync of the file, rename, fsync of the folder, in that order. The
// order is SQLite's and LWN's ("Ensuring data reaches disk"); without the last step a rename can be lost
// with the power. Used for every file that Malmoi saves.

import { createHash, randomBytes } from 'node:crypto';
import type { Hash } from 'node:crypto';
import { basename, dirname, join, resolve } from 'node:path';

import { DurableWriteError } from './durable-write-error.ts';
import type { DurableStep } from './durable-write-error.ts';
import { nodeFileSystem } from './file-system.ts';
import type { DurableFileHandle, DurableFileSystem } from './file-system.ts';
import { errnoOf } from './system-error.ts';

/** What a file is to contain: bytes, text (written as UTF-8), or parts that are produced one by one. */
export type DurableContent = Uint8Array | string | Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

/** Settings of {@link writeFileDurably}. */
export interface DurableWriteOptions {
  /** Permissions of the file before the process's umask; default `0o666`. */
  readonly mode?: number;
  /** Also compute the SHA-256 of the content while it is written; default false. */
  readonly sha256?: boolean;
  /** The file system to use; default the machine's. For tests. */
  readonly fileSystem?: DurableFileSystem;
}

/** What was written. */
export interface DurableWriteResult {
  readonly byteLength: number;
  /** SHA-256 of the content in lower-case hexadecimal, when it was asked for. */
  readonly sha256: string | undefined;
}

/** Most bytes handed to one write call; Linux takes at most 2 GiB - 4 KiB. */
const MAX_WRITE = 2 ** 28;

/**
 * Writes a file durably: when this returns, the content is on disk under `path`; when it throws, what was
 * there before is untouched and no temporary file is left. A process that is killed leaves at most a
 * temporary file, which {@link isTemporaryName} recognises. A symbolic link at `path` is replaced, not
 * followed. The folder must exist.
 *
 * @throws {DurableWriteError} with `path`, `step` and `errno` when the operating system refuses
 *   (ENOSPC, EIO, EFBIG, EROFS, EACCES, ...). After step `sync-folder` the new content is in place, but
 *   may be lost with the power. What the content's own generator throws is passed on as it is.
 */
export async function writeFileDurably(
  path: string,
  content: DurableContent,
  options: DurableWriteOptions = {},
): Promise<DurableWriteResult> {
  const { fileSystem = nodeFileSystem } = options;
  const temporary = temporaryPath(path);
  const result = await writeTemporary(path, temporary, content, options);
  try {
    await attempt('rename', path, () => fileSystem.rename(temporary, path));
  } catch (error) {
    await removeQuietly(fileSystem, temporary);
    throw error;
  }
  await syncFolder(dirname(resolve(path)), fileSystem);
  return result;
}

/**
 * Makes the names in a folder durable (fsync of the folder): what was created, renamed or removed in it
 * survives a power loss once this returns. Does nothing on Windows, where a folder cannot be synced.
 *
 * @throws {DurableWriteError} with step `sync-folder`.
 */
export async function syncFolder(
  folder: string,
  fileSystem: DurableFileSystem = nodeFileSystem,
): Promise<void> {
  if (process.platform === 'win32') return;
  await attempt('sync-folder', folder, async () => {
    const handle = await fileSystem.open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  });
}

/**
 * Removes a file and makes its absence durable. A file that is not there is no error.
 *
 * @throws {DurableWriteError} with step `remove` or `sync-folder`.
 */
export async function removeFileDurably(
  path: string,
  fileSystem: DurableFileSystem = nodeFileSystem,
): Promise<void> {
  await attempt('remove', path, async () => {
    try {
      await fileSystem.unlink(path);
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT') throw error;
    }
  });
  await syncFolder(dirname(resolve(path)), fileSystem);
}

const TEMPORARY_NAME = /^\.malmoi-\d+-[0-9a-f]{16}\.tmp$/;

/** Whether a file or folder name is one that a killed durable write may have left behind. */
export function isTemporaryName(name: string): boolean {
  return TEMPORARY_NAME.test(basename(name));
}

/** A fresh name in the folder of `path`: renaming is atomic only within one file system. */
export function temporaryPath(path: string): string {
  const unique = `${process.pid}-${randomBytes(8).toString('hex')}`;
  return join(dirname(resolve(path)), `.malmoi-${unique}.tmp`);
}

/** Runs one step; a failure of the operating system becomes a {@link DurableWriteError}. */
export async function attempt<T>(
  step: DurableStep,
  path: string,
  action: () => Promise<T>,
): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw errnoOf(error) === undefined ? error : new DurableWriteError(step, path, error);
  }
}

/** Writes and syncs the temporary file; removes it when anything fails. */
async function writeTemporary(
  path: string,
  temporary: string,
  content: DurableContent,
  options: DurableWriteOptions,
): Promise<DurableWriteResult> {
  const { fileSystem = nodeFileSystem, mode = 0o666, sha256 = false } = options;
  // 'wx' is O_CREAT | O_EXCL: never a file or a symbolic link that is already there.
  const handle = await attempt('create', path, () => fileSystem.open(temporary, 'wx', mode));
  try {
    const hash = sha256 ? createHash('sha256') : undefined;
    const byteLength = await writeParts(path, handle, content, hash);
    await attempt('sync', path, () => handle.sync());
    await attempt('close', path, () => handle.close());
    return { byteLength, sha256: hash?.digest('hex') };
  } catch (error) {
    await Promise.allSettled([handle.close()]);
    await removeQuietly(fileSystem, temporary);
    throw error;
  }
}

async function writeParts(
  path: string,
  handle: DurableFileHandle,
  content: DurableContent,
  hash: Hash | undefined,
): Promise<number> {
  let position = 0;
  for await (const part of contentParts(content)) {
    hash?.update(part);
    for (let offset = 0; offset < part.length;) {
      const length = Math.min(part.length - offset, MAX_WRITE);
      const start = position + offset;
      const { bytesWritten } = await attempt('write', path, () =>
        handle.write(part, offset, length, start),
      );
      if (bytesWritten <= 0) throw new DurableWriteError('write', path, undefined);
      offset += bytesWritten;
    }
    position += part.length;
  }
  return position;
}

function contentParts(content: DurableContent): Iterable<Uint8Array> | AsyncIterable<Uint8Array> {
  if (typeof content === 'string') return [new TextEncoder().encode(content)];
  return content instanceof Uint8Array ? [content] : content;
}

/** Removes a temporary file after a failure, which is what the caller must hear of. */
async function removeQuietly(fileSystem: DurableFileSystem, path: string): Promise<void> {
  await Promise.allSettled([fileSystem.unlink(path)]);
}
