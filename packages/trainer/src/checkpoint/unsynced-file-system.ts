// A file system that does not wait for the disk: for files that are synced later, all together.
import type { DurableFileSystem } from '@malmoi/safetensors/node';

/** The same file system, whose `sync` does nothing. */
export function unsynced(fileSystem: DurableFileSystem): DurableFileSystem {
  return {
    open: async (...args) => {
      const handle = await fileSystem.open(...args);
      return {
        write: (...write) => handle.write(...write),
        sync: () => Promise.resolve(),
        close: () => handle.close(),
      };
    },
    rename: (...args) => fileSystem.rename(...args),
    unlink: (path) => fileSystem.unlink(path),
    removeFolder: (path) => fileSystem.removeFolder(path),
  };
}
