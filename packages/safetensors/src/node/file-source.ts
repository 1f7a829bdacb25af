// Safetensors files on disk: opening reads the header only, each tensor is read from its position when
// it is asked for. A file of many gigabytes opens in milliseconds.

import { readSync } from 'node:fs';
import { constants, open, stat } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';

import type { SyncSafetensorsReader } from '../buffer-reader.ts';
import { SafetensorsReadError } from '../errors.ts';
import type { SafetensorsHeader, TensorInfo } from '../header.ts';
import { ByteSourceReader, allocateBytes, findTensor, readHeader, sliceRows } from '../reader.ts';
import type { ByteSource } from '../reader.ts';
import { TensorView } from '../tensor-view.ts';
import { messageOf } from './system-error.ts';

/** Most bytes asked of one read call; the operating system takes at most 2 GiB. */
const MAX_READ = 2 ** 30;

/** Settings of {@link openSafetensorsFile}. */
export interface OpenFileOptions {
  /** Flags of open(2) beside O_RDONLY, for example `constants.O_NOFOLLOW`; default none. */
  readonly openFlags?: number;
}

/**
 * Opens a safetensors file. Reads its header and nothing else; close the reader after use.
 *
 * @throws {SafetensorsHeaderError} when the file is not valid.
 * @throws {SafetensorsReadError} when it cannot be opened or is not a regular file.
 */
export async function openSafetensorsFile(
  path: string,
  options: OpenFileOptions = {},
): Promise<SyncSafetensorsReader> {
  const [handle, size] = await openRegularFile(path, options.openFlags);
  const file = new FileSource(path, size, handle);
  return new FileReader(file, await readHeader(file));
}

/**
 * Opens a regular file for reading; `extraFlags` are added to O_RDONLY.
 *
 * @throws {SafetensorsReadError} when it cannot be opened or is not a regular file.
 */
export async function openRegularFile(path: string, extraFlags = 0): Promise<[FileHandle, number]> {
  try {
    // Looked at before it is opened: opening a FIFO would wait for a writer, a device may act on it.
    if (!(await stat(path)).isFile()) throw notRegular(path);
    const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK | extraFlags);
    const stats = await handle.stat();
    if (stats.isFile()) return [handle, stats.size];
    await handle.close();
    throw notRegular(path);
  } catch (error) {
    if (error instanceof SafetensorsReadError) throw error;
    throw new SafetensorsReadError(path, `cannot be opened: ${messageOf(error)}.`, {
      cause: error,
    });
  }
}

function notRegular(path: string): SafetensorsReadError {
  return new SafetensorsReadError(path, 'is not a regular file. Give the path of a file.');
}

class FileSource implements ByteSource {
  readonly name: string;
  readonly size: number;
  readonly #handle: FileHandle;

  constructor(name: string, size: number, handle: FileHandle) {
    this.name = name;
    this.size = size;
    this.#handle = handle;
  }

  async read(offset: number, length: number): Promise<Uint8Array> {
    const bytes = allocateBytes(length, this.name);
    let filled = 0;
    while (filled < length) {
      const count = Math.min(length - filled, MAX_READ);
      const { bytesRead } = await this.#handle
        .read(bytes, filled, count, offset + filled)
        .catch((error: unknown) => {
          throw this.#failed(offset, length, error);
        });
      if (bytesRead === 0) throw this.#tooShort(offset, length, filled);
      filled += bytesRead;
    }
    return bytes;
  }

  readSync(offset: number, length: number): Uint8Array {
    const bytes = allocateBytes(length, this.name);
    let filled = 0;
    while (filled < length) {
      let bytesRead: number;
      try {
        const count = Math.min(length - filled, MAX_READ);
        bytesRead = readSync(this.#handle.fd, bytes, filled, count, offset + filled);
      } catch (error) {
        throw this.#failed(offset, length, error);
      }
      if (bytesRead === 0) throw this.#tooShort(offset, length, filled);
      filled += bytesRead;
    }
    return bytes;
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }

  #failed(offset: number, length: number, error: unknown): SafetensorsReadError {
    const message = `cannot read ${length} bytes at ${offset}: ${messageOf(error)}.`;
    return new SafetensorsReadError(this.name, message, { cause: error });
  }

  #tooShort(offset: number, length: number, filled: number): SafetensorsReadError {
    const message = `has ${filled} of ${length} bytes at ${offset}: it was cut while it was open. Open it again.`;
    return new SafetensorsReadError(this.name, message);
  }
}

/** A reader over a file that can also answer at once. */
class FileReader extends ByteSourceReader implements SyncSafetensorsReader {
  readonly #file: FileSource;

  constructor(file: FileSource, header: SafetensorsHeader) {
    super(file, header);
    this.#file = file;
  }

  tensorSync(name: string): TensorView {
    return this.#readSync(findTensor(this.tensors, name, this.source));
  }

  rowsSync(name: string, begin: number, end: number): TensorView {
    const info = findTensor(this.tensors, name, this.source);
    return this.#readSync(sliceRows(info, begin, end, this.source));
  }

  #readSync(info: TensorInfo): TensorView {
    this.assertOpen();
    const bytes = this.#file.readSync(this.dataStart + info.dataOffsets[0], info.byteLength);
    return new TensorView(info, bytes, this.source);
  }
}
