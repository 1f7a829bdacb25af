// Saves a set of files into a folder so that, whenever the process is killed, either the old set or the
// new one is there whole. A new folder is filled beside its place and renamed. Into a folder that is in
// use, the files are first gathered in a folder inside it, whose rename to COMMIT_FOLDER is the moment of
// the switch; then they are moved out one by one, by the saver or, after a kill, by whoever opens the
// folder next. (A journal that is rolled forward, as databases do; SQLite: "Atomic Commit".)
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

import {
  DurableWriteError,
  type DurableFileSystem,
  isTemporaryName,
  nodeFileSystem,
  syncFolder,
  writeFileDurably,
  writeFolderDurably,
} from '@malmoi/safetensors/node';

import { errorCode } from './error-code.ts';
import { CheckpointError, FolderNotEmptyError } from './errors.ts';

/** Inside the folder: files that are complete and belong in it. */
export const COMMIT_FOLDER = '.malmoi-commit';

/** Inside the commit folder: what belongs in the folder and what no longer does. */
const COMMIT_LIST = 'files.json';

/** Content of the {@link COMMIT_LIST}. */
interface CommitList {
  /** All new files, also those already moved out. */
  readonly files: readonly string[];
  /** Old files to remove. */
  readonly obsolete: readonly string[];
}

export interface ReplaceFilesOptions {
  /** Allow a folder that holds something. Other files in it stay. Default false. */
  readonly overwrite?: boolean;
  /** Whether an old file must go when the new set does not hold one of its name. Default never. */
  readonly isObsolete?: (name: string) => boolean;
  /** The file system to use. Default the machine's. For tests. */
  readonly fileSystem?: DurableFileSystem;
}

/**
 * Writes a set of files into a folder, as one step.
 *
 * @param fill writes the files, no folders, into the folder whose path it is given.
 * @throws {FolderNotEmptyError} when the folder holds something and `overwrite` is not set.
 * @throws {DurableWriteError} when the operating system refuses: before the switch, the old files are
 *   untouched; after it, the new ones count, and the next {@link finishReplacement} moves the rest.
 */
export async function replaceFiles(
  folder: string,
  fill: (temporaryFolder: string) => Promise<void>,
  options: ReplaceFilesOptions = {},
): Promise<void> {
  const { overwrite = false, isObsolete = () => false, fileSystem = nodeFileSystem } = options;
  await finishReplacement(folder, fileSystem);
  const names = await listNames(folder);
  if (names === undefined) {
    await createParent(folder);
    await writeFolderDurably(folder, fill, fileSystem);
    return;
  }
  if (names[0] !== undefined && !overwrite) throw new FolderNotEmptyError(folder, names[0]);
  // What a killed save left behind in here; nobody else writes into a folder that is being saved to.
  for (const name of names.filter(isTemporaryName))
    await fileSystem.removeFolder(join(folder, name));
  await writeFolderDurably(
    join(folder, COMMIT_FOLDER),
    async (temporary) => {
      await fill(temporary);
      const files = await readdir(temporary);
      const obsolete = names.filter((name) => isObsolete(name) && !files.includes(name));
      const list: CommitList = { files, obsolete };
      await writeFileDurably(join(temporary, COMMIT_LIST), JSON.stringify(list), { fileSystem });
    },
    fileSystem,
  );
  await finishReplacement(folder, fileSystem);
}

async function createParent(folder: string): Promise<void> {
  const parent = dirname(resolve(folder));
  try {
    await mkdir(parent, { recursive: true });
  } catch (error) {
    throw new DurableWriteError('create', parent, error);
  }
}

/**
 * Completes a replacement that was switched to and then interrupted. Does nothing when there is none.
 * Safe to run twice and at once.
 *
 * @throws {CheckpointError} when the list of files is damaged.
 * @throws {DurableWriteError} when the operating system refuses, for instance on a read-only disk.
 */
export async function finishReplacement(
  folder: string,
  fileSystem: DurableFileSystem = nodeFileSystem,
): Promise<void> {
  const commit = join(folder, COMMIT_FOLDER);
  const waiting = await listNames(commit);
  if (waiting === undefined) return;
  const list = await readCommitList(join(commit, COMMIT_LIST));
  if (list !== undefined) {
    for (const name of list.files.filter((file) => waiting.includes(file))) {
      await moveFile(join(commit, name), join(folder, name), fileSystem);
    }
    for (const name of list.obsolete) await removeFile(join(folder, name), fileSystem);
    await syncFolder(folder, fileSystem);
    // Without its list the commit folder says nothing any more, so the list goes when all is in place.
    await removeFile(join(commit, COMMIT_LIST), fileSystem);
  } else if (waiting.some((name) => name !== COMMIT_LIST)) {
    throw new CheckpointError(
      commit,
      `holds files without a ${COMMIT_LIST}; remove this folder by hand.`,
    );
  }
  try {
    await fileSystem.removeFolder(commit);
  } catch (error) {
    throw new DurableWriteError('remove', commit, error);
  }
}

/** The list, or undefined when there is none (any more). */
async function readCommitList(path: string): Promise<CommitList | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
  const list = parseCommitList(text);
  if (list !== undefined) return list;
  throw new CheckpointError(path, 'is not a list of files; remove this folder by hand.');
}

/** Plain names only: a list from a stranger must not move or remove anything outside the folder. */
function parseCommitList(text: string): CommitList | undefined {
  const isNames = (value: unknown): value is string[] =>
    Array.isArray(value) && value.every((name) => typeof name === 'string' && isPlainName(name));
  try {
    const list: unknown = JSON.parse(text);
    if (typeof list !== 'object' || list === null || !('files' in list) || !('obsolete' in list))
      return undefined;
    const { files, obsolete } = list;
    return isNames(files) && isNames(obsolete) ? { files, obsolete } : undefined;
  } catch {
    return undefined;
  }
}

function isPlainName(name: string): boolean {
  return name !== '' && name !== '.' && name !== '..' && !/[\\/\0]/.test(name);
}

async function moveFile(from: string, to: string, fileSystem: DurableFileSystem): Promise<void> {
  try {
    await fileSystem.rename(from, to);
  } catch (error) {
    // Another process that opened the folder has moved it already.
    if (errorCode(error) !== 'ENOENT') throw new DurableWriteError('rename', to, error);
  }
}

async function removeFile(path: string, fileSystem: DurableFileSystem): Promise<void> {
  try {
    await fileSystem.unlink(path);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw new DurableWriteError('remove', path, error);
  }
}

/** Names in a folder, or undefined when there is no such folder. */
async function listNames(folder: string): Promise<string[] | undefined> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw new DurableWriteError('create', folder, error);
  }
}
