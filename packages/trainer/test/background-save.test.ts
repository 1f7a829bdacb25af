// A checkpoint that is written while training goes on: what is in it, who waits for it, and what becomes of its errors.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { useBackend } from '@malmoi/ops';
import {
  DurableWriteError,
  nodeFileSystem,
  type DurableFileSystem,
} from '@malmoi/safetensors/node';
import { beforeAll, describe, expect, test } from '@jest/globals';

import { findLastCheckpoint, NonFiniteLossError, type TrainerCallback } from '../src/index.ts';
import { publishInBackground } from '../src/checkpoint/publish-in-background.ts';
import { unsyncedFileSystem } from './support/file-systems.ts';
import { oneWeightRun } from './support/one-weight-run.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const noWarning = (message: string): void => {
  throw new Error(`unexpected warning: ${message}`);
};

beforeAll(async () => {
  await useBackend('cpu');
});

/** A disk that takes its time: syncs, which come after the files were written, wait until it is let go. */
function slowDisk(refusal?: string): DurableFileSystem & {
  readonly letGo: () => void;
  readonly renamed: readonly string[];
} {
  let letGo = (): void => undefined;
  const waiting = new Promise<void>((resolve) => (letGo = resolve));
  const renamed: string[] = [];
  return {
    ...unsyncedFileSystem,
    letGo,
    renamed,
    open: async (...args) => {
      const handle = await nodeFileSystem.open(...args);
      return {
        write: (...write) => handle.write(...write),
        sync: async () => {
          await waiting;
          if (refusal === undefined) return;
          throw Object.assign(new Error('injected'), { code: refusal, errno: -1 });
        },
        close: () => handle.close(),
      };
    },
    rename: async (from, to) => {
      await nodeFileSystem.rename(from, to);
      renamed.push(to);
    },
  };
}

/** Calls back after an update. */
const afterStep = (step: number, action: () => void): TrainerCallback => ({
  onStepEnd: ({ state }) => {
    if (state.globalStep === step) action();
  },
});

const weights = (folder: string, step: number): Buffer =>
  readFileSync(join(folder, `checkpoint-${step}`, 'model.safetensors'));
const moments = (folder: string, step: number): Buffer =>
  readFileSync(join(folder, `checkpoint-${step}`, 'optimizer.safetensors'));
const checkpoints = (folder: string): string[] =>
  readdirSync(folder).filter((name) => name.startsWith('checkpoint-'));
const temporary = (folder: string): string[] =>
  readdirSync(folder).filter((name) => name.startsWith('.malmoi-'));

describe('a checkpoint under way', () => {
  test('does not hold up the next updates, and holds the state of its own', async () => {
    const [folder, whole] = [temporaryFolder(), temporaryFolder()];
    await oneWeightRun(whole);
    const disk = slowDisk();
    let found: string[] | undefined;
    const callbacks = [
      afterStep(4, () => {
        found = checkpoints(folder);
        disk.letGo();
      }),
    ];
    await oneWeightRun(folder, { fileSystem: disk, callbacks, args: { saveSteps: 2 } });
    // Of step 2 there was none yet when step 4 was done.
    expect(found).toEqual([]);
    expect(checkpoints(folder)).toEqual(['checkpoint-2', 'checkpoint-4', 'checkpoint-5']);
    for (const step of [2, 4, 5]) {
      expect(weights(folder, step)).toEqual(weights(whole, step));
      expect(moments(folder, step)).toEqual(moments(whole, step));
    }
    expect(weights(folder, 2)).not.toEqual(weights(folder, 4));
    expect(temporary(folder)).toEqual([]);
  });

  test('is finished before the next one begins', async () => {
    const folder = temporaryFolder();
    const disk = slowDisk();
    setImmediate(disk.letGo);
    await oneWeightRun(folder, { fileSystem: disk });
    const ofFolder = disk.renamed.flatMap((path, at) => {
      const step = /checkpoint-(\d)$/u.exec(path)?.[1];
      return step === undefined ? [] : [{ step: Number(step), at }];
    });
    expect(ofFolder.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5]);
    // A save renames six files into their names, five of them once more, and the folder last.
    expect(ofFolder.map(({ at }) => at)).toEqual([11, 23, 35, 47, 59]);
  });

  test('is waited for when the run is stopped, and callbacks hear of each one', async () => {
    const folder = temporaryFolder();
    const saved: string[] = [];
    const disk = slowDisk();
    const ended = await oneWeightRun(folder, {
      fileSystem: disk,
      callbacks: [
        { onSave: (_context, path) => void saved.push(path) },
        afterStep(3, () => setImmediate(disk.letGo)),
        {
          onStepEnd: ({ state, control }) => {
            control.shouldTrainingStop = state.globalStep === 3;
          },
        },
      ],
      args: { saveSteps: 2 },
    });
    expect(ended.state.globalStep).toBe(3);
    expect(saved).toEqual([2, 3].map((step) => join(folder, `checkpoint-${step}`)));
    expect((await findLastCheckpoint(folder, noWarning))?.step).toBe(3);
  });
});

