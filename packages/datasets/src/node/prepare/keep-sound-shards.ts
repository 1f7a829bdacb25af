// Before an interrupted run goes on: are the shards that it wrote still what it wrote? The disk may have lost or
// changed them since, and nothing later would make them again.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';

import type { ShardEntry } from '../../shards/shard-index.ts';
import type { PrepareOptions } from './prepare-options.ts';
import type { PrepareProgress } from './prepare-progress.ts';
import { firstShards, type SplitState } from './shard-writer.ts';

/**
 * The progress of each split up to its first shard that is missing or whose SHA-256 differs: the run goes on there,
 * and makes this shard and those after it again, with the same bytes. Says so by `onMessage`.
 */
export async function keepSoundShards(
  folder: string,
  progress: PrepareProgress,
  options: Pick<PrepareOptions, 'onMessage' | 'signal'>,
): Promise<PrepareProgress> {
  return {
    train: await soundShards(folder, progress.train, options),
    validation: await soundShards(folder, progress.validation, options),
  };
}

async function soundShards(
  folder: string,
  state: SplitState,
  { onMessage, signal }: Pick<PrepareOptions, 'onMessage' | 'signal'>,
): Promise<SplitState> {
  for (const [index, entry] of state.entries.entries()) {
    const problem = await shardProblem(join(folder, entry.file), entry, signal);
    if (problem === undefined) continue;
    const others = state.entries.length - index - 1;
    const after = others === 0 ? '' : `, and the ${others} after it`;
    onMessage?.(`${entry.file} ${problem}: it is made again${after}`);
    return firstShards(state, index);
  }
  return state;
}

/** What is wrong with a shard's file, or undefined. */
async function shardProblem(
  path: string,
  { sha256 }: ShardEntry,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(path, { ...(signal && { signal }) })) {
      hash.update(chunk as Buffer);
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined || code === 'ABORT_ERR') throw error;
    return code === 'ENOENT' ? 'is missing' : `cannot be read (${code})`;
  }
  return hash.digest('hex') === sha256 ? undefined : 'is damaged (its SHA-256 is another)';
}
