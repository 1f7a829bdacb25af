// Reads and checks the header of a safetensors file: an 8-byte little-endian length, then a JSON object
// that gives each tensor's dtype, shape and place. Rules 1 to 17 of the package README; the reference is
// `SafeTensors::read_metadata` of safetensors 0.8, which accepts a few things that the specification
// forbids and this reader refuses (see "Compared with the reference reader" in the README).

import { dtypeBits, isDtype } from './dtype.ts';
import type { Dtype } from './dtype.ts';
import { SafetensorsHeaderError, quote } from './errors.ts';
import type { HeaderRule } from './errors.ts';
import { StrictJsonError, StrictJsonReader } from './strict-json.ts';

/** Bytes before the header: its length as an unsigned 64-bit little-endian integer. */
export const PREFIX_LENGTH = 8;

/** Longest header that a reader accepts, in bytes. */
export const MAX_HEADER_LENGTH = 100_000_000;

const MAX_U64 = 2n ** 64n - 1n;

/** What the header says of one tensor. */
export interface TensorInfo {
  readonly name: string;
  readonly dtype: Dtype;
  /** Sizes of the axes, outermost first; `[]` is a scalar. */
  readonly shape: readonly number[];
  /** First byte and the byte after the last, counted from the start of the data. */
  readonly dataOffsets: readonly [begin: number, end: number];
  /** Size of the data in bytes. */
  readonly byteLength: number;
}

/** A checked header. */
export interface SafetensorsHeader {
  /** The free-form `__metadata__`; undefined when the file has none. */
  readonly metadata: ReadonlyMap<string, string> | undefined;
  /** Tensors by name, in the order of their data. */
  readonly tensors: ReadonlyMap<string, TensorInfo>;
  /** Offset in the file of the first byte of data: 8 + header length. */
  readonly dataStart: number;
  /** Size of the whole file in bytes. */
  readonly fileSize: number;
}

/** Settings of {@link parseHeader}. */
export interface ParseHeaderOptions {
  /** Size of the whole file in bytes; default: `bytes.length`, `bytes` being the whole file. */
  readonly fileSize?: number;
  /** Path or URL to show in errors; default `"safetensors data"`. */
  readonly source?: string;
}

/** What errors call bytes that come from no file. */
export const DEFAULT_SOURCE = 'safetensors data';

/**
 * Reads the length of the header from the first 8 bytes of a file, before anything is allocated for it.
 *
 * @param prefix at least the first 8 bytes of the file, or the whole file if it is shorter.
 * @throws {SafetensorsHeaderError} rules 1, 2 and 3.
 */
export function parseHeaderLength(prefix: Uint8Array, fileSize: number, source: string): number {
  const fail = (rule: HeaderRule, finding: string): never => {
    throw new SafetensorsHeaderError(rule, source, 0, finding);
  };
  if (fileSize < PREFIX_LENGTH || prefix.length < PREFIX_LENGTH) {
    return fail(1, `it has ${Math.min(fileSize, prefix.length)} bytes`);
  }
  const view = new DataView(prefix.buffer, prefix.byteOffset, PREFIX_LENGTH);
  const length = view.getBigUint64(0, true);
  if (length > BigInt(MAX_HEADER_LENGTH))
    return fail(2, `the header length reads ${String(length)}`);
  const headerLength = Number(length);
  if (PREFIX_LENGTH + headerLength > fileSize) {
    return fail(3, `8 + ${headerLength} bytes of header in a file of ${fileSize}`);
  }
  return headerLength;
}

/**
 * Parses and checks the header of a safetensors file.
 *
 * @param bytes the start of the file, up to the end of the header at least.
 * @throws {SafetensorsHeaderError} for each of the rules 1 to 17, with `rule`, `code` and `byteOffset`.
 */
