// Writes safetensors: the same bytes as the reference writer (safetensors 0.8) for the same tensors.
// Tensors go by descending alignment of dtype, then by name; the header is compact JSON padded with
// spaces to a multiple of 8 bytes. The reference writes several metadata entries in the random order of a
// hash map; this writer sorts them, so the same content always gives the same bytes.

import { dtypeRank, isArrayOf, isDtype } from './dtype.ts';
import type { Dtype } from './dtype.ts';
import { assertLittleEndian } from './dtype.ts';
import { SafetensorsWriteError, quote } from './errors.ts';
import { DEFAULT_SOURCE, MAX_HEADER_LENGTH, PREFIX_LENGTH, bitLength } from './header.ts';
import type { TensorInfo } from './header.ts';
import { compareUtf8, hasLoneSurrogate } from './utf8.ts';

/**
 * Data of a tensor: the dtype's typed array (see `DtypeArrays`) or its bytes as a `Uint8Array`; or a
 * function that gives them, or gives them in parts, when their turn to be written comes.
 */
export type TensorData = ArrayBufferView | (() => ProducedData | Promise<ProducedData>);

/** What a function that produces tensor data may return. */
export type ProducedData =
  ArrayBufferView | Iterable<ArrayBufferView> | AsyncIterable<ArrayBufferView>;

/** A tensor to be written. */
export interface TensorToWrite {
  readonly dtype: Dtype;
  /** Sizes of the axes, outermost first; `[]` is a scalar. */
  readonly shape: readonly number[];
  readonly data: TensorData;
}

/** Tensors by name. A `Map` is safe for every name; pairs may come in any order. */
export type TensorsToWrite = Iterable<readonly [name: string, tensor: TensorToWrite]>;

/** Settings of the writers. */
export interface WriteOptions {
  /** The `__metadata__` of the file; model weights carry `new Map([['format', 'pt']])`. */
  readonly metadata?: ReadonlyMap<string, string>;
  /** Path or label to show in errors. */
  readonly source?: string;
}

/** Where everything goes in a file to be written. */
export interface FileLayout {
  /** The 8-byte prefix and the padded header. */
  readonly head: Uint8Array<ArrayBuffer>;
  /** The tensors in the order of their data. */
  readonly tensors: readonly { readonly info: TensorInfo; readonly data: TensorData }[];
  /** Size of the whole file in bytes. */
  readonly byteLength: number;
  /** Path or label to show in errors. */
  readonly source: string;
}

/**
 * Checks tensors and decides the whole file but for the data itself.
 *
 * @throws {SafetensorsWriteError} when the file would not be valid.
 */
export function layOutFile(tensors: TensorsToWrite, options: WriteOptions = {}): FileLayout {
  assertLittleEndian();
  const source = options.source ?? DEFAULT_SOURCE;
  const byName = new Map<string, TensorToWrite>();
  for (const [name, tensor] of tensors) {
    checkName(name, source);
    if (byName.has(name)) {
      const message = `there are two tensors named ${quote(name)}. Give each its own name.`;
      throw new SafetensorsWriteError('DUPLICATE_NAME', source, message);
    }
    byName.set(name, tensor);
  }
  const sorted = [...byName].map(([name, tensor]) => ({
    name,
    tensor,
    byteLength: tensorByteLength(name, tensor, source),
  }));
  sorted.sort(
    (a, b) => dtypeRank(b.tensor.dtype) - dtypeRank(a.tensor.dtype) || compareUtf8(a.name, b.name),
  );

  let end = 0;
  const placed = sorted.map(({ name, tensor, byteLength }) => {
    const dataOffsets = [end, end + byteLength] as const;
    end += byteLength;
    const { dtype, shape, data } = tensor;
    return { info: { name, dtype, shape: [...shape], dataOffsets, byteLength }, data };
  });
  const infos = placed.map(({ info }) => info);
  const head = encodeHead(infos, options.metadata, source);
  return { head, tensors: placed, byteLength: head.length + end, source };
}

/**
 * Writes tensors into one array.
 *
 * @throws {SafetensorsWriteError} when the file would not be valid, or data comes as a function (use
 *   {@link streamSafetensors}).
 */
export function serializeSafetensors(
  tensors: TensorsToWrite,
  options: WriteOptions = {},
): Uint8Array<ArrayBuffer> {
  const layout = layOutFile(tensors, options);
  const file = new Uint8Array(layout.byteLength);
  file.set(layout.head);
  for (const { info, data } of layout.tensors) {
    if (typeof data === 'function') {
      const message = `tensor ${quote(info.name)} is produced by a function. Use streamSafetensors.`;
      throw new SafetensorsWriteError('DATA_MISMATCH', layout.source, message);
    }
    file.set(bytesOf(data), layout.head.length + info.dataOffsets[0]);
  }
  return file;
}

/**
 * Writes tensors as a stream of parts. Data given as functions is produced one tensor at a time, so the
 * whole file is never in memory. A part may be a view on a tensor's own memory: write it before the
 * tensor changes.
 *
 * @throws {SafetensorsWriteError} on the first step when the file would not be valid; later when a
 *   function gives too much or too little data.
 */
export async function* streamSafetensors(
  tensors: TensorsToWrite,
  options: WriteOptions = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  yield* streamLayout(layOutFile(tensors, options));
}

/** Streams a file whose layout is decided. @throws {SafetensorsWriteError} as {@link streamSafetensors}. */
export async function* streamLayout(
  layout: FileLayout,
): AsyncGenerator<Uint8Array, void, undefined> {
  yield layout.head;
  for (const { info, data } of layout.tensors) {
    let written = 0;
    for await (const part of dataParts(data)) {
      checkArrayClass(info, part, layout.source);
      written += part.byteLength;
      if (written > info.byteLength) break;
      if (part.byteLength > 0) yield bytesOf(part);
    }
    if (written !== info.byteLength) throw dataMismatch(info, written, layout.source);
  }
}

