// Downloads one file into the cache: continues where an earlier attempt stopped, tries again when the
// connection breaks, and lets the file in only when its checksum is the announced one.
// What @huggingface/hub 2.17 lacks here: its download neither resumes nor verifies.
import { constants } from 'node:fs';
import { access, type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { syncFolder } from '@malmoi/safetensors/node';

import { errorCode, errorMessage } from '../error-code.ts';
import { checksumFile, type FileChecksum } from './file-checksum.ts';
import {
  CacheWriteError,
  ChecksumMismatchError,
  HubConnectionError,
  HubRequestError,
  InvalidHubResponseError,
} from './hub-errors.ts';
import { connectionError, withoutQuery } from './hub-fetch.ts';

/** One file to download and what it must be. */
export interface BlobDownload {
  readonly repositoryId: string;
  /** Name in the repository, for messages. */
  readonly path: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Where the file goes; `<destination>.incomplete` holds what has arrived so far. */
  readonly destination: string;
  /** Announced size in bytes. */
  readonly size: number;
  readonly checksum: FileChecksum;
}

/** How to fetch it. */
export interface BlobDownloadOptions {
  /** Sends the requests; rejects with typed errors (see `createHubFetch`). */
  readonly fetch: typeof fetch;
  /** Attempts in a row that may fail without a single new byte before giving up. Default 5. */
  readonly maxRetries?: number;
  /** Wait before the first retry in milliseconds, doubled each time up to 8 s. Default 1000. */
  readonly retryDelayMs?: number;
  readonly signal?: AbortSignal;
  /** Called with the bytes on disk after each piece. */
  readonly onBytes?: (received: number) => void;
}

const RETRIED_STATUSES = new Set([408, 429, 500, 502, 503, 504]);
const LONGEST_DELAY_MS = 8000;

/**
 * Brings the file to `destination`, verified and flushed to the disk.
 *
 * Two processes may download the same file at once without a lock: both write the same bytes at the same
 * places, and the rename that ends either is atomic.
 *
 * @throws {ChecksumMismatchError} the content is not the announced one; nothing is left behind.
 * @throws {HubError} the Hub refused, or the connection stayed down; what arrived stays for the next call.
 */
export async function downloadBlob(
  download: BlobDownload,
  options: BlobDownloadOptions,
): Promise<void> {
  const partial = `${download.destination}.incomplete`;
  await mkdir(dirname(partial), { recursive: true });
  const handle = await open(partial, constants.O_RDWR | constants.O_CREAT, 0o644);
  try {
    const resumed = await receiveAll(handle, download, options);
    let verdict = await verify(handle, download);
    if (verdict !== undefined && resumed) {
      // The part that an earlier run left may be the bad one: a fresh start tells.
      await handle.truncate(0);
      await receiveAll(handle, download, options);
      verdict = await verify(handle, download);
    }
    if (verdict !== undefined) {
      await rm(partial, { force: true });
      throw verdict;
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  await keep(partial, download.destination);
}

/** Repeats attempts until the file is complete. Returns whether it began with bytes of an earlier run. */
async function receiveAll(
  handle: FileHandle,
  download: BlobDownload,
  options: BlobDownloadOptions,
): Promise<boolean> {
  const { maxRetries = 5, retryDelayMs = 1000, signal } = options;
  let received = await usableBytes(handle, download.size);
  const resumed = received > 0;
  let failures = 0;
  while (received < download.size) {
    const before = received;
    const failure = await receiveOnce(handle, before, download, options);
    received = (await handle.stat()).size;
    if (failure === undefined) break;
    failures = received > before ? 0 : failures + 1;
    if (failures > maxRetries) throw failure;
    await delay(Math.min(retryDelayMs * 2 ** failures, LONGEST_DELAY_MS), undefined, { signal });
  }
  return resumed;
}

/** A leftover longer than the file cannot be its beginning. */
async function usableBytes(handle: FileHandle, size: number): Promise<number> {
  const { size: present } = await handle.stat();
  if (present <= size) return present;
  await handle.truncate(0);
  return 0;
}

/** One request. Returns the error when trying again may help; throws when it cannot. */
async function receiveOnce(
  handle: FileHandle,
  offset: number,
  download: BlobDownload,
  options: BlobDownloadOptions,
): Promise<Error | undefined> {
  try {
    const response = await options.fetch(download.url, {
      headers: {
        ...download.headers,
        'accept-encoding': 'identity',
        ...(offset > 0 && { range: `bytes=${offset}-` }),
      },
      signal: options.signal ?? null,
    });
    await writeBody(
      handle,
      await startOf(handle, response, offset, download),
      response,
      download,
      options,
    );
    return undefined;
  } catch (error) {
    if (error instanceof HubConnectionError) return error;
    if (error instanceof HubRequestError) {
      if (RETRIED_STATUSES.has(error.status ?? 0)) return error;
      if (error.status === 416) {
        // The server holds fewer bytes than the leftover: start over.
        await handle.truncate(0);
        return error;
      }
    }
    throw error;
  }
}

/** Where the answer's first byte belongs: at the offset asked for, or at 0 when the server ignored it. */
async function startOf(
  handle: FileHandle,
  response: Response,
  offset: number,
  download: BlobDownload,
): Promise<number> {
  if (offset === 0) return 0;
  if (response.status !== 206) {
    await handle.truncate(0);
    return 0;
  }
  const range = response.headers.get('content-range');
  if (range?.startsWith(`bytes ${offset}-`) === true) return offset;
  throw new InvalidHubResponseError(
    `${download.repositoryId}: ${download.path} was asked from byte ${offset} and came as ${range ?? 'no range'}`,
    {
      repositoryId: download.repositoryId,
      url: withoutQuery(response.url),
      status: response.status,
    },
  );
}

async function writeBody(
  handle: FileHandle,
  start: number,
  response: Response,
  download: BlobDownload,
  options: BlobDownloadOptions,
): Promise<void> {
  const details = { repositoryId: download.repositoryId, url: withoutQuery(response.url) };
  let position = start;
  for await (const chunk of bodyChunks(response, details, options.signal)) {
    if (position + chunk.byteLength > download.size) {
      await handle.truncate(0);
      throw new InvalidHubResponseError(
        `${download.repositoryId}: ${download.path} is longer than the ${download.size} bytes announced`,
        details,
      );
    }
    await writeChunk(handle, chunk, position, download);
    position += chunk.byteLength;
    options.onBytes?.(position);
  }
  if (position < download.size) {
    throw connectionError(
      `${download.path} stopped at byte ${position} of ${download.size}`,
      details,
      undefined,
    );
  }
}

async function writeChunk(
  handle: FileHandle,
  chunk: Uint8Array,
  position: number,
  { repositoryId, path, destination }: BlobDownload,
): Promise<void> {
  for (let written = 0; written < chunk.byteLength;) {
    try {
      const { bytesWritten } = await handle.write(
        chunk,
        written,
        chunk.byteLength - written,
        position + written,
      );
      written += bytesWritten;
    } catch (error) {
      const reason = errorCode(error) ?? errorMessage(error);
      throw new CacheWriteError(
        `${repositoryId}: cannot write ${path} to ${destination}.incomplete (${reason}). ` +
          'Free some space or set HF_HUB_CACHE to another disk; the next call continues from here.',
        { repositoryId },
      );
    }
  }
}

/** The body piece by piece; a broken connection is told apart from a failing disk. */
async function* bodyChunks(
  response: Response,
  details: { repositoryId: string; url: string },
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  if (response.body === null) return;
  const body: AsyncIterable<Uint8Array> = response.body;
  try {
    yield* body;
  } catch (error) {
    if (signal?.aborted === true) throw error;
    throw connectionError(error, details, undefined);
  }
}

async function verify(
  handle: FileHandle,
  { repositoryId, path, url, size, checksum }: BlobDownload,
): Promise<ChecksumMismatchError | undefined> {
  const actual = await checksumFile(handle, size, checksum.algorithm);
  if (actual === checksum.value) return undefined;
  return new ChecksumMismatchError(path, checksum.value, actual, {
    repositoryId,
    url: withoutQuery(url),
  });
}

/** Rename, then flush the folder, so that the name survives a power cut too. */
async function keep(partial: string, destination: string): Promise<void> {
  try {
    await rename(partial, destination);
  } catch (error) {
    // Another process finished the same file first, through the same name.
    if (await exists(destination)) return;
    throw error;
  }
  await syncFolder(dirname(destination));
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    return false;
  }
}
