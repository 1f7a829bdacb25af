// What a run has already written, on disk after every shard, so that a run that was killed goes on from there.
// The files of a shard are on disk before this file names them.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { removeFileDurably, writeFileDurably } from '@malmoi/safetensors/node';

import { ShardError } from '../../shards/shard-error.ts';
import type { SplitName } from '../../shards/shard-index.ts';
import { emptySplit, type SplitState } from './shard-writer.ts';

/** The name of the file. It is removed when the index is written. */
export const PROGRESS_FILE = 'prepare-progress.json';

/** The state of both splits. */
export type PrepareProgress = Record<SplitName, SplitState>;

/** A run that has written nothing. */
export function noProgress(): PrepareProgress {
  return { train: emptySplit(), validation: emptySplit() };
}

/** Reads how far a run of the same cache key came; nothing when there was none, or it was of another key. @throws ShardError when it is damaged */
export async function readProgress(folder: string, cacheKey: string): Promise<PrepareProgress> {
  let text: string;
  try {
    text = await readFile(join(folder, PROGRESS_FILE), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return noProgress();
    throw error;
  }
  const stored = parseProgress(text, join(folder, PROGRESS_FILE));
  return stored.cache_key === cacheKey ? stored.splits : noProgress();
}

function parseProgress(
  text: string,
  source: string,
): { cache_key: string; splits: PrepareProgress } {
  try {
    return JSON.parse(text) as { cache_key: string; splits: PrepareProgress };
  } catch (error) {
    throw new ShardError('INDEX', source, `it is no JSON (${String(error)})`, { cause: error });
  }
}

/** Records how far this run has come. */
export async function writeProgress(
  folder: string,
  cacheKey: string,
  splits: PrepareProgress,
): Promise<void> {
  const text = JSON.stringify({ cache_key: cacheKey, splits });
  await writeFileDurably(join(folder, PROGRESS_FILE), text);
}

/** Forgets it. */
export async function removeProgress(folder: string): Promise<void> {
  await removeFileDurably(join(folder, PROGRESS_FILE));
}
