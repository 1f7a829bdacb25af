// Brings a model repository, or the part of it that the patterns name, into the local cache and returns
// its folder: what huggingface_hub's `snapshot_download` does, with @huggingface/hub's model info and file
// listing, and our own resumed and verified download.
import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { globMatch, listFiles, type ListFileEntry, modelInfo } from '@huggingface/hub';

import { downloadBlob } from './download-blob.ts';
import { type FileChecksum, isWellFormedChecksum } from './file-checksum.ts';
import {
  HubConnectionError,
  type HubError,
  InvalidHubResponseError,
  LocalEntryNotFoundError,
} from './hub-errors.ts';
import { type HubEnvironment, type HubOptions, resolveHubEnvironment } from './hub-environment.ts';
import { createHubFetch } from './hub-fetch.ts';
import { errorCode } from '../error-code.ts';
import { emitWarning, type WarningHandler } from '../warnings.ts';
import { isCommitHash, isSafeRelativePath, RepositoryCache } from './repository-cache.ts';

/** How far a download is. */
export interface DownloadProgress {
  /** File in the repository. */
  readonly path: string;
  /** Bytes of it on disk. */
  readonly loaded: number;
  /** Its size in bytes. */
  readonly total: number;
}

export interface SnapshotDownloadOptions extends HubOptions {
  /** Branch, tag or commit. Default `main`. */
  readonly revision?: string;
  /** Download only files that match one of these; `*` stands for any characters. Default: every file. */
  readonly allowPatterns?: readonly string[];
  /** Attempts in a row that may fail without a new byte. Default 5. */
  readonly maxRetries?: number;
  /** Wait before the first retry in milliseconds, doubled each time. Default 1000. */
  readonly retryDelayMs?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: DownloadProgress) => void;
  /** Receives warnings. Default: `process.emitWarning`. */
  readonly onWarning?: WarningHandler;
}

/**
 * Downloads what is not in the cache yet.
 *
 * @returns the folder `snapshots/<commit>` of the cache. A branch or tag is remembered for offline use only
 *   once every file is there.
 * @throws {HubError} of the class that fits (see hub-errors.ts). When there is no connection the cached
 *   snapshot is used, with a warning; in offline mode without one.
 * @throws {HubConfigurationError} for an id, option or variable that cannot be used.
 */
export async function snapshotDownload(
  repositoryId: string,
  options: SnapshotDownloadOptions = {},
): Promise<string> {
  const hub = resolveHubEnvironment(options);
  const cache = new RepositoryCache(hub.cacheDir, repositoryId);
  const revision = options.revision ?? 'main';
  if (hub.offline) return cachedSnapshot(cache, repositoryId, revision, 'offline mode is on');
  try {
    return await downloadRevision(cache, repositoryId, revision, hub, options);
  } catch (error) {
    if (!(error instanceof HubConnectionError)) throw error;
    const folder = await cachedSnapshot(cache, repositoryId, revision, error.message);
    emitWarning(
      options.onWarning,
      'MALMOI_HUB_UNREACHABLE',
      `${error.message} Using the copy in the cache instead: ${folder}`,
    );
    return folder;
  }
}

async function cachedSnapshot(
  cache: RepositoryCache,
  repositoryId: string,
  revision: string,
  reason: string,
): Promise<string> {
  const commit = await cache.readRef(revision);
  if (commit !== undefined && (await cache.hasSnapshot(commit))) return cache.snapshotPath(commit);
  throw new LocalEntryNotFoundError(
    `${repositoryId} at ${revision} is not in the cache (${cache.folder}), and ${reason.replace(/\.$/, '')}. ` +
      'Download it once with a connection and without HF_HUB_OFFLINE.',
    { repositoryId },
  );
}

