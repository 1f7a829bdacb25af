/// <reference lib="esnext.disposable" preserve="true" />
// Opens safetensors data wherever its bytes can be read by position: checks the header, then reads each
// tensor when it is asked for. The sources of bytes stand in buffer-reader.ts, http-source.ts,
// blob-source.ts and node/file-source.ts; a sharded model is in sharded-reader.ts.

import { dtypeBits } from './dtype.ts';
import {
  ReaderClosedError,
  SafetensorsReadError,
  TensorAccessError,
  TensorNotFoundError,
} from './errors.ts';
import { PREFIX_LENGTH, parseHeader, parseHeaderLength } from './header.ts';
import type { SafetensorsHeader, TensorInfo } from './header.ts';
import { TensorView } from './tensor-view.ts';

/** Bytes that can be read by position. */
export interface ByteSource {
  /** Path, URL or label, for errors. */
  readonly name: string;
  /** Size in bytes. */
  readonly size: number;
  /** Reads exactly `length` bytes from `offset`, or throws. */
  read(offset: number, length: number): Promise<Uint8Array>;
  /** Frees what the source holds. Called once. */
  close(): Promise<void>;
}

/** Tensors that are read when they are asked for. Close it after use (or declare it `await using`). */
export interface SafetensorsReader extends AsyncDisposable {
  /** Path, URL or label of what is read. */
  readonly source: string;
  /** The `__metadata__` of the header; of a sharded model, that of its first shard. */
  readonly metadata: ReadonlyMap<string, string> | undefined;
  /** What the header says of each tensor, in the order of the data. */
  readonly tensors: ReadonlyMap<string, TensorInfo>;
  /**
   * Reads one tensor.
   *
   * @throws {TensorNotFoundError} there is none of this name.
   * @throws {SafetensorsReadError} the bytes cannot be read.
   * @throws {ReaderClosedError} after `close()`.
   */
  tensor(name: string): Promise<TensorView>;
  /**
   * Reads rows `begin` to `end` (excluded) of the first axis; the result has shape
   * `[end - begin, ...rest]`. Only these bytes are read.
   *
   * @throws {TensorAccessError} when the rows are out of range, do not start on a whole byte, or the
   *   tensor is a scalar; and what {@link SafetensorsReader.tensor} throws.
   */
  rows(name: string, begin: number, end: number): Promise<TensorView>;
  /** Frees the file or connection. Tensors that were read stay valid. Closing twice is harmless. */
  close(): Promise<void>;
}

/**
 * Opens a source of bytes: reads the 8-byte prefix and the header, and nothing else. The source is closed
 * when that fails.
 *
 * @throws {SafetensorsHeaderError} when the file is not valid.
 */
export async function openByteSource(bytes: ByteSource): Promise<SafetensorsReader> {
  return new ByteSourceReader(bytes, await readHeader(bytes));
}

/** Reads and checks the header of a source of bytes; closes the source when that fails. */
export async function readHeader(bytes: ByteSource): Promise<SafetensorsHeader> {
  try {
    const prefix = await bytes.read(0, Math.min(PREFIX_LENGTH, bytes.size));
    const headerLength = parseHeaderLength(prefix, bytes.size, bytes.name);
    const start = await bytes.read(0, PREFIX_LENGTH + headerLength);
    return parseHeader(start, { fileSize: bytes.size, source: bytes.name });
  } catch (error) {
    // What went wrong first is what the caller must hear of, not a failure to close after it.
    await Promise.allSettled([bytes.close()]);
    throw error;
  }
}

/** Reads tensors from a source of bytes whose header is known. */
export class ByteSourceReader implements SafetensorsReader {
  readonly source: string;
  readonly metadata: ReadonlyMap<string, string> | undefined;
  readonly tensors: ReadonlyMap<string, TensorInfo>;
  /** Offset in the source of the first byte of data. */
  protected readonly dataStart: number;
  readonly #bytes: ByteSource;
  #closed = false;

  constructor(bytes: ByteSource, header: SafetensorsHeader) {
    this.source = bytes.name;
    this.metadata = header.metadata;
    this.tensors = header.tensors;
    this.dataStart = header.dataStart;
    this.#bytes = bytes;
  }

  async tensor(name: string): Promise<TensorView> {
    return this.#read(findTensor(this.tensors, name, this.source));
  }

  async rows(name: string, begin: number, end: number): Promise<TensorView> {
    const info = findTensor(this.tensors, name, this.source);
    return this.#read(sliceRows(info, begin, end, this.source));
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#bytes.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** @throws {ReaderClosedError} after `close()`. */
  protected assertOpen(): void {
    if (this.#closed) throw new ReaderClosedError(this.source);
  }

  async #read(info: TensorInfo): Promise<TensorView> {
    this.assertOpen();
    const bytes = await this.#bytes.read(this.dataStart + info.dataOffsets[0], info.byteLength);
    return new TensorView(info, bytes, this.source);
  }
}

/** Looks a tensor up by name. @throws {TensorNotFoundError} */
export function findTensor(
  tensors: ReadonlyMap<string, TensorInfo>,
  name: string,
  source: string,
): TensorInfo {
  const info = tensors.get(name);
  if (info === undefined) throw new TensorNotFoundError(source, name, tensors.keys());
  return info;
}

/** The description of rows `begin` to `end` of a tensor. @throws {TensorAccessError} */
export function sliceRows(
  info: TensorInfo,
  begin: number,
  end: number,
  source: string,
): TensorInfo {
  const [rowCount, ...rest] = info.shape;
  if (rowCount === undefined) {
    throw new TensorAccessError(source, info.name, 'it is a scalar and has no rows. Use tensor().');
  }
  const inRange = Number.isInteger(begin) && Number.isInteger(end) && 0 <= begin && begin <= end;
  if (!inRange || end > rowCount) {
    const message = `rows ${begin} to ${end} are not within its ${rowCount} rows (end is excluded).`;
    throw new TensorAccessError(source, info.name, message);
  }
  const bitsPerRow = rest.reduce((product, size) => product * size, dtypeBits(info.dtype));
  // A size that is not whole has no place in the file; products past 2^53 only occur in empty tensors.
  const first = rowCount === 0 || info.byteLength === 0 ? 0 : (begin * bitsPerRow) / 8;
  const last = rowCount === 0 || info.byteLength === 0 ? 0 : (end * bitsPerRow) / 8;
  if (!Number.isInteger(first) || !Number.isInteger(last)) {
    const message = `its rows have ${bitsPerRow} bits, so these do not start or end on a whole byte.`;
    throw new TensorAccessError(source, info.name, message);
  }
  const dataOffsets = [info.dataOffsets[0] + first, info.dataOffsets[0] + last] as const;
  return { ...info, shape: [end - begin, ...rest], dataOffsets, byteLength: last - first };
}

/**
 * Allocates the memory for a read. Its size has been checked against the file's before.
 *
 * @throws {SafetensorsReadError} when the engine has no room for so long an array.
 */
export function allocateBytes(length: number, source: string): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(length);
  } catch (error) {
    throw new SafetensorsReadError(
      source,
      `cannot allocate ${length} bytes. Read the tensor in parts with rows(), or free memory.`,
      { cause: error },
    );
  }
}
