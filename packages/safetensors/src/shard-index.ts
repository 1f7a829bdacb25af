// `model.safetensors.index.json`: which shard holds which tensor. Read with the strict JSON reader, and
// written with the bytes that transformers writes (`json.dumps(index, indent=2, sort_keys=True)` and a
// newline). A shard is named by a base name only: an index must not lead out of its folder.

import { SafetensorsIndexError, quote } from './errors.ts';
import { StrictJsonError, StrictJsonReader } from './strict-json.ts';
import { compareUtf8 } from './utf8.ts';

/** Most bytes that an index file may have: as much as a header. */
export const MAX_INDEX_LENGTH = 100_000_000;

/** A JSON value that is not an array or object. */
export type JsonScalar = string | number | boolean | null;

/** The content of an index file. */
export interface ShardIndex {
  /** The scalar entries of `metadata`, such as `total_size` (bytes of all tensors together). */
  readonly metadata: ReadonlyMap<string, JsonScalar>;
  /** Tensor name to file name, in the order of the file. */
  readonly weightMap: ReadonlyMap<string, string>;
}

/**
 * Parses an index file and checks its shard names.
 *
 * @param source path or URL to show in errors.
 * @throws {SafetensorsIndexError} `INVALID_INDEX` or `UNSAFE_SHARD_NAME`
 */
export function parseShardIndex(bytes: Uint8Array, source: string): ShardIndex {
  try {
    return readIndex(new StrictJsonReader(bytes), source);
  } catch (error) {
    if (!(error instanceof StrictJsonError)) throw error;
    throw invalid(source, `not strict JSON: ${error.message}, at byte ${error.offset}`);
  }
}

function readIndex(json: StrictJsonReader, source: string): ShardIndex {
  let metadata: ReadonlyMap<string, JsonScalar> = new Map();
  let weightMap: ReadonlyMap<string, string> | undefined;
  expectObject(json, 'its root', source);
  json.readObject((key) => {
    if (key === 'metadata') metadata = readMetadata(json, source);
    else if (key === 'weight_map') weightMap = readWeightMap(json, source);
    else json.skipValue();
  });
  json.end();
  if (weightMap === undefined) throw invalid(source, 'it has no weight_map');
  return { metadata, weightMap };
}

function readMetadata(json: StrictJsonReader, source: string): Map<string, JsonScalar> {
  const metadata = new Map<string, JsonScalar>();
  if (json.peek() === 'null') {
    json.readLiteral();
    return metadata;
  }
  expectObject(json, 'metadata', source);
  json.readObject((key) => {
    const kind = json.peek();
    if (kind === 'string') metadata.set(key, json.readString());
    else if (kind === 'number') metadata.set(key, Number(json.readNumberToken()));
    else if (kind === 'boolean' || kind === 'null') metadata.set(key, json.readLiteral());
    else json.skipValue();
  });
  return metadata;
}

function readWeightMap(json: StrictJsonReader, source: string): Map<string, string> {
  const weightMap = new Map<string, string>();
  expectObject(json, 'weight_map', source);
  json.readObject((tensor) => {
    if (json.peek() !== 'string') {
      throw invalid(source, `the file of tensor ${quote(tensor)} is not a string`);
    }
    const fileName = json.readString();
    checkShardName(fileName, source);
    weightMap.set(tensor, fileName);
  });
  return weightMap;
}

function expectObject(json: StrictJsonReader, what: string, source: string): void {
  const kind = json.peek();
  if (kind !== 'object') throw invalid(source, `${what} is of type ${kind}, not an object`);
}

/**
 * Checks that a shard is named by a base name that means the same on every system.
 *
 * @throws {SafetensorsIndexError} `UNSAFE_SHARD_NAME` for paths, drive letters, UNC paths, `..`, NUL.
 */
export function checkShardName(fileName: string, source: string): void {
  const isBaseName = fileName !== '' && fileName !== '.' && fileName !== '..';
  const hasPathCharacter = Array.from(fileName).some(
    (character) => '/\\:'.includes(character) || character < ' ',
  );
  if (isBaseName && !hasPathCharacter) return;
  throw new SafetensorsIndexError(
    'UNSAFE_SHARD_NAME',
    source,
    `the shard ${quote(fileName)} is not a plain file name. Shards stand beside the index; do not trust this file.`,
  );
}

/** Writes an index as transformers does: sorted keys, two blanks of indentation, ASCII only. */
export function serializeShardIndex(index: ShardIndex): Uint8Array<ArrayBuffer> {
  const text = `{\n  "metadata": ${block(index.metadata)},\n  "weight_map": ${block(index.weightMap)}\n}\n`;
  return new TextEncoder().encode(text);
}

function block(entries: ReadonlyMap<string, JsonScalar>): string {
  if (entries.size === 0) return '{}';
  const sorted = [...entries].sort(([a], [b]) => compareUtf8(a, b));
  const lines = sorted.map(([key, value]) => `    ${asciiJson(key)}: ${asciiJson(value)}`);
  return `{\n${lines.join(',\n')}\n  }`;
}

/** JSON with everything outside printable ASCII escaped, as Python's `json.dumps` writes by default. */
function asciiJson(value: JsonScalar): string {
  return JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function invalid(source: string, finding: string): SafetensorsIndexError {
  const message = `not a valid index of shards: ${finding}. Save or download it again.`;
  return new SafetensorsIndexError('INVALID_INDEX', source, message);
}
