// Signals, kills and a disk that refuses, in processes of their own.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { useBackend } from '@malmoi/ops';
import { describe, expect, test } from '@jest/globals';

import { findLastCheckpoint } from '../src/index.ts';
import { hasStrace, runTampered, startChild } from './support/run-child.ts';
import { oneWeightRun } from './support/one-weight-run.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const ignore = (): void => undefined;
const weights = (folder: string, step: number): Buffer =>
  readFileSync(join(folder, `checkpoint-${step}`, 'model.safetensors'));

describe('signals', () => {
  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s saves, exits with %i and restores the listeners', async (signal, code) => {
    const folder = temporaryFolder();
    const child = startChild(folder, { maxSteps: 10_000, saveSteps: 10_000, pause: 5 });
    await child.says('step 3\n');
    child.process.kill(signal);
    const ended = await child.ended;
    expect(ended.code).toBe(code);
    expect(ended.output).not.toContain('listeners left');
    const steps = ended.output.match(/step \d+/gu)?.length;
    expect((await findLastCheckpoint(folder, ignore))?.step).toBe(steps);
    expect(readdirSync(folder)).toEqual([`checkpoint-${steps}`]); // The lock is gone, too.
  });

  test('a second signal ends the process at once', async () => {
    const child = startChild(temporaryFolder(), { maxSteps: 10, saveSteps: 100, hangAt: 2 });
    await child.says('step 2\n');
    child.process.kill('SIGINT');
    await child.says('SIGINT\n');
    child.process.kill('SIGTERM');
    expect((await child.ended).code).toBe(143);
  });

  test('killed, then resumed: the weights of a run that was never killed', async () => {
    const [whole, killed] = [temporaryFolder(), temporaryFolder()];
    const steps = { maxSteps: 12 };
    const child = startChild(killed, { ...steps, pause: 5 });
    await child.says('step 5\n');
    child.process.kill('SIGKILL');
    expect((await child.ended).signal).toBe('SIGKILL');
    const resumed = startChild(killed, { ...steps, resumeFromCheckpoint: true });
    expect((await resumed.ended).output).not.toContain('step 3\n');
    await useBackend('cpu');
    await oneWeightRun(whole, { args: { ...steps, learningRate: 5e-5 } }); // In this process.
    expect(weights(killed, 12)).toEqual(weights(whole, 12));
  });
});

const straced = hasStrace() ? describe : describe.skip;
const reason = hasStrace() ? '' : ' (skipped: strace is not installed or may not trace here)';

// A save makes 9 writes, 8 syncs and 12 renames, of which the last write, the last 7 renames and all syncs are made in
// the background: these hit the second one, before and after it goes there.
straced(`a disk that refuses${reason}`, () => {
  test.each([
    ['pwrite64:error=ENOSPC:when=13+', 'ENOSPC'],
    ['rename:error=EROFS:when=14+', 'EROFS'],
    ['rename:error=EROFS:when=20+', 'EROFS'],
    ['fsync:error=EIO:when=11+', 'EIO'],
  ])('%s: exit code 1, path and errno, and the checkpoint before it', async (inject, errno) => {
    const folder = temporaryFolder();
    const ended = runTampered(inject, folder, { maxSteps: 5 });
    expect(ended.code).toBe(1);
    expect(ended.output).toContain(`"errno":"${errno}"`);
    expect(ended.output).toContain(folder);
    const last = await findLastCheckpoint(folder, ignore);
    expect(last?.step).toBe(1);
    expect(readdirSync(folder)).toEqual(['checkpoint-1']);
  });

  test('killed in the middle of a save', async () => {
    const folder = temporaryFolder();
    const ended = runTampered('fsync:signal=KILL:when=12', folder, { maxSteps: 5 });
    expect(ended.code ?? ended.signal).not.toBe(0);
    expect((await findLastCheckpoint(folder, ignore))?.step).toBe(1);
    await useBackend('cpu');
    await oneWeightRun(folder, {
      args: { maxSteps: 3, resumeFromCheckpoint: true },
      onWarning: ignore,
    });
    expect(readdirSync(folder)).toEqual(['checkpoint-1', 'checkpoint-2', 'checkpoint-3']);
  });
});
