// File systems for tests: one that does not wait for the disk, one that fails where it is told to.
import {
  nodeFileSystem,
  type DurableFileHandle,
  type DurableFileSystem,
} from '@malmoi/safetensors/node';

/** The machine's file system without fsync, for tests that are about something else. */
export const unsyncedFileSystem: DurableFileSystem = {
  ...nodeFileSystem,
  open: async (path, flags, mode) => {
    const handle = await nodeFileSystem.open(path, flags, mode);
    return {
      write: (...args) => handle.write(...args),
      sync: () => Promise.resolve(),
      close: () => handle.close(),
    };
  },
};

/** Where a file system fails. */
export interface Faults {
  /** Number of the call, from 0. */
  readonly failAt: number;
  /** Whether all later calls fail too, as if the process had been killed there. */
  readonly isFatal: boolean;
  readonly errno?: string;
}

/** A file system that counts its calls. */
export interface FailingFileSystem extends DurableFileSystem {
  /** How many calls were made. */
  readonly calls: number;
}

/** The machine's file system, without fsync, that fails at a call. */
export function failingFileSystem(faults: Faults): FailingFileSystem {
  const { failAt, isFatal, errno = 'ENOSPC' } = faults;
  let calls = 0;
  const step = async <T>(name: string, action: () => Promise<T>): Promise<T> => {
    const call = calls++;
    const fails = isFatal ? call >= failAt : call === failAt;
    // What is open is closed in any case: descriptors must not run out.
    if (!fails || name === 'close') {
      const result = await action();
      if (!fails) return result;
    }
    throw Object.assign(new Error(`${errno}: injected into ${name}`), { code: errno, errno: -1 });
  };
  const wrap = (handle: DurableFileHandle): DurableFileHandle => ({
    write: (...args) => step('write', () => handle.write(...args)),
    sync: () => step('sync', () => Promise.resolve()),
    close: () => step('close', () => handle.close()),
  });
  return {
    get calls() {
      return calls;
    },
    open: (...args) => step('open', async () => wrap(await nodeFileSystem.open(...args))),
    rename: (...args) => step('rename', () => nodeFileSystem.rename(...args)),
    unlink: (path) => step('unlink', () => nodeFileSystem.unlink(path)),
    removeFolder: (path) => step('removeFolder', () => nodeFileSystem.removeFolder(path)),
  };
}
