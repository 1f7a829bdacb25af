// Safetensors data that is already in memory: tensors are views on it, nothing is read or copied.

import { DEFAULT_SOURCE, parseHeader } from './header.ts';
import type { SafetensorsHeader, TensorInfo } from './header.ts';
import { findTensor, sliceRows } from './reader.ts';
import type { SafetensorsReader } from './reader.ts';
import { TensorView } from './tensor-view.ts';

/** A reader that can also answer at once, because it does not wait for anything. */
export interface SyncSafetensorsReader extends SafetensorsReader {
  /** As {@link SafetensorsReader.tensor}, at once. */
  tensorSync(name: string): TensorView;
  /** As {@link SafetensorsReader.rows}, at once. */
  rowsSync(name: string, begin: number, end: number): TensorView;
}

/** Settings of {@link openSafetensors}. */
export interface OpenSafetensorsOptions {
  /** What errors call the data; default `"safetensors data"`. */
  readonly source?: string;
}

/**
 * Opens a whole safetensors file held in memory. Tensors are views on the same memory: changing one
 * changes the other.
 *
 * @throws {SafetensorsHeaderError} when the data is not a valid file.
 */
export function openSafetensors(
  data: ArrayBufferLike | Uint8Array,
  options: OpenSafetensorsOptions = {},
): SyncSafetensorsReader {
  const bytes = data instanceof Uint8Array ? data : new Uint8Array(data);
  const source = options.source ?? DEFAULT_SOURCE;
  return new BufferReader(bytes, parseHeader(bytes, { source }), source);
}

class BufferReader implements SyncSafetensorsReader {
  readonly source: string;
  readonly metadata: ReadonlyMap<string, string> | undefined;
  readonly tensors: ReadonlyMap<string, TensorInfo>;
  readonly #data: Uint8Array;

  constructor(bytes: Uint8Array, header: SafetensorsHeader, source: string) {
    this.source = source;
    this.metadata = header.metadata;
    this.tensors = header.tensors;
    this.#data = bytes.subarray(header.dataStart);
  }

  tensorSync(name: string): TensorView {
    return this.#view(findTensor(this.tensors, name, this.source));
  }

  rowsSync(name: string, begin: number, end: number): TensorView {
    return this.#view(
      sliceRows(findTensor(this.tensors, name, this.source), begin, end, this.source),
    );
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- a throw must become a rejection
  async tensor(name: string): Promise<TensorView> {
    return this.tensorSync(name);
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- a throw must become a rejection
  async rows(name: string, begin: number, end: number): Promise<TensorView> {
    return this.rowsSync(name, begin, end);
  }

  /** Nothing to free: the memory belongs to the caller. */
  close(): Promise<void> {
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #view(info: TensorInfo): TensorView {
    return new TensorView(info, this.#data.subarray(...info.dataOffsets), this.source);
  }
}
