// One repository's folder in the Hub cache, laid out as huggingface_hub does
// (docs: "Understand caching"): `models--org--name/{blobs,refs,snapshots}`, where a snapshot's files are
// links to blobs named by their checksum. Both tools read and fill the same cache.
import { randomUUID } from 'node:crypto';
import { copyFile, mkdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';

import { getRepoFolderName } from '@huggingface/hub';

import { errorCode } from '../error-code.ts';
import { HubConfigurationError } from './hub-errors.ts';

const COMMIT_HASH = /^[0-9a-f]{40}$/;
const REPOSITORY_ID = /^(?:[\w.-]{1,96}\/)?[\w.-]{1,96}$/;

/** Whether the text is a full commit id, the name of a snapshot folder. */
export function isCommitHash(text: string): boolean {
  return COMMIT_HASH.test(text);
}

/**
 * Whether the text can be a repository id: `name` or `namespace/name` of letters, digits, `-`, `_` and
 * `.`, without `--` or `..`, not starting or ending with `-` or `.` (huggingface_hub's `validate_repo_id`).
 */
export function isRepositoryId(text: string): boolean {
  return (
    REPOSITORY_ID.test(text) &&
    !text.includes('--') &&
    !text.includes('..') &&
    !text.endsWith('.git') &&
    text.split('/').every((part) => !/^[-.]|[-.]$/.test(part))
  );
}

/** Refuses what {@link isRepositoryId} refuses. @throws {HubConfigurationError} */
export function assertRepositoryId(text: string): void {
  if (isRepositoryId(text)) return;
  throw new HubConfigurationError(
    `${JSON.stringify(text.slice(0, 200))} is neither a folder nor a repository id such as "namespace/name"`,
  );
}

/**
 * Whether a file name from a repository stays inside the folder it is joined to, on every system: a
 * relative path of plain segments. Refused: absolute, `..`, backslashes, drive letters, NUL.
 */
export function isSafeRelativePath(path: string): boolean {
  return (
    !/[\\\0]|^[A-Za-z]:/.test(path) &&
    path.split('/').every((segment) => segment !== '' && segment !== '.' && segment !== '..')
  );
}

/** Paths of one model repository in the cache. */
export class RepositoryCache {
  readonly folder: string;

  /** @param cacheDir the folder that `HF_HUB_CACHE` names. */
  constructor(cacheDir: string, repositoryId: string) {
    assertRepositoryId(repositoryId);
    this.folder = join(cacheDir, getRepoFolderName({ name: repositoryId, type: 'model' }));
  }

  /** The blob with this checksum. */
  blobPath(checksum: string): string {
    return join(this.folder, 'blobs', checksum);
  }

  /** The folder that looks like the repository at this commit. */
  snapshotPath(commit: string): string {
    return join(this.folder, 'snapshots', commit);
  }

  /** The commit that a branch or tag last pointed to, or undefined when it was never downloaded. */
  async readRef(revision: string): Promise<string | undefined> {
    if (isCommitHash(revision)) return revision;
    try {
      const commit = (await readFile(this.#refPath(revision), 'utf8')).trim();
      return isCommitHash(commit) ? commit : undefined;
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  /** Remembers where a branch or tag points; written through a temporary name. */
  async writeRef(revision: string, commit: string): Promise<void> {
    if (isCommitHash(revision)) return;
    const path = this.#refPath(revision);
    await mkdir(dirname(path), { recursive: true });
    const temporary = `${path}.${randomUUID()}`;
    await writeFile(temporary, commit);
    await rename(temporary, path);
  }

  /**
   * Makes `snapshots/<commit>/<path>` show a blob: a relative link, so that the cache can be moved, or a
   * copy where the system allows no links (Windows without developer mode).
   */
  async linkSnapshotFile(commit: string, path: string, checksum: string): Promise<void> {
    const pointer = join(this.snapshotPath(commit), ...path.split('/'));
    const blob = this.blobPath(checksum);
    await mkdir(dirname(pointer), { recursive: true });
    const temporary = `${pointer}.${randomUUID()}`;
    try {
      await symlink(relative(dirname(pointer), blob), temporary);
    } catch (error) {
      if (!isErrorWithCode(error, ['EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP'])) throw error;
      await copyFile(blob, temporary);
    }
    try {
      await rename(temporary, pointer);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  }

  /** Whether the snapshot folder of this commit exists. */
  async hasSnapshot(commit: string): Promise<boolean> {
    return isFolder(this.snapshotPath(commit));
  }

  #refPath(revision: string): string {
    if (!isSafeRelativePath(revision)) {
      throw new HubConfigurationError(`${JSON.stringify(revision)} is not a branch, tag or commit`);
    }
    return join(this.folder, 'refs', ...revision.split('/'));
  }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  return isErrorWithCode(error, ['ENOENT', 'ENOTDIR']);
}

function isErrorWithCode(error: unknown, codes: readonly string[]): boolean {
  return codes.includes(errorCode(error) ?? '');
}