async function* dataParts(data: TensorData): AsyncGenerator<ArrayBufferView, void, undefined> {
  const produced = typeof data === 'function' ? await data() : data;
  if (ArrayBuffer.isView(produced)) yield produced;
  else yield* produced;
}

/** Checks one tensor and returns its size in bytes. */
function tensorByteLength(name: string, tensor: TensorToWrite, source: string): number {
  const { dtype, shape, data } = tensor;
  const fail = (
    code: 'UNKNOWN_DTYPE' | 'INVALID_SHAPE' | 'NOT_WHOLE_BYTES',
    message: string,
  ): never => {
    throw new SafetensorsWriteError(code, source, `tensor ${quote(name)}: ${message}`);
  };
  if (!isDtype(dtype)) return fail('UNKNOWN_DTYPE', `the format has no dtype ${quote(dtype)}.`);
  const shown = `[${shape.join(', ')}]`;
  if (!shape.every((size) => Number.isSafeInteger(size) && size >= 0 && !Object.is(size, -0))) {
    return fail('INVALID_SHAPE', `the shape ${shown} must hold non-negative integers.`);
  }
  const bits = bitLength(dtype, shape);
  if (bits === undefined || bits > 8n * BigInt(Number.MAX_SAFE_INTEGER)) {
    return fail('INVALID_SHAPE', `${dtype} of shape ${shown} is too large.`);
  }
  if (bits % 8n !== 0n) {
    return fail('NOT_WHOLE_BYTES', `${dtype} of shape ${shown} takes ${String(bits)} bits.`);
  }
  const byteLength = Number(bits / 8n);
  if (typeof data !== 'function') {
    const info = { name, dtype, shape, byteLength };
    checkArrayClass(info, data, source);
    if (data.byteLength !== byteLength) throw dataMismatch(info, data.byteLength, source);
  }
  return byteLength;
}

type NamedSize = Pick<TensorInfo, 'name' | 'dtype' | 'shape' | 'byteLength'>;

function checkArrayClass(info: NamedSize, data: ArrayBufferView, source: string): void {
  if (data instanceof Uint8Array || isArrayOf(info.dtype, data)) return;
  const given = Object.prototype.toString.call(data).slice(8, -1);
  const message = `tensor ${quote(info.name)}: a ${given} cannot hold ${info.dtype}. Give its typed array or its bytes.`;
  throw new SafetensorsWriteError('DATA_MISMATCH', source, message);
}

function dataMismatch(info: NamedSize, found: number, source: string): SafetensorsWriteError {
  const { name, dtype, shape, byteLength } = info;
  const message = `tensor ${quote(name)}: ${dtype} of shape [${shape.join(', ')}] takes ${byteLength} bytes, the data has ${found}${found > byteLength ? ' or more' : ''}.`;
  return new SafetensorsWriteError('DATA_MISMATCH', source, message);
}

function checkName(name: string, source: string): void {
  if (name === '__metadata__') {
    const message = 'a tensor cannot be named "__metadata__", which the format reserves.';
    throw new SafetensorsWriteError('INVALID_NAME', source, message);
  }
  if (hasLoneSurrogate(name)) {
    const message = `the tensor name ${quote(name)} has half a surrogate pair. Use valid Unicode.`;
    throw new SafetensorsWriteError('INVALID_NAME', source, message);
  }
}

/** The prefix and the header, as the reference prints it: no blanks, fields in a fixed order. */
function encodeHead(
  infos: readonly TensorInfo[],
  metadata: ReadonlyMap<string, string> | undefined,
  source: string,
): Uint8Array<ArrayBuffer> {
  const entries: string[] = [];
  if (metadata !== undefined) entries.push(`"__metadata__":${metadataJson(metadata, source)}`);
  for (const { name, dtype, shape, dataOffsets } of infos) {
    entries.push(
      `${JSON.stringify(name)}:{"dtype":"${dtype}","shape":[${shape.join(',')}],"data_offsets":[${dataOffsets.join(',')}]}`,
    );
  }
  const json = new TextEncoder().encode(`{${entries.join(',')}}`);
  const headerLength = Math.ceil(json.length / 8) * 8;
  if (headerLength > MAX_HEADER_LENGTH) {
    const message = `the header would take ${headerLength} bytes and may take ${MAX_HEADER_LENGTH}. Write fewer tensors or shorter names and metadata.`;
    throw new SafetensorsWriteError('HEADER_TOO_LARGE', source, message);
  }
  const head = new Uint8Array(PREFIX_LENGTH + headerLength).fill(0x20);
  new DataView(head.buffer).setBigUint64(0, BigInt(headerLength), true);
  head.set(json, PREFIX_LENGTH);
  return head;
}

function metadataJson(metadata: ReadonlyMap<string, string>, source: string): string {
  const sorted = [...metadata].sort(([a], [b]) => compareUtf8(a, b));
  const pairs = sorted.map(([key, value]) => {
    if (hasLoneSurrogate(key) || hasLoneSurrogate(value)) {
      const message = `the metadata entry ${quote(key)} has half a surrogate pair. Use valid Unicode.`;
      throw new SafetensorsWriteError('INVALID_METADATA', source, message);
    }
    return `${JSON.stringify(key)}:${JSON.stringify(value)}`;
  });
  return `{${pairs.join(',')}}`;
}

function bytesOf(data: ArrayBufferView): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
