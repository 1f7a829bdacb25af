// Saves in a process of its own, which is killed at each system call that matters, or told by the
// operating system that the disk is full, broken or read-only. Needs Linux; strace where it says so.

import { describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import {
  isTemporaryName,
  openSafetensorsFile,
  openSafetensorsModel,
  saveSafetensorsFile,
  saveSafetensorsModel,
} from '../src/node.ts';
import { withTemporaryFolder } from './support/temporary-folder.ts';
import { OLD_TENSORS, whichModel } from './support/two-models.ts';

const CHILD = fileURLToPath(new URL('support/save-child.ts', import.meta.url));
const REGISTER = fileURLToPath(
  new URL('../../../tools/src/register-typescript.mjs', import.meta.url),
);
const NODE = [process.execPath, '--import', REGISTER, CHILD];

/** System calls that only the save itself makes: Node.js starts without them. */
const SYSTEM_CALLS = ['pwrite64', 'fsync', 'rename', 'unlink'];

interface Outcome {
  readonly status: number | null;
  readonly signal: string | null;
  readonly stdout: string;
}

function run(command: readonly string[]): Outcome {
  const [program = '', ...args] = command;
  // io_uring would hide the calls from strace, the TypeScript loader's cache would add some, and strace
  // counts calls by thread.
  const env = {
    ...process.env,
    NODE_OPTIONS: '',
    UV_USE_IO_URING: '0',
    UV_THREADPOOL_SIZE: '1',
    TSX_DISABLE_CACHE: '1',
  };
  return spawnSync(program, args, { encoding: 'utf8', env });
}

/** Runs the child with one system call tampered with. */
function runTampered(inject: string, what: string, path: string): Outcome {
  const traced = inject.split(':', 1)[0] ?? '';
  const strace = ['strace', '-f', '-qq', '-o', '/dev/null'];
  return run([...strace, '-e', `trace=${traced}`, '-e', `inject=${inject}`, ...NODE, what, path]);
}

const hasStrace =
  run(['strace', '-f', '-qq', '-o', '/dev/null', '-e', 'inject=fsync:error=EIO', 'true']).status ===
  0;
const describeWithStrace = hasStrace ? describe : describe.skip;
const reason = hasStrace ? '' : ' (skipped: strace is not installed or may not trace here)';

/** Temporary files that a killed process left, removed; the names of the rest. */
function sweep(folder: string): string[] {
  for (const name of readdirSync(folder)) {
    if (isTemporaryName(name)) rmSync(join(folder, name), { recursive: true });
  }
  return readdirSync(folder).sort();
}

/** What kills left: how many there were, what was found after them, and what after a whole save. */
interface Kills {
  readonly count: number;
  readonly foundAfterKill: readonly string[];
  readonly foundWhenDone: string;
}

/** Lets the child save once and counts its calls, then kills it at each; looks what is left each time. */
async function killEverywhere(
  what: string,
  path: string,
  prepare: () => Promise<unknown>,
  look: () => Promise<string>,
): Promise<Kills> {
  await prepare();
  const calls = traceCalls(what, path);
  const foundWhenDone = await look();
  const foundAfterKill: string[] = [];
  for (const [i, systemCall] of calls.entries()) {
    const when = calls.slice(0, i + 1).filter((call) => call === systemCall).length;
    await prepare();
    const outcome = runTampered(`${systemCall}:signal=KILL:when=${when}`, what, path);
    if (outcome.signal !== 'SIGKILL') throw new Error(JSON.stringify(outcome));
    foundAfterKill.push(await look());
  }
  return { count: calls.length, foundAfterKill, foundWhenDone };
}

/** The names of the system calls of a whole save, in their order. */
function traceCalls(what: string, path: string): string[] {
  const log = join(tmpdir(), `malmoi-strace-${process.pid}.log`);
  const filter = `trace=${SYSTEM_CALLS.join(',')}`;
  try {
    run(['strace', '-f', '-qq', '-e', 'signal=none', '-e', filter, '-o', log, ...NODE, what, path]);
    return Array.from(
      readFileSync(log, 'utf8').matchAll(/^\d+ +(\w+)\(/gm),
      ([, call]) => call ?? '',
    );
  } finally {
    rmSync(log, { force: true });
  }
}

describeWithStrace(`killed at every write, fsync, rename and unlink${reason}`, () => {
  test('a file is the old one or the new one, whole', async () => {
    await withTemporaryFolder(async (folder) => {
      const path = join(folder, 'model.safetensors');
      const kills = await killEverywhere(
        'file',
        path,
        () => saveSafetensorsFile(path, OLD_TENSORS),
        async () => {
          const files = sweep(folder).join();
          const model = await whichModel(await openSafetensorsFile(path));
          return files === 'model.safetensors' ? model : `${model} and files ${files}`;
        },
      );
      // Four writes (the head and three tensors), fsync of file and folder, one rename.
      expect(kills.count).toBe(7);
      expect(new Set(kills.foundAfterKill)).toEqual(new Set(['old', 'new']));
      expect(kills.foundWhenDone).toBe('new');
    });
  });

  test('a model that goes from one file to three is the old one or the new one', async () => {
    await withTemporaryFolder(async (folder) => {
      const kills = await killEverywhere(
        'model',
        folder,
        async () => {
          for (const name of readdirSync(folder)) rmSync(join(folder, name));
          await saveSafetensorsModel(folder, OLD_TENSORS);
        },
        async () => whichModel(await openSafetensorsModel(folder)),
      );
      // Three shards of head and tensor, and the index: 7 writes, 8 + 1 fsyncs, 4 renames, 1 removal.
      expect(kills.count).toBe(21);
      expect(new Set(kills.foundAfterKill)).toEqual(new Set(['old', 'new']));
      expect(kills.foundWhenDone).toBe('new');
    });
  });

  test('a folder is not there, or whole', async () => {
    await withTemporaryFolder(async (parent) => {
      const path = join(parent, 'checkpoint-500');
      const kills = await killEverywhere(
        'folder',
        path,
        () => rm(path, { recursive: true, force: true }),
        async () => (sweep(parent).length === 0 ? 'nothing' : readFile(join(path, 'a'), 'utf8')),
      );
      // fsync of the file, of the folder and of its parent; one rename.
      expect(kills.count).toBe(4);
      expect(new Set(kills.foundAfterKill)).toEqual(new Set(['nothing', 'new']));
      expect(kills.foundWhenDone).toBe('new');
    });
  });
});

describeWithStrace(`refused by the operating system${reason}`, () => {
  test.each([
    ['pwrite64:error=ENOSPC:when=2', 'ENOSPC', 'old'],
    ['pwrite64:error=EIO:when=1', 'EIO', 'old'],
    ['fsync:error=EIO:when=1', 'EIO', 'old'],
    ['rename:error=EXDEV', 'EXDEV', 'old'],
    ['rename:error=EROFS', 'EROFS', 'old'],
    ['rename:error=EACCES', 'EACCES', 'old'],
    ['fsync:error=EIO:when=2', 'EIO', 'new'],
  ])('%s: a typed error, no temporary file, a whole model', async (inject, errno, expected) => {
    await withTemporaryFolder(async (folder) => {
      const path = join(folder, 'model.safetensors');
      await saveSafetensorsFile(path, OLD_TENSORS);
      const outcome = runTampered(inject, 'file', path);
      expect(outcome.status).toBe(3);
      expect(JSON.parse(outcome.stdout)).toMatchObject({
        errno,
        message: expect.stringContaining(expected === 'old' ? path : folder),
      });
      expect(readdirSync(folder)).toEqual(['model.safetensors']);
      expect(await whichModel(await openSafetensorsFile(path))).toBe(expected);
    });
  });
});

describe('without strace', () => {
  test('a file size limit gives EFBIG and leaves the old file', async () => {
    await withTemporaryFolder(async (folder) => {
      const path = join(folder, 'model.safetensors');
      await saveSafetensorsFile(path, OLD_TENSORS);
      const outcome = run(['bash', '-c', 'ulimit -f 8; exec "$@"', 'bash', ...NODE, 'file', path]);
      expect(outcome.status).toBe(3);
      expect(JSON.parse(outcome.stdout)).toMatchObject({ errno: 'EFBIG' });
      expect(readdirSync(folder)).toEqual(['model.safetensors']);
      expect(await whichModel(await openSafetensorsFile(path))).toBe('old');
    });
  });

  test('without interference the child saves', async () => {
    await withTemporaryFolder(async (folder) => {
      mkdirSync(join(folder, 'm'));
      expect(run([...NODE, 'model', join(folder, 'm')]).status).toBe(0);
      expect(await whichModel(await openSafetensorsModel(join(folder, 'm')))).toBe('new');
    });
  });
});
