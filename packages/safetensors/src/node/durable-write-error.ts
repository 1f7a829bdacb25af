// The error of durable writing: which step failed, on which path, with which code of the operating system.

import { SafetensorsError } from '../errors.ts';
import { errnoOf } from './system-error.ts';

/** The steps of durable writing, in their order. */
export type DurableStep =
  'create' | 'write' | 'sync' | 'close' | 'rename' | 'sync-folder' | 'remove';

const STEPS: Readonly<Record<DurableStep, string>> = {
  create: 'creating a temporary file beside it',
  write: 'writing',
  sync: 'syncing to disk',
  close: 'closing',
  rename: 'renaming the finished temporary file',
  'sync-folder': 'syncing the folder to disk',
  remove: 'removing',
};

const ADVICE: ReadonlyMap<string, string> = new Map([
  ['ENOSPC', 'The disk is full: free space and save again.'],
  ['EDQUOT', 'The disk quota is used up: free space and save again.'],
  ['EFBIG', 'The file is larger than the file system or `ulimit -f` allows.'],
  ['EROFS', 'The file system is read-only: save elsewhere.'],
  ['EACCES', 'The folder is not writable for this user: change its permissions or save elsewhere.'],
  ['EPERM', 'The operation is not permitted here: save elsewhere.'],
  ['EIO', 'The disk reports an error: check it and save elsewhere.'],
  ['ENOENT', 'The folder does not exist: create it first.'],
  ['ENOTDIR', 'A part of the path is not a folder.'],
  ['EISDIR', 'There is a folder of this name.'],
  ['ENAMETOOLONG', 'The name is too long for the file system.'],
]);

/** A file could not be written durably. What was there before is untouched, but for step `sync-folder`. */
export class DurableWriteError extends SafetensorsError {
  /** The file or folder that was to be written. */
  readonly path: string;
  /** What was being done. */
  readonly step: DurableStep;
  /** Code of the operating system, for example `ENOSPC`; undefined when a write took no bytes. */
  readonly errno: string | undefined;

  constructor(step: DurableStep, path: string, cause: unknown) {
    const errno = errnoOf(cause);
    const outcome =
      step === 'sync-folder'
        ? 'The change is visible, but a power loss may undo it.'
        : 'What was there before is untouched.';
    const advice = errno === undefined ? undefined : ADVICE.get(errno);
    const found = errno ?? 'the operating system took no bytes';
    const sentences = [`${STEPS[step]} failed (${found}).`, advice, outcome];
    super('DURABLE_WRITE', path, sentences.filter((part) => part !== undefined).join(' '), {
      cause,
    });
    this.path = path;
    this.step = step;
    this.errno = errno;
  }
}
