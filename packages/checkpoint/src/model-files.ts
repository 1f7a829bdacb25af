// Reads the small text files of a model folder: regular files of a sane size, with the path in the error.
import { constants } from 'node:fs';
import { open, stat } from 'node:fs/promises';

import { errorCode, errorMessage } from './error-code.ts';
import { CheckpointError } from './errors.ts';

/** tokenizer.json with a large vocabulary has a few megabytes; this is far more, and fits a string. */
const MAX_TEXT_BYTES = 256 * 1024 * 1024;

/**
 * The text of a file, or undefined when there is none.
 *
 * @throws {CheckpointError} when it is not a regular file, too large, not UTF-8 or cannot be read.
 */
export async function readTextFile(path: string): Promise<string | undefined> {
  try {
    // Non-blocking: opening a FIFO for reading would otherwise wait for a writer.
    const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const found = await handle.stat();
      if (!found.isFile()) throw new CheckpointError(path, 'is not a regular file.');
      if (found.size > MAX_TEXT_BYTES) {
        throw new CheckpointError(
          path,
          `has ${found.size} bytes; at most ${MAX_TEXT_BYTES} are read.`,
        );
      }
      return decodeText(await handle.readFile(), path);
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    if (error instanceof CheckpointError) throw error;
    throw new CheckpointError(path, `cannot be read: ${errorMessage(error)}.`, { cause: error });
  }
}

/** Strict UTF-8. A byte order mark stays, for the parsers to judge. */
function decodeText(bytes: Uint8Array, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new CheckpointError(path, 'is not valid UTF-8. Save or download it again.');
  }
}

/**
 * Whether there is a file of this name.
 *
 * @throws {CheckpointError} when there is something that is no regular file: a folder, a FIFO, a device.
 */
export async function isRegularFile(path: string): Promise<boolean> {
  try {
    if ((await stat(path)).isFile()) return true;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false;
    throw new CheckpointError(path, `cannot be read: ${errorMessage(error)}.`, { cause: error });
  }
  throw new CheckpointError(path, 'is not a regular file.');
}
