import { fork } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import { FolderLockedError, lockFolder, type LockHolder } from './folder-lock.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'malmoi-lock-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const lockFile = (): string => join(folder, '.lock');
const holderNow = (): LockHolder => JSON.parse(readFileSync(lockFile(), 'utf8')) as LockHolder;

describe('lockFolder', () => {
  test('is held by one: the second is told who, and may have it afterwards', async () => {
    const lock = await lockFolder(folder);
    await expect(lockFolder(folder)).rejects.toThrow(FolderLockedError);
    await expect(lockFolder(folder)).rejects.toThrow(new RegExp(`process ${process.pid} on `));
    await lock.release();
    await lock.release();
    expect(existsSync(lockFile())).toBe(false);
    await (await lockFolder(folder)).release();
  });

  test('waits when asked to, says for whom once, and can be told to stop', async () => {
    const first = await lockFolder(folder);
    const waited: unknown[] = [];
    const second = lockFolder(folder, { onWait: (holder) => waited.push(holder?.pid) });
    const stop = new AbortController();
    const third = lockFolder(folder, {
      onWait: () => {
        stop.abort();
      },
      signal: stop.signal,
    });
    await expect(third).rejects.toThrow(/abort/i);
    await first.release();
    await (await second).release();
    expect(waited).toEqual([process.pid]);
  });

  test.each<[string, (holder: LockHolder) => Partial<LockHolder>]>([
    ['of a process that is gone', () => ({ pid: 2 ** 22 + 1 })],
    ['of an earlier start of the machine', () => ({ bootId: 'another' })],
    ['of a process whose number was given to another', () => ({ startTime: '1' })],
  ])('takes over a lock %s', async (_, change) => {
    await lockFolder(folder);
    const before = holderNow();
    writeFileSync(lockFile(), JSON.stringify({ ...before, ...change(before) }));
    const lock = await lockFolder(folder);
    expect(holderNow().token).not.toBe(before.token);
    await lock.release();
  });

  test('takes over a lock whose last taker was killed while it took it over', async () => {
    await lockFolder(folder);
    const gone = JSON.stringify({ ...holderNow(), pid: 2 ** 22 + 1, token: 'gone' });
    writeFileSync(lockFile(), gone);
    writeFileSync(join(folder, '.lock.takeover'), gone);
    const lock = await lockFolder(folder);
    await lock.release();
    expect(readdirSync(folder)).toEqual([]);
  });

  test('removes what a process left that was killed while it made its lock, and nothing else', async () => {
    const first = await lockFolder(folder);
    const holder = holderNow();
    await first.release();
    const gone = { ...holder, pid: 2 ** 22 + 1, token: 'gone' };
    writeFileSync(join(folder, '.lock.gone'), JSON.stringify(gone));
    writeFileSync(join(folder, '.lock.takeover'), JSON.stringify(gone));
    writeFileSync(join(folder, '.lock.making'), JSON.stringify({ ...holder, token: 'making' }));
    writeFileSync(join(folder, '.lock.8a9828b0-c445-4d51-9739-e1f67db24351'), '');
    writeFileSync(join(folder, '.lock.txt'), 'mine');
    await (await lockFolder(folder)).release();
    expect(readdirSync(folder).toSorted()).toEqual(['.lock.making', '.lock.txt']);
  });

  test.each([
    [
      'of another machine',
      (holder: LockHolder) =>
        JSON.stringify({ ...holder, host: `not-${hostname()}`, pid: 1, token: 'other' }),
    ],
    ['that is empty', () => ''],
    ['that is no lock of ours', () => '{"pid":"x"}'],
  ])('leaves a lock %s', async (_, content) => {
    const lock = await lockFolder(folder);
    writeFileSync(lockFile(), content(holderNow()));
    await expect(lockFolder(folder)).rejects.toThrow(FolderLockedError);
    await lock.release();
    expect(existsSync(lockFile())).toBe(true); // It is not ours any more.
  });

  test('of twenty processes at once one gets a stale lock, nineteen are told', async () => {
    const stale = {
      pid: 2 ** 22 + 1,
      host: hostname(),
      bootId: '',
      startTime: '',
      since: '',
      token: 'stale',
    };
    writeFileSync(lockFile(), JSON.stringify(stale));
    const program = join(import.meta.dirname, '../../test/lock-process.ts');
    const children = Array.from({ length: 20 }, () => fork(program, [folder]));
    const ready = children.map((child) => new Promise((resolve) => child.once('message', resolve)));
    await Promise.all(ready);
    const answers = children.map(
      (child) => new Promise<unknown>((resolve) => child.once('message', resolve)),
    );
    for (const child of children) child.send('go');
    const results = await Promise.all(answers);
    for (const child of children) child.send('end');
    await Promise.all(
      children.map((child) => new Promise((resolve) => child.once('exit', resolve))),
    );
    expect(results.filter((result) => result === 'locked')).toHaveLength(1);
    expect(results.filter((result) => result === 'FolderLockedError')).toHaveLength(19);
  });
});
