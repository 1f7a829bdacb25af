// What a run has already written, on disk after every shard, so that a run that was killed goes on from there.
// The files of a shard are on disk before this file names them.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { removeFileDurably, writeFileDurably } from '@malmoi/safetensors/node';

import { ShardError } from '../../shards/shard-error.ts';
import { checkEntries, type SplitName } from '../../shards/shard-index.ts';
import { emptySplit, type SplitState } from './shard-writer.ts';

/** The name of the file. It is removed when the index is written. */
export const PROGRESS_FILE = 'prepare-progress.json';

/** The state of both splits. */
export type PrepareProgress = Record<SplitName, SplitState>;

/** A run that has written nothing. */
export function noProgress(): PrepareProgress {
  return { train: emptySplit(), validation: emptySplit() };
}

/**
 * Reads how far a run of the same cache key came; nothing when there was none, or it was of another key.
 *
 * @throws ShardError when the record is damaged
 */
export async function readProgress(folder: string, cacheKey: string): Promise<PrepareProgress> {
  const path = join(folder, PROGRESS_FILE);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return noProgress();
    throw error;
  }
  return parseProgress(text, path, cacheKey);
}

/** What a record has to be, if it is of our version and nobody has changed it. */
interface StoredProgress {
  readonly cache_key: string;
  readonly splits: PrepareProgress;
}

function parseProgress(text: string, path: string, cacheKey: string): PrepareProgress {
  const fail = (problem: string, cause?: unknown): never => {
    throw new ShardError('INDEX', path, problem, { cause });
  };
  try {
    const { cache_key, splits } = JSON.parse(text) as StoredProgress;
    if (cache_key !== cacheKey) return noProgress();
    for (const split of ['train', 'validation'] as const) {
      const { entries, entryCounts, counts } = splits[split];
      checkEntries(entries, `splits.${split}.entries`, fail);
      const isComplete = entries.length === entryCounts.length && counts.given >= 0;
      if (!isComplete) fail(`splits.${split} is not complete`);
    }
    return splits;
  } catch (error) {
    if (error instanceof SyntaxError) return fail(`it is no JSON (${error.message})`, error);
    if (error instanceof TypeError) return fail('it is no record of progress', error);
    throw error;
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
