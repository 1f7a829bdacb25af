// One process at a time in a folder: a lock file, made exclusively, that says who holds it. A lock whose holder is
// gone (same machine, and another boot, or no such process, or its number now belongs to another one) is stale
// and taken over; a lock from another machine never is, since nothing can be known of it.
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { link, readdir, readFile, unlink, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { DatasetsError } from '../errors.ts';

/** Who holds a lock. */
export interface LockHolder {
  readonly pid: number;
  readonly host: string;
  /** Differs after every start of the machine; '' where the system does not tell. */
  readonly bootId: string;
  /** When the process started, in clock ticks since boot; '' where the system does not tell. */
  readonly startTime: string;
  /** When the lock was taken, ISO 8601. */
  readonly since: string;
  /** Names this very lock. */
  readonly token: string;
}

/** Another process works in the folder. */
export class FolderLockedError extends DatasetsError {
  declare readonly code: 'LOCKED';
  readonly holder: LockHolder | undefined;

  constructor(path: string, holder: LockHolder | undefined) {
    const who =
      holder === undefined
        ? 'another process'
        : `process ${holder.pid} on ${holder.host}, since ${holder.since}`;
    super(
      'LOCKED',
      path,
      `${path}: ${who} works in this folder. Wait for it, choose another folder, or, ` +
        'if you are sure that it is gone, delete this file.',
    );
    this.holder = holder;
  }
}

/** A lock that is held. */
export interface FolderLock extends AsyncDisposable {
  readonly path: string;
  /** Gives the lock back. Calling it twice is harmless. */
  release(): Promise<void>;
}

/** Options of {@link lockFolder}. */
export interface LockFolderOptions {
  /** File name of the lock. Default `.lock`. */
  readonly name?: string;
  /** Waits for the holder instead of throwing; is told once who that is. */
  readonly onWait?: (holder: LockHolder | undefined) => void;
  /** Ends the wait. */
  readonly signal?: AbortSignal;
}

const POLL_MILLISECONDS = 250;

/**
 * Takes the lock of a folder that exists.
 *
 * @throws FolderLockedError when another process holds it and there is no `onWait`
 */
export async function lockFolder(
  folder: string,
  options: LockFolderOptions = {},
): Promise<FolderLock> {
  const path = join(folder, options.name ?? '.lock');
  const holder = thisProcess();
  let told = false;
  for (;;) {
    if (await create(path, holder)) {
      await removeLeftovers(path);
      return heldLock(path, holder);
    }
    const current = await readHolder(path);
    if (current === 'gone') continue;
    if (current !== 'unreadable' && isStale(current)) {
      if (await removeStale(path, current)) continue;
    }
    const known = current === 'unreadable' ? undefined : current;
    if (options.onWait === undefined) throw new FolderLockedError(path, known);
    if (!told) options.onWait(known);
    told = true;
    await sleep(POLL_MILLISECONDS, undefined, options.signal ? { signal: options.signal } : {});
  }
}

function heldLock(path: string, holder: LockHolder): FolderLock {
  let held = true;
  const release = async (): Promise<void> => {
    if (!held) return;
    held = false;
    const current = await readHolder(path);
    // Someone may have deleted the lock by hand, and another process taken it.
    if (typeof current === 'object' && current.token === holder.token) await unlink(path);
  };
  return { path, release, [Symbol.asyncDispose]: release };
}

/**
 * Makes the lock file with its content at once: a link to a finished file, which fails when the name is taken as
 * O_EXCL does. A process that is killed in between leaves no empty lock that nobody could judge.
 *
 * @returns false when there is a lock already
 */
async function create(path: string, holder: LockHolder): Promise<boolean> {
  const finished = `${path}.${holder.token}`;
  try {
    await writeFile(finished, JSON.stringify(holder), { flag: 'wx' });
    return await linkIfFree(finished, path);
  } finally {
    await unlinkIfThere(finished);
  }
}

/** @returns false when the name is taken, or the holder of the lock has just cleared the finished file away. */
async function linkIfFree(finished: string, path: string): Promise<boolean> {
  try {
    await link(finished, path);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' || code === 'ENOENT') return false;
    throw error;
  }
}

/** The name of a finished file ends in its token. One that is empty lost its process before it was written. */
const TOKEN = /\.[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Removes what processes left that were killed while they made a lock. Only the lock's holder does this. */
async function removeLeftovers(path: string): Promise<void> {
  const folder = dirname(path);
  for (const name of await readdir(folder)) {
    if (!name.startsWith(`${basename(path)}.`)) continue;
    const leftover = join(folder, name);
    const owner = await readHolder(leftover);
    const isLeft = typeof owner === 'object' ? isStale(owner) : TOKEN.test(name);
    if (isLeft) await unlinkIfThere(leftover);
  }
}

/**
 * Removes a stale lock. Two processes may find the same one: a second lock, held for a moment, lets one of them
 * look again and remove it, so that neither removes what the other has just made.
 *
 * @returns whether to look again; false when another process is at it
 */
async function removeStale(path: string, stale: LockHolder): Promise<boolean> {
  const takeover = `${path}.takeover`;
  if (!(await create(takeover, thisProcess()))) {
    const other = await readHolder(takeover);
    if (other === 'gone') return true;
    // Its holder was killed in that moment: out of the way with it, and look again.
    if (other === 'unreadable' || !isStale(other)) return false;
    await unlinkIfThere(takeover);
    return true;
  }
  try {
    const current = await readHolder(path);
    if (typeof current === 'object' && current.token === stale.token) await unlinkIfThere(path);
    return true;
  } finally {
    await unlinkIfThere(takeover);
  }
}

async function unlinkIfThere(path: string): Promise<void> {
  try {
    await unlink(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

/** `unreadable` is a file of this name that is no lock of ours: it is left alone. */
async function readHolder(path: string): Promise<LockHolder | 'gone' | 'unreadable'> {
  try {
    const value = JSON.parse(await readFile(path, 'utf8')) as Partial<LockHolder> | null;
    const complete = typeof value?.pid === 'number' && typeof value.token === 'string';
    return complete ? (value as LockHolder) : 'unreadable';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'gone' : 'unreadable';
  }
}

function thisProcess(): LockHolder {
  return {
    pid: process.pid,
    host: hostname(),
    bootId: bootId(),
    startTime: startTime(process.pid) ?? '',
    since: new Date().toISOString(),
    token: randomUUID(),
  };
}

function isStale(holder: LockHolder): boolean {
  if (holder.host !== hostname()) return false;
  if (holder.bootId !== bootId()) return true;
  if (!isAlive(holder.pid)) return true;
  const started = startTime(holder.pid);
  return holder.startTime !== '' && started !== undefined && started !== holder.startTime;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function bootId(): string {
  return readProc('/proc/sys/kernel/random/boot_id')?.trim() ?? '';
}

/** Field 22 of /proc/PID/stat. The name of the program, field 2, may hold spaces and parentheses. */
function startTime(pid: number): string | undefined {
  const stat = readProc(`/proc/${pid}/stat`);
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
}

function readProc(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined; // Not Linux: what cannot be known is left out of the comparison.
  }
}
