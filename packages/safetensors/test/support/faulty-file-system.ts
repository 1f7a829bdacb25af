// The machine's file system with a log of calls, and a failure at a call of choice.

import type { DurableFileHandle, DurableFileSystem } from '../../src/node.ts';
import { nodeFileSystem } from '../../src/node.ts';

/** A file system that logs its calls and fails at one of them. */
export interface FaultyFileSystem extends DurableFileSystem {
  /** Names of the calls made: `open`, `write`, `sync`, `close`, `rename`, `unlink`, ... */
  readonly calls: string[];
}

/** Settings of {@link faultyFileSystem}. */
export interface Faults {
  /** Number of the call (from 0) that fails; default none. */
  readonly failAt?: number;
  /** The code it fails with; default EIO. */
  readonly errno?: string;
  /** Whether all calls after the failure fail too, as if the process had been killed; default false. */
  readonly isFatal?: boolean;
  /** Most bytes that a write takes, as at the end of a disk; default all. */
  readonly maxWrite?: number;
}

/** The machine's file system with the given faults. */

export function faultyFileSystem(faults: Faults = {}): FaultyFileSystem {
  const calls: string[] = [];
  const { failAt = Infinity, errno = 'EIO', isFatal = false } = faults;
  const step = async <T>(name: string, action: () => Promise<T>): Promise<T> => {
    const call = calls.push(name) - 1;
    const fails = isFatal ? call >= failAt : call === failAt;
    // A file is closed in any case: a descriptor left open would trouble the tests after this one.
    if (!fails || name.startsWith('close')) {
      const result = await action();
      if (!fails) return result;
    }
    throw systemError(errno, name);
  };
  const wrap = (handle: DurableFileHandle, kind: string): DurableFileHandle => ({
    write: (bytes, offset, length, position) =>
      step('write', () =>
        handle.write(bytes, offset, Math.min(length, faults.maxWrite ?? length), position),
      ),
    sync: () => step(`sync ${kind}`, () => handle.sync()),
    close: () => step(`close ${kind}`, () => handle.close()),
  });
  return {
    calls,
    open: (path, flags, mode) => {
      const kind = flags === 'r' ? 'folder' : 'file';
      return step(`open ${kind}`, async () =>
        wrap(await nodeFileSystem.open(path, flags, mode), kind),
      );
    },
    rename: (from, to) => step('rename', () => nodeFileSystem.rename(from, to)),
    unlink: (path) => step('unlink', () => nodeFileSystem.unlink(path)),
    removeFolder: (path) => step('removeFolder', () => nodeFileSystem.removeFolder(path)),
  };
}

/** An error as node:fs throws it. */
function systemError(code: string, syscall: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code}: injected, ${syscall}`), { code, errno: -1, syscall });
}