async function downloadRevision(
  cache: RepositoryCache,
  repositoryId: string,
  revision: string,
  hub: HubEnvironment,
  options: SnapshotDownloadOptions,
): Promise<string> {
  const request = {
    hubUrl: hub.endpoint,
    fetch: createHubFetch(hub, repositoryId),
    ...(hub.token !== undefined && { accessToken: hub.token }),
  };
  const info = await modelInfo({
    ...request,
    name: repositoryId,
    revision,
    additionalFields: ['sha'],
  });
  const commit = info.sha;
  if (!isCommitHash(commit)) {
    throw new InvalidHubResponseError(
      `${repositoryId}: the Hub named ${JSON.stringify(commit.slice(0, 80))} as the commit of ${revision}`,
      { repositoryId },
    );
  }
  const repo = { type: 'model', name: repositoryId } as const;
  for await (const entry of listFiles({ ...request, repo, recursive: true, revision: commit })) {
    if (entry.type !== 'file' || !isWanted(entry.path, options.allowPatterns)) continue;
    await downloadEntry(cache, commit, entry, { repositoryId, hub, fetch: request.fetch }, options);
  }
  if (!(await cache.hasSnapshot(commit))) {
    throw new LocalEntryNotFoundError(
      `${repositoryId} at ${revision} holds none of ${(options.allowPatterns ?? ['any file']).join(', ')}`,
      { repositoryId },
    );
  }
  await cache.writeRef(revision, commit);
  return cache.snapshotPath(commit);
}

function isWanted(path: string, patterns: readonly string[] | undefined): boolean {
  return patterns?.some((pattern) => globMatch(pattern, path)) ?? true;
}

interface DownloadContext {
  readonly repositoryId: string;
  readonly hub: HubEnvironment;
  readonly fetch: typeof fetch;
}

async function downloadEntry(
  cache: RepositoryCache,
  commit: string,
  entry: ListFileEntry,
  context: DownloadContext,
  options: SnapshotDownloadOptions,
): Promise<void> {
  const { repositoryId, hub } = context;
  const checksum = checksumOf(entry);
  if (!isSafeRelativePath(entry.path)) {
    throw invalidEntry(
      repositoryId,
      `a file named ${JSON.stringify(entry.path)}, which leaves its folder`,
    );
  }
  if (checksum === undefined)
    throw invalidEntry(repositoryId, `no usable checksum for ${entry.path}`);
  const destination = cache.blobPath(checksum.value);
  const pointer = join(cache.snapshotPath(commit), ...entry.path.split('/'));
  if (!(await hasSize(destination, entry.size))) {
    // A blob of the wrong size was damaged after its checksum was taken.
    await rm(destination, { force: true });
    const path = entry.path.split('/').map(encodeURIComponent).join('/');
    await downloadBlob(
      {
        repositoryId,
        path: entry.path,
        url: `${hub.endpoint}/${repositoryId}/resolve/${commit}/${path}`,
        headers: hub.token === undefined ? {} : { authorization: `Bearer ${hub.token}` },
        destination,
        size: entry.size,
        checksum,
      },
      {
        fetch: context.fetch,
        ...(options.maxRetries !== undefined && { maxRetries: options.maxRetries }),
        ...(options.retryDelayMs !== undefined && { retryDelayMs: options.retryDelayMs }),
        ...(options.signal !== undefined && { signal: options.signal }),
        onBytes: (loaded) => options.onProgress?.({ path: entry.path, loaded, total: entry.size }),
      },
    );
  }
  if (!(await hasSize(pointer, entry.size)))
    await cache.linkSnapshotFile(commit, entry.path, checksum.value);
}

/** What the Hub announces: SHA-256 for LFS and Xet files, Git's object id for the rest. */
function checksumOf(entry: ListFileEntry): FileChecksum | undefined {
  const checksum: FileChecksum =
    entry.lfs === undefined
      ? { algorithm: 'git-sha1', value: entry.oid ?? '' }
      : { algorithm: 'sha256', value: entry.lfs.oid };
  return isWellFormedChecksum(checksum) ? checksum : undefined;
}

function invalidEntry(repositoryId: string, what: string): HubError {
  return new InvalidHubResponseError(`${repositoryId}: the Hub listed ${what}`, { repositoryId });
}

/** Whether the path leads to a file of this size. */
async function hasSize(path: string, size: number): Promise<boolean> {
  try {
    const found = await stat(path);
    return found.isFile() && found.size === size;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false;
    throw error;
  }
}
