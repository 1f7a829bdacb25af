// Decides which tensor goes into which shard when a model is larger than one file may be. Source:
// `split_state_dict_into_shards_factory` and `parse_size_to_int` of huggingface_hub: tensors in the order
// they are given, a shard closed when the next tensor does not fit, a tensor over the limit alone.

import { SafetensorsWriteError, quote } from './errors.ts';

/** The limit of huggingface_hub. */
export const DEFAULT_MAX_SHARD_SIZE = '5GB';

const UNITS: ReadonlyMap<string, number> = new Map([
  ['KB', 1e3],
  ['MB', 1e6],
  ['GB', 1e9],
  ['TB', 1e12],
]);

/** A shard: its file name and the names of its tensors. */
export interface PlannedShard {
  readonly fileName: string;
  readonly tensorNames: readonly string[];
  /** Bytes of tensor data, header not counted. */
  readonly byteLength: number;
}

/**
 * Reads a size such as `"5GB"` or `"1.5 MB"` (decimal units: KB, MB, GB, TB) or a number of bytes.
 *
 * @throws {SafetensorsWriteError} `INVALID_SHARD_SIZE`
 */
export function parseShardSize(size: string | number): number {
  const [, amount, unit] =
    /^(\d+(?:\.\d+)?)\s*([KMGT]B)$/i.exec(typeof size === 'string' ? size.trim() : '') ?? [];
  const bytes =
    typeof size === 'number'
      ? size
      : Math.floor(Number(amount) * (UNITS.get(unit?.toUpperCase() ?? '') ?? NaN));
  if (Number.isSafeInteger(bytes) && bytes > 0) return bytes;
  throw new SafetensorsWriteError(
    'INVALID_SHARD_SIZE',
    'maxShardSize',
    `${typeof size === 'string' ? quote(size) : size} is not a size. Give bytes, or a string such as "5GB" (KB, MB, GB, TB).`,
  );
}

/**
 * Splits tensors into shards.
 *
 * @param sizes name and size in bytes of each tensor; the order decides.
 * @param maxShardSize most bytes of data in a shard; only a tensor larger than it makes a larger shard.
 * @param baseName file name before the numbers; default `model`.
 * @returns one shard named `model.safetensors`, or N named `model-00001-of-0000N.safetensors`.
 */
export function planShards(
  sizes: Iterable<readonly [name: string, byteLength: number]>,
  maxShardSize: string | number = DEFAULT_MAX_SHARD_SIZE,
  baseName = 'model',
): PlannedShard[] {
  const limit = parseShardSize(maxShardSize);
  const shards: { tensorNames: string[]; byteLength: number }[] = [];
  let current = { tensorNames: [] as string[], byteLength: 0 };
  for (const [name, byteLength] of sizes) {
    if (byteLength > limit) {
      shards.push({ tensorNames: [name], byteLength });
      continue;
    }
    if (current.byteLength + byteLength > limit) {
      shards.push(current);
      current = { tensorNames: [], byteLength: 0 };
    }
    current.tensorNames.push(name);
    current.byteLength += byteLength;
  }
  if (current.tensorNames.length > 0 || shards.length === 0) shards.push(current);
  return shards.map((shard, i) => ({ ...shard, fileName: shardName(baseName, i, shards.length) }));
}

function shardName(baseName: string, index: number, count: number): string {
  if (count === 1) return `${baseName}.safetensors`;
  const padded = (number: number): string => String(number).padStart(5, '0');
  return `${baseName}-${padded(index + 1)}-of-${padded(count)}.safetensors`;
}
