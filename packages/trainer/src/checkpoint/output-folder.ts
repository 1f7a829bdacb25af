// The folder of a run: made, locked for this process alone, and refused where it holds something that nobody
// asked to overwrite.
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';

import { lockFolder, type FolderLock } from '@malmoi/datasets/node';
import { isTemporaryName, type DurableFileSystem } from '@malmoi/safetensors/node';

import type { TrainingArguments } from '../arguments/training-arguments.ts';
import { OutputDirNotEmptyError } from './checkpoint-errors.ts';
import { listCheckpoints } from './find-checkpoints.ts';
import { removeCheckpoint } from './publish-checkpoint.ts';

/**
 * Opens the output folder of a run. What killed runs left under temporary names is removed; with
 * `overwriteOutputDir` so are all checkpoints, and nothing else.
 *
 * @returns the lock; releasing it lets other runs in.
 * @throws FolderLockedError while another run works in it; OutputDirNotEmptyError.
 */
export async function openOutputFolder(
  args: TrainingArguments,
  fileSystem: DurableFileSystem,
): Promise<FolderLock> {
  const { outputDir, overwriteOutputDir, resumeFromCheckpoint } = args;
  await mkdir(outputDir, { recursive: true });
  const lock = await lockFolder(outputDir);
  try {
    const names = await readdir(outputDir);
    for (const name of names.filter(isTemporaryName)) {
      await fileSystem.removeFolder(join(outputDir, name));
    }
    const visible = names.find((name) => !name.startsWith('.'));
    if (visible !== undefined && resumeFromCheckpoint === false) {
      if (!overwriteOutputDir) throw new OutputDirNotEmptyError(outputDir, visible);
      for (const { path } of await listCheckpoints(outputDir)) {
        await removeCheckpoint(path, outputDir, fileSystem);
      }
    }
    return lock;
  } catch (error) {
    await lock.release();
    throw error;
  }
}
