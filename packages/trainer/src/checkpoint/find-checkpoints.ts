// Which checkpoints a folder has, and the last one that is whole.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

import { manifestProblem } from './manifest.ts';

/** A folder with a checkpoint's name. */
export interface CheckpointFolder {
  readonly step: number;
  readonly path: string;
}

/** `checkpoint-500`, as transformers names it. */
export function checkpointName(step: number): string {
  return `checkpoint-${step}`;
}

/** Everything in a folder that is named as a checkpoint, whole or not, by ascending step. */
export async function listCheckpoints(outputDir: string): Promise<CheckpointFolder[]> {
  const names = await readdir(outputDir);
  return names
    .flatMap((name) => {
      const step = /^checkpoint-(0|[1-9]\d{0,14})$/u.exec(name)?.[1];
      return step === undefined ? [] : [{ step: Number(step), path: join(outputDir, name) }];
    })
    .sort((a, b) => a.step - b.step);
}

/**
 * The checkpoint with the highest step that is whole, every byte of it.
 *
 * @param onWarning is told of each that was passed over, and why.
 */
export async function findLastCheckpoint(
  outputDir: string,
  onWarning: (message: string) => void,
): Promise<CheckpointFolder | undefined> {
  for (const checkpoint of (await listCheckpoints(outputDir)).reverse()) {
    const problem = await manifestProblem(checkpoint.path);
    if (problem === undefined) return checkpoint;
    onWarning(`${checkpoint.path} is not a whole checkpoint and is passed over: ${problem}.`);
  }
  return undefined;
}
