// The two checksums a Hub announces: SHA-256 of the content for large files (Git LFS and Xet), and Git's
// object id, SHA-1 over `blob <size>\0` and the content, for the rest.
import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';

/** A checksum and the rule that made it. */
export interface FileChecksum {
  readonly algorithm: 'sha256' | 'git-sha1';
  /** Lower-case hexadecimal, 64 or 40 digits. */
  readonly value: string;
}

/** Whether the value has the form its algorithm gives; it becomes a file name, so anything else is refused. */
export function isWellFormedChecksum({ algorithm, value }: FileChecksum): boolean {
  return (algorithm === 'sha256' ? /^[0-9a-f]{64}$/ : /^[0-9a-f]{40}$/).test(value);
}

/** Checksum of an open file of `size` bytes, read as a stream from its beginning. */
export async function checksumFile(
  file: FileHandle,
  size: number,
  algorithm: FileChecksum['algorithm'],
): Promise<string> {
  const hash = createHash(algorithm === 'sha256' ? 'sha256' : 'sha1');
  if (algorithm === 'git-sha1') hash.update(`blob ${size}\0`);
  const content: AsyncIterable<Uint8Array> = file.createReadStream({ start: 0, autoClose: false });
  for await (const chunk of content) hash.update(chunk);
  return hash.digest('hex');
}
