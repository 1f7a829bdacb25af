// The folder that a command writes into: empty unless overwriting was asked for, and one process at a time.
import { access, mkdir, readdir, rmdir } from 'node:fs/promises';
import { join } from 'node:path';

import { lockFolder } from '@malmoi/datasets/node';
import { isTemporaryName } from '@malmoi/safetensors/node';

import { CommandError } from '../errors/command-error.ts';

const LOCK_FILE = '.lock';
/** How many of the names in a folder a message shows. */
const SHOWN_NAMES = 3;

/** A folder of which this process has the lock. */
export interface OutputFolder extends AsyncDisposable {
  readonly path: string;
}

/**
 * Makes a folder and takes its lock. Disposing gives the lock back, and removes a folder that was made here and
 * is still empty.
 *
 * @throws CommandError when it holds something and `overwrite` is false, or cannot be made
 * @throws FolderLockedError when another process works in it
 */
export async function claimOutputFolder(path: string, overwrite: boolean): Promise<OutputFolder> {
  const firstMade = await makeFolder(path);
  const lock = await lockFolder(path, { name: LOCK_FILE });
  const dispose = async (): Promise<void> => {
    await lock.release();
    if (firstMade !== undefined) await rmdir(path).catch(ignoreNotEmpty);
  };
  try {
    if (!overwrite) await refuseContents(path);
  } catch (error) {
    await dispose();
    throw error;
  }
  return { path, [Symbol.asyncDispose]: dispose };
}

/** @returns the first folder that had to be made; undefined where the folder was there */
async function makeFolder(path: string): Promise<string | undefined> {
  try {
    return await mkdir(path, { recursive: true });
  } catch (cause) {
    const { code = 'unknown error' } = cause as NodeJS.ErrnoException;
    const problem =
      code === 'EEXIST' || code === 'ENOTDIR'
        ? 'there is a file of this name; name a folder'
        : `the folder cannot be made (${code})`;
    throw new CommandError(`--output_dir ${path}: ${problem}.`, { cause });
  }
}

/** Checks a folder that need not be there, before hours of work. @throws CommandError when it holds something */
export async function requireEmptyFolder(path: string): Promise<void> {
  try {
    await refuseContents(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return;
    if (code !== 'ENOTDIR') throw error;
    throw new CommandError(`--output_dir ${path}: there is a file of this name; name a folder.`);
  }
}

const EVAL_RESULTS = 'eval_results.json';

/** Checks that no earlier evaluation is in a folder, which may hold anything else. @throws CommandError */
export async function requireNoResults(path: string): Promise<void> {
  try {
    await access(join(path, EVAL_RESULTS));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return;
    const problem =
      code === 'ENOTDIR'
        ? 'there is a file of this name'
        : `it cannot be read (${code ?? 'unknown error'})`;
    throw new CommandError(`--output_dir ${path}: ${problem}; name a folder.`, { cause: error });
  }
  throw new CommandError(
    `--output_dir ${path}: it holds the ${EVAL_RESULTS} of an earlier evaluation. ` +
      'Name another folder, or add --overwrite_output_dir.',
  );
}

async function refuseContents(path: string): Promise<void> {
  const names = (await readdir(path)).filter(
    (name) => !name.startsWith(LOCK_FILE) && !isTemporaryName(name),
  );
  if (names.length === 0) return;
  const shown = names.slice(0, SHOWN_NAMES).join(', ');
  throw new CommandError(
    `--output_dir ${path}: the folder is not empty (${shown}${names.length > SHOWN_NAMES ? ', …' : ''}). ` +
      'Name another one, or add --overwrite_output_dir.',
  );
}

function ignoreNotEmpty(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST' && error.code !== 'ENOENT') throw error;
}
