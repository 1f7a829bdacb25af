// Replaces a file so that whatever happens, the old content or the new is there, whole: written under a
// temporary name, forced to disk, renamed, and the directory forced to disk.
import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

import { SaveError } from '../errors.ts';

/** @throws SaveError with the path and the system's reason; nothing is left behind then */
export async function writeFileDurably(file: string, text: string): Promise<void> {
  const temporary = `${file}.${process.pid}.${randomUUID()}.tmp`;
  try {
    await writeAndSync(temporary, text);
    await rename(temporary, file);
    await syncDirectory(dirname(file));
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw saveError(file, cause);
  }
}

/** What went wrong when `file` was to be written. */
export function saveError(file: string, cause: unknown): SaveError {
  return new SaveError(file, `could not be written (${errorCode(cause)}).`, { cause });
}

/** The system's name of an error, such as ENOENT. */
export function errorCode(error: unknown): string {
  const hasCode = typeof error === 'object' && error !== null && 'code' in error;
  return hasCode ? String(error.code) : String(error);
}

async function writeAndSync(file: string, text: string): Promise<void> {
  const handle = await open(file, 'wx');
  try {
    await handle.writeFile(text, 'utf8');
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Windows cannot open a directory, and needs no such call to keep a rename. */
async function syncDirectory(directory: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
