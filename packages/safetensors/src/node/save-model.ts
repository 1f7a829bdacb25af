// Saves a model into a folder: one file, or shards with an index. The switch from an old model to a new
// one is a single rename or removal, so a process killed at any moment leaves one of the two, whole.

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

import { SafetensorsWriteError } from '../errors.ts';
import { serializeShardIndex } from '../shard-index.ts';
import type { JsonScalar } from '../shard-index.ts';
import { planShards } from '../shard-plan.ts';
import type { PlannedShard } from '../shard-plan.ts';
import { layOutFile, streamLayout } from '../writer.ts';
import type { FileLayout, TensorToWrite, TensorsToWrite } from '../writer.ts';
import { attempt, removeFileDurably, writeFileDurably } from './durable-write.ts';
import type { DurableWriteOptions, DurableWriteResult } from './durable-write.ts';
import { INDEX_FILE, MODEL_FILE } from './open-model.ts';

/** Settings of {@link saveSafetensorsModel}. */
export interface SaveModelOptions extends DurableWriteOptions {
  /** Most bytes of data in a file: a number, or a string such as `"500MB"`; default `"5GB"`. */
  readonly maxShardSize?: string | number;
  /** The `__metadata__` of every file; default `{"format": "pt"}`, which transformers asks for. */
  readonly metadata?: ReadonlyMap<string, string>;
  /** More entries for the `metadata` of the index, beside `total_size`. */
  readonly indexMetadata?: ReadonlyMap<string, JsonScalar>;
}

/** A file of a saved model. */
export interface SavedFile extends DurableWriteResult {
  readonly fileName: string;
}

const FORMAT_PT: ReadonlyMap<string, string> = new Map([['format', 'pt']]);

const SHARD_NAME = /^model-\d{5}-of-\d{5}\.safetensors$/;

/**
 * Saves tensors as `model.safetensors`, or as shards with `model.safetensors.index.json` when they are
 * larger than `maxShardSize`. Tensors are put into shards in the order given. An older model in the
 * folder is replaced, and its other files removed once the new model is in place; the one case that
 * cannot be done without a moment of neither model is refused: shards over as many shards.
 *
 * @param folder an existing folder.
 * @returns the files that were written, the index last.
 * @throws {SafetensorsWriteError} when a file would not be valid, or `MODEL_EXISTS` in the case above.
 * @throws {DurableWriteError} when the operating system refuses; the old model is untouched unless all
 *   files of the new one are in place.
 */
export async function saveSafetensorsModel(
  folder: string,
  tensors: TensorsToWrite,
  options: SaveModelOptions = {},
): Promise<SavedFile[]> {
  const { metadata = FORMAT_PT } = options;
  const given = [...tensors];
  const whole = layOutFile(given, { metadata, source: join(folder, MODEL_FILE) });
  const byName = new Map(given);
  const sizes = new Map(whole.tensors.map(({ info }) => [info.name, info.byteLength] as const));
  const inOrder = Array.from(byName.keys(), (name) => [name, sizes.get(name) ?? 0] as const);
  const shards = planShards(inOrder, options.maxShardSize);
  const old = await findOldFiles(folder);

  const isSharded = shards.length > 1;
  if (isSharded) refuseCollision(folder, shards, old);
  const saved: SavedFile[] = [];
  for (const shard of shards) {
    const layout = isSharded ? layOutShard(folder, shard, byName, metadata) : whole;
    const result = await writeFileDurably(layout.source, streamLayout(layout), options);
    saved.push({ fileName: shard.fileName, ...result });
  }
  if (isSharded) saved.push(await writeIndex(folder, shards, options));
  const kept = new Set(saved.map(({ fileName }) => fileName));
  for (const name of old) {
    if (!kept.has(name)) await removeFileDurably(join(folder, name), options.fileSystem);
  }
  return saved;
}

function layOutShard(
  folder: string,
  shard: PlannedShard,
  byName: ReadonlyMap<string, TensorToWrite>,
  metadata: ReadonlyMap<string, string>,
): FileLayout {
  const names = new Set(shard.tensorNames);
  const tensors = [...byName].filter(([name]) => names.has(name));
  return layOutFile(tensors, { metadata, source: join(folder, shard.fileName) });
}

async function writeIndex(
  folder: string,
  shards: readonly PlannedShard[],
  options: SaveModelOptions,
): Promise<SavedFile> {
  const totalSize = shards.reduce((sum, shard) => sum + shard.byteLength, 0);
  const index = serializeShardIndex({
    metadata: new Map([...(options.indexMetadata ?? []), ['total_size', totalSize]]),
    weightMap: new Map(
      shards.flatMap(({ fileName, tensorNames }) => tensorNames.map((name) => [name, fileName])),
    ),
  });
  return {
    fileName: INDEX_FILE,
    ...(await writeFileDurably(join(folder, INDEX_FILE), index, options)),
  };
}

/**
 * Files of a model that is in the folder already, in the order in which a reader looks for them: when
 * they are removed one by one, taking `model.safetensors` away is what switches readers to new shards.
 */
async function findOldFiles(folder: string): Promise<string[]> {
  const names = await attempt('create', folder, () => readdir(folder));
  const shards = names.filter((name) => SHARD_NAME.test(name));
  return [...[MODEL_FILE, INDEX_FILE].filter((name) => names.includes(name)), ...shards];
}

/** Shards of the same names as the old ones could not be put in place one by one without a mixed model. */
function refuseCollision(
  folder: string,
  shards: readonly PlannedShard[],
  old: readonly string[],
): void {
  const taken = shards.find(({ fileName }) => old.includes(fileName));
  // Readers go by the index only where there is no model.safetensors.
  const shardsAreInUse = old.includes(INDEX_FILE) && !old.includes(MODEL_FILE);
  if (taken === undefined || !shardsAreInUse) return;
  throw new SafetensorsWriteError(
    'MODEL_EXISTS',
    folder,
    `holds a model of as many shards (${taken.fileName} and others), which cannot be replaced in one step. Save into a new folder.`,
  );
}