export function parseHeader(
  bytes: Uint8Array,
  options: ParseHeaderOptions = {},
): SafetensorsHeader {
  const { fileSize = bytes.length, source = DEFAULT_SOURCE } = options;
  const headerLength = parseHeaderLength(bytes, fileSize, source);
  const dataStart = PREFIX_LENGTH + headerLength;
  if (bytes.length < dataStart) {
    throw new SafetensorsHeaderError(
      3,
      source,
      bytes.length,
      `only ${bytes.length} bytes were given`,
    );
  }
  try {
    return new HeaderParser(bytes.subarray(PREFIX_LENGTH, dataStart), fileSize, source).parse();
  } catch (error) {
    if (!(error instanceof StrictJsonError)) throw error;
    const rule = ({ utf8: 4, syntax: 5, 'duplicate-key': 8 } as const)[error.failure];
    throw new SafetensorsHeaderError(rule, source, PREFIX_LENGTH + error.offset, error.message);
  }
}

/** A tensor's entry before the entries are checked against each other. */
interface Entry {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly offsets: readonly [number, number];
  /** Where its name stands in the header. */
  readonly keyOffset: number;
}

class HeaderParser {
  readonly #json: StrictJsonReader;
  readonly #dataStart: number;
  readonly #fileSize: number;
  readonly #source: string;
  #metadata: ReadonlyMap<string, string> | undefined;

  constructor(header: Uint8Array, fileSize: number, source: string) {
    this.#json = new StrictJsonReader(header);
    this.#dataStart = PREFIX_LENGTH + header.length;
    this.#fileSize = fileSize;
    this.#source = source;
  }

  parse(): SafetensorsHeader {
    const json = this.#json;
    const kind = json.peek();
    if (kind !== 'object') throw this.#error(6, json.offset, `its root is ${article(kind)}`);
    const entries: Entry[] = [];
    json.readObject((name, keyOffset) => {
      if (name === '__metadata__') this.#metadata = this.#readMetadata();
      else entries.push(this.#readEntry(name, keyOffset));
    });
    json.end();
    entries.sort((a, b) => a.offsets[0] - b.offsets[0] || a.offsets[1] - b.offsets[1]);
    return {
      metadata: this.#metadata,
      tensors: this.#checkEntries(entries),
      dataStart: this.#dataStart,
      fileSize: this.#fileSize,
    };
  }

  #readMetadata(): ReadonlyMap<string, string> | undefined {
    const json = this.#json;
    const kind = json.peek();
    if (kind === 'null') {
      json.readLiteral();
      return undefined;
    }
    if (kind !== 'object') throw this.#error(7, json.offset, `__metadata__ is ${article(kind)}`);
    const metadata = new Map<string, string>();
    json.readObject((key) => {
      const valueKind = json.peek();
      if (valueKind !== 'string') {
        throw this.#error(7, json.offset, `__metadata__ ${quote(key)} is ${article(valueKind)}`);
      }
      metadata.set(key, json.readString());
    });
    return metadata;
  }

