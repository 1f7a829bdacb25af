// The few file system calls behind durable writing, as an interface: tests make each of them fail, one
// at a time, and read the order in which they were made.

import { open, rename, rm, unlink } from 'node:fs/promises';

/** An open file, as far as durable writing needs it; `FileHandle` of node:fs/promises is one. */
export interface DurableFileHandle {
  write(
    bytes: Uint8Array,
    offset: number,
    length: number,
    position: number,
  ): Promise<{ bytesWritten: number }>;
  /** fsync: returns when the disk has the data. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** The file system, as far as durable writing needs it. */
export interface DurableFileSystem {
  /** Opens a file or, with flags `r`, also a directory. */
  open(path: string, flags: 'r' | 'wx', mode?: number): Promise<DurableFileHandle>;
  rename(from: string, to: string): Promise<void>;
  unlink(path: string): Promise<void>;
  /** Removes a folder and all in it. */
  removeFolder(path: string): Promise<void>;
}

/** The machine's own file system. */
export const nodeFileSystem: DurableFileSystem = {
  open,
  rename,
  unlink,
  removeFolder: (path) => rm(path, { recursive: true, force: true }),
};
