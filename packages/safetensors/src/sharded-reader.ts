// A model in several safetensors files, read as if it were one. The index and the headers of all shards
// must agree before anything is read.

import { ReaderClosedError, SafetensorsIndexError, TensorNotFoundError, quote } from './errors.ts';
import type { TensorInfo } from './header.ts';
import type { SafetensorsReader } from './reader.ts';
import type { ShardIndex } from './shard-index.ts';
import type { TensorView } from './tensor-view.ts';
import { compareUtf8 } from './utf8.ts';

/**
 * Opens all shards of an index and checks that each tensor is in the shard that the index names, and
 * only there.
 *
 * @param openShard opens one shard by the file name in the index.
 * @param source path or URL of the index, for errors.
 * @returns a reader whose `tensors` go shard by shard; their `dataOffsets` count within their shard.
 * @throws {SafetensorsIndexError} `TENSOR_MISSING`, `TENSOR_DUPLICATED` or `TENSOR_UNLISTED`, and what
 *   `openShard` throws. All shards are closed then.
 */
export async function openShardedSafetensors(
  index: ShardIndex,
  openShard: (fileName: string) => Promise<SafetensorsReader>,
  source: string,
): Promise<SafetensorsReader> {
  const shards = new Map<string, SafetensorsReader>();
  try {
    for (const fileName of [...new Set(index.weightMap.values())].sort(compareUtf8)) {
      shards.set(fileName, await openShard(fileName));
    }
    return new ShardedReader(source, shards, matchShards(index, shards, source));
  } catch (error) {
    // What went wrong first is what the caller must hear of, not a failure to close after it.
    await Promise.allSettled(Array.from(shards.values(), (shard) => shard.close()));
    throw error;
  }
}

/** Finds each tensor's shard, holding the index and the shards' own headers against each other. */
function matchShards(
  index: ShardIndex,
  shards: ReadonlyMap<string, SafetensorsReader>,
  source: string,
): Map<string, SafetensorsReader> {
  const shardOf = new Map<string, SafetensorsReader>();
  const fail = (code: SafetensorsIndexError['code'], message: string): never => {
    throw new SafetensorsIndexError(code, source, `${message} Save or download the model again.`);
  };
  for (const [fileName, shard] of shards) {
    for (const name of shard.tensors.keys()) {
      const other = shardOf.get(name);
      if (other !== undefined) {
        fail(
          'TENSOR_DUPLICATED',
          `tensor ${quote(name)} is in ${other.source} and in ${shard.source}.`,
        );
      }
      if (!index.weightMap.has(name)) {
        fail('TENSOR_UNLISTED', `tensor ${quote(name)} of ${quote(fileName)} is not in the index.`);
      }
      shardOf.set(name, shard);
    }
  }
  for (const [name, fileName] of index.weightMap) {
    if (shardOf.get(name) === undefined || shardOf.get(name) !== shards.get(fileName)) {
      fail('TENSOR_MISSING', `tensor ${quote(name)} is not in ${quote(fileName)}.`);
    }
  }
  return shardOf;
}

class ShardedReader implements SafetensorsReader {
  readonly source: string;
  readonly metadata: ReadonlyMap<string, string> | undefined;
  readonly tensors: ReadonlyMap<string, TensorInfo>;
  readonly #shards: ReadonlyMap<string, SafetensorsReader>;
  readonly #shardOf: ReadonlyMap<string, SafetensorsReader>;
  #closed = false;

  constructor(
    source: string,
    shards: ReadonlyMap<string, SafetensorsReader>,
    shardOf: ReadonlyMap<string, SafetensorsReader>,
  ) {
    const readers = [...shards.values()];
    this.source = source;
    this.metadata = readers[0]?.metadata;
    this.tensors = new Map(readers.flatMap((reader) => [...reader.tensors]));
    this.#shards = shards;
    this.#shardOf = shardOf;
  }

  async tensor(name: string): Promise<TensorView> {
    return this.#shard(name).tensor(name);
  }

  async rows(name: string, begin: number, end: number): Promise<TensorView> {
    return this.#shard(name).rows(name, begin, end);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    const shards = Array.from(this.#shards.values());
    const results = await Promise.allSettled(shards.map((shard) => shard.close()));
    const failed = results.find((result) => result.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #shard(name: string): SafetensorsReader {
    if (this.#closed) throw new ReaderClosedError(this.source);
    const shard = this.#shardOf.get(name);
    if (shard === undefined) {
      throw new TensorNotFoundError(this.source, name, this.tensors.keys());
    }
    return shard;
  }
}
