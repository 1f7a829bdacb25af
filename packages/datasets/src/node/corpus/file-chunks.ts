// A file's bytes in chunks, as long as it was when it was opened: a file that shrinks meanwhile is an error,
// not a shorter corpus.
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';

import { CorpusReadError, CorpusSourceError } from '../../errors.ts';

const CHUNK_BYTES = 256 * 1024;

/** A file open for reading. */
export interface OpenFile {
  readonly path: string;
  readonly handle: FileHandle;
  /** Size in bytes when it was opened; undefined for a pipe or a device. */
  readonly size: number | undefined;
}

/**
 * Opens a file.
 *
 * @throws CorpusSourceError when it does not exist or is a directory
 * @throws CorpusReadError when the system refuses
 */
export async function openFile(path: string): Promise<OpenFile> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(path, constants.O_RDONLY);
    const stats = await handle.stat();
    if (stats.isDirectory()) throw directoryError(path);
    return { path, handle, size: stats.isFile() ? stats.size : undefined };
  } catch (error) {
    await handle?.close();
    throw readError(path, error);
  }
}

/** What to say of a directory where a file is expected. */
function directoryError(path: string): CorpusSourceError {
  return new CorpusSourceError(
    'IS_DIRECTORY',
    path,
    'this is a directory; expected a file. Name a file in it.',
  );
}

/** The bytes of a file, in chunks; the file is closed at the end, also when the reader stops early. */
export async function* fileChunks(
  path: string,
  onRead: (bytes: number) => void = () => undefined,
): AsyncGenerator<Uint8Array> {
  const file = await openFile(path);
  try {
    let position = 0;
    for (;;) {
      const chunk = await readAt(file, position);
      if (chunk.length === 0) break;
      position += chunk.length;
      onRead(chunk.length);
      yield chunk;
    }
    if (file.size !== undefined && position < file.size) throw shrunk(path, position, file.size);
  } finally {
    await file.handle.close();
  }
}

/** The next chunk; the position is the system's own, so that pipes can be read. Empty at the end. */
async function readAt({ path, handle, size }: OpenFile, position: number): Promise<Uint8Array> {
  const wanted = size === undefined ? CHUNK_BYTES : Math.min(CHUNK_BYTES, size - position);
  const chunk = new Uint8Array(wanted);
  if (wanted === 0) return chunk;
  try {
    const { bytesRead } = await handle.read(chunk, 0, wanted, null);
    return chunk.subarray(0, bytesRead);
  } catch (error) {
    throw readError(path, error);
  }
}

/** A range of a file. @throws CorpusReadError when the file has become shorter */
export async function readRange(file: OpenFile, start: number, end: number): Promise<ArrayBuffer> {
  const bytes = new Uint8Array(end - start);
  let filled = 0;
  while (filled < bytes.length) {
    let bytesRead: number;
    try {
      ({ bytesRead } = await file.handle.read(
        bytes,
        filled,
        bytes.length - filled,
        start + filled,
      ));
    } catch (error) {
      throw readError(file.path, error);
    }
    if (bytesRead === 0) throw shrunk(file.path, start + filled, file.size ?? end);
    filled += bytesRead;
  }
  return bytes.buffer;
}

function shrunk(path: string, position: number, size: number): CorpusReadError {
  return new CorpusReadError(
    'FILE_CHANGED',
    path,
    `the file became shorter while it was read: it ended at byte ${position}, it had ${size} bytes when it was ` +
      'opened. Read it again when nothing writes to it.',
  );
}

/** The code of a system error, such as ENOENT; undefined when it has none. */
export function errorCode(error: unknown): string | undefined {
  const hasCode = typeof error === 'object' && error !== null && 'code' in error;
  return hasCode && typeof error.code === 'string' ? error.code : undefined;
}

/** The typed error for what the system threw; typed errors pass through. */
export function readError(path: string, error: unknown): Error {
  if (error instanceof CorpusSourceError || error instanceof CorpusReadError) return error;
  const code = errorCode(error) ?? 'unknown error';
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new CorpusSourceError('NOT_FOUND', path, 'there is no such file. Check the path.', {
      cause: error,
    });
  }
  if (code === 'EISDIR') return directoryError(path);
  return new CorpusReadError('READ_FAILED', path, `reading failed (${code}).`, { cause: error });
}