describe('an error', () => {
  test('of the disk ends the run, and says what an error of a save says', async () => {
    const folder = temporaryFolder();
    const disk = slowDisk('ENOSPC');
    let steps = 0;
    const run = oneWeightRun(folder, {
      fileSystem: disk,
      args: { maxSteps: 10_000, saveSteps: 2 },
      callbacks: [
        afterStep(3, () => {
          disk.letGo();
        }),
        {
          onStepEnd: () => {
            steps++;
          },
        },
      ],
    });
    await expect(run).rejects.toThrow(DurableWriteError);
    await expect(run).rejects.toThrow(
      /checkpoint-2: syncing to disk failed \(ENOSPC\)\. The disk is full: free space/u,
    );
    expect(steps).toBeLessThanOrEqual(4); // The save of step 4 would wait for that of step 2.
    expect(checkpoints(folder)).toEqual([]);
    expect(temporary(folder)).toEqual([]);
  });

  test('of a callback waits for the checkpoint; so does that of a NaN, and names it', async () => {
    const folder = temporaryFolder();
    const disk = slowDisk();
    const failing = afterStep(3, () => {
      setImmediate(disk.letGo);
      throw new Error('mine');
    });
    const args = { saveSteps: 2 };
    const run = oneWeightRun(folder, { fileSystem: disk, callbacks: [failing], args });
    await expect(run).rejects.toThrow('mine');
    expect((await findLastCheckpoint(folder, noWarning))?.step).toBe(2);

    const [other, slow] = [temporaryFolder(), slowDisk()];
    const numbers = [1, 2, 3, 4, NaN];
    const callbacks = [afterStep(2, () => setImmediate(slow.letGo))];
    const diverged = oneWeightRun(other, { fileSystem: slow, callbacks, args, numbers });
    await expect(diverged).rejects.toThrow(NonFiniteLossError);
    await expect(diverged).rejects.toThrow(
      `The last good checkpoint is ${join(other, 'checkpoint-2')}.`,
    );
    expect((await findLastCheckpoint(other, noWarning))?.step).toBe(2);
  });

  test('of both: that of the run is thrown, that of the disk is a warning', async () => {
    const disk = slowDisk('EIO');
    const warnings: string[] = [];
    const run = oneWeightRun(temporaryFolder(), {
      fileSystem: disk,
      onWarning: (message) => warnings.push(message),
      args: { saveSteps: 2 },
      callbacks: [
        afterStep(3, () => {
          disk.letGo();
          throw new Error('mine');
        }),
      ],
    });
    await expect(run).rejects.toThrow('mine');
    expect(warnings.join('\n')).toMatch(/checkpoint-2: syncing to disk failed \(EIO\)/u);
  });
});

describe('the thread that writes', () => {
  const job = (outputDir: string): Parameters<typeof publishInBackground>[0] => ({
    staging: join(outputDir, 'staging'),
    outputDir,
    ...{ step: 1, bestStep: null, saveTotalLimit: null },
  });

  test('tells an error with path, step and errno', async () => {
    const absent = join(temporaryFolder(), 'absent');
    const error: unknown = await publishInBackground(job(absent)).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(DurableWriteError);
    expect(error).toMatchObject({
      path: join(absent, 'checkpoint-1'),
      step: 'create',
      errno: 'ENOENT',
    });
  });

  test('writes the same files as this one does', async () => {
    const [here, there] = [temporaryFolder(), temporaryFolder()];
    const args = { maxSteps: 2, saveSteps: 2, loggingSteps: 1000 };
    await oneWeightRun(here, { args });
    await oneWeightRun(there, { args, fileSystem: nodeFileSystem });
    for (const name of readdirSync(join(here, 'checkpoint-2'))) {
      expect(existsSync(join(there, 'checkpoint-2', name))).toBe(true);
    }
    expect(weights(there, 2)).toEqual(weights(here, 2));
    expect(moments(there, 2)).toEqual(moments(here, 2));
    expect((await findLastCheckpoint(there, noWarning))?.step).toBe(2);
    expect(temporary(there)).toEqual([]);
  });
});
