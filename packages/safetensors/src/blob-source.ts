// Safetensors in a `Blob`, such as a `File` that the user of a web page picked: read by position, so a
// file larger than memory opens.

import { SafetensorsReadError } from './errors.ts';
import { DEFAULT_SOURCE } from './header.ts';
import { openByteSource } from './reader.ts';
import type { ByteSource, SafetensorsReader } from './reader.ts';

/**
 * Opens a `Blob` or `File`. Only the header is read now; each tensor when asked for.
 *
 * @param source what errors call the data; default the name of the `File`.
 * @throws {SafetensorsHeaderError} when the data is not a valid file.
 * @throws {SafetensorsReadError} when the blob cannot be read.
 */
export function openSafetensorsBlob(blob: Blob, source?: string): Promise<SafetensorsReader> {
  const ownName = 'name' in blob && typeof blob.name === 'string' ? blob.name : DEFAULT_SOURCE;
  return openByteSource(new BlobSource(blob, source ?? ownName));
}

class BlobSource implements ByteSource {
  readonly name: string;
  readonly size: number;
  readonly #blob: Blob;

  constructor(blob: Blob, name: string) {
    this.name = name;
    this.size = blob.size;
    this.#blob = blob;
  }

  async read(offset: number, length: number): Promise<Uint8Array> {
    let bytes: Uint8Array;
    try {
      bytes = new Uint8Array(await this.#blob.slice(offset, offset + length).arrayBuffer());
    } catch (error) {
      const message = `cannot read ${length} bytes at ${offset}. Choose the file again.`;
      throw new SafetensorsReadError(this.name, message, { cause: error });
    }
    if (bytes.length !== length) {
      const message = `has ${bytes.length} of ${length} bytes at ${offset}: it changed while open.`;
      throw new SafetensorsReadError(this.name, message);
    }
    return bytes;
  }

  /** The blob belongs to the caller. */
  close(): Promise<void> {
    return Promise.resolve();
  }
}