  #readEntry(name: string, keyOffset: number): Entry {
    const json = this.#json;
    const kind = json.peek();
    if (kind !== 'object') {
      throw this.#error(9, json.offset, `tensor ${quote(name)} is ${article(kind)}`);
    }
    let dtype: Dtype | undefined;
    let shape: number[] | undefined;
    let offsets: [number, number] | undefined;
    json.readObject((field) => {
      if (field === 'dtype') dtype = this.#readDtype(name);
      else if (field === 'shape') shape = this.#readIntegers(11, name, 'shape');
      else if (field === 'data_offsets') offsets = this.#readOffsets(name);
      else json.skipValue();
    });
    if (dtype === undefined || shape === undefined || offsets === undefined) {
      const missing = Object.entries({ dtype, shape, data_offsets: offsets })
        .filter(([, value]) => value === undefined)
        .map(([field]) => field);
      throw this.#error(9, keyOffset, `tensor ${quote(name)} has no ${missing.join(' and no ')}`);
    }
    return { name, dtype, shape, offsets, keyOffset };
  }

  #readDtype(name: string): Dtype {
    const json = this.#json;
    const offset = json.offset;
    const kind = json.peek();
    if (kind !== 'string') {
      throw this.#error(9, offset, `the dtype of ${quote(name)} is ${article(kind)}, not a string`);
    }
    const dtype = json.readString();
    if (!isDtype(dtype)) {
      throw this.#error(10, offset, `the dtype of ${quote(name)} is ${quote(dtype)}`);
    }
    return dtype;
  }

  #readOffsets(name: string): [number, number] {
    const offset = this.#json.offset;
    const [begin, end, ...rest] = this.#readIntegers(12, name, 'data_offsets');
    if (begin === undefined || end === undefined || rest.length > 0) {
      throw this.#error(12, offset, `the data_offsets of ${quote(name)} are not two numbers`);
    }
    return [begin, end];
  }

  #readIntegers(rule: 11 | 12, name: string, field: string): number[] {
    const json = this.#json;
    const what = (): string => `the ${field} of ${quote(name)}`;
    const kind = json.peek();
    if (kind !== 'array') throw this.#error(rule, json.offset, `${what()} is ${article(kind)}`);
    const integers: number[] = [];
    json.readArray(() => {
      const offset = json.offset;
      const itemKind = json.peek();
      if (itemKind !== 'number')
        throw this.#error(rule, offset, `${what()} has ${article(itemKind)}`);
      const token = json.readNumberToken();
      const value = Number(token);
      if (!/^\d+$/.test(token) || !Number.isSafeInteger(value)) {
        const limit = Number.MAX_SAFE_INTEGER;
        throw this.#error(rule, offset, `${what()} has ${token}, not an integer of 0 to ${limit}`);
      }
      integers.push(value);
    });
    return integers;
  }

  /** Rules 13 to 17, over the entries in the order of their data. */
  #checkEntries(entries: readonly Entry[]): Map<string, TensorInfo> {
    const tensors = new Map<string, TensorInfo>();
    let expected = 0;
    for (const { name, dtype, shape, offsets, keyOffset } of entries) {
      const [begin, end] = offsets;
      if (begin !== expected || end < begin) {
        const finding = `tensor ${quote(name)} has data_offsets [${begin}, ${end}] where ${expected} is next`;
        throw this.#error(13, keyOffset, finding);
      }
      this.#checkSize(name, dtype, shape, end - begin, keyOffset);
      tensors.set(name, { name, dtype, shape, dataOffsets: offsets, byteLength: end - begin });
      expected = end;
    }
    const dataLength = this.#fileSize - this.#dataStart;
    if (expected !== dataLength) {
      const finding = `the tensors take ${expected} bytes and the file has ${dataLength} after its header`;
      const at = this.#dataStart + Math.min(expected, dataLength);
      throw new SafetensorsHeaderError(17, this.#source, at, finding);
    }
    return tensors;
  }

  #checkSize(
    name: string,
    dtype: Dtype,
    shape: readonly number[],
    byteLength: number,
    keyOffset: number,
  ): void {
    const what = (): string =>
      `tensor ${quote(name)} of dtype ${dtype} and shape [${shape.join(', ')}]`;
    const bits = bitLength(dtype, shape);
    if (bits === undefined) throw this.#error(14, keyOffset, `${what()} is too large`);
    if (bits % 8n !== 0n) throw this.#error(15, keyOffset, `${what()} takes ${String(bits)} bits`);
    if (bits / 8n !== BigInt(byteLength)) {
      const finding = `${what()} takes ${String(bits / 8n)} bytes and its data_offsets span ${byteLength}`;
      throw this.#error(16, keyOffset, finding);
    }
  }

  #error(rule: HeaderRule, headerOffset: number, finding: string): SafetensorsHeaderError {
    return new SafetensorsHeaderError(rule, this.#source, PREFIX_LENGTH + headerOffset, finding);
  }
}

/**
 * Size of a tensor in bits, or undefined where a 64-bit product overflows. The axes are multiplied from
 * the left, as the reference does: `[2^33, 2^33, 0]` overflows and `[0, 2^33, 2^33]` does not.
 */
export function bitLength(dtype: Dtype, shape: readonly number[]): bigint | undefined {
  let elements = 1n;
  for (const size of shape) {
    elements *= BigInt(size);
    if (elements > MAX_U64) return undefined;
  }
  const bits = elements * BigInt(dtypeBits(dtype));
  return bits > MAX_U64 ? undefined : bits;
}

function article(kind: string): string {
  if (kind === 'null') return 'null';
  return kind === 'object' || kind === 'array' ? `an ${kind}` : `a ${kind}`;
}
