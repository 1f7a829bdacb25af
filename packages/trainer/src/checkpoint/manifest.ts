// manifest.json: the files of a checkpoint with their sizes and SHA-256, written last. A checkpoint whose files
// are not exactly what its manifest says is not one.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

import { writeFileDurably, type DurableFileSystem } from '@malmoi/safetensors/node';

/** Name of the manifest in its folder. */
const MANIFEST_FILE = 'manifest.json';

interface Manifest {
  readonly version: 1;
  readonly files: Readonly<Record<string, { readonly size: number; readonly sha256: string }>>;
}

/** Lists what is in a folder, and writes that as its manifest. */
export async function writeManifest(folder: string, fileSystem: DurableFileSystem): Promise<void> {
  const files: Record<string, { size: number; sha256: string }> = {};
  for (const name of (await readdir(folder)).sort()) {
    const path = join(folder, name);
    files[name] = { size: (await lstat(path)).size, sha256: await sha256File(path) };
  }
  const manifest: Manifest = { version: 1, files };
  const text = `${JSON.stringify(manifest, null, 2)}\n`;
  await writeFileDurably(join(folder, MANIFEST_FILE), text, { fileSystem });
}

/**
 * Holds a folder against its manifest, contents included.
 *
 * @returns what is wrong, in words, or undefined.
 */
export async function manifestProblem(folder: string): Promise<string | undefined> {
  const manifest = await readManifest(folder);
  if (typeof manifest === 'string') return manifest;
  for (const [name, expected] of manifest) {
    const path = join(folder, name);
    let size: number;
    try {
      const found = await lstat(path);
      if (!found.isFile()) return `${name} is not a regular file`;
      size = found.size;
    } catch {
      return `${name} is missing`;
    }
    if (size !== expected.size) return `${name} has ${size} bytes instead of ${expected.size}`;
    if ((await sha256File(path)) !== expected.sha256) {
      return `${name} is damaged: its SHA-256 is not that of the manifest`;
    }
  }
  return undefined;
}

type ManifestEntries = ReadonlyMap<string, { readonly size: number; readonly sha256: string }>;

/** The entries, or what is wrong with the manifest itself. */
async function readManifest(folder: string): Promise<ManifestEntries | string> {
  let text: string;
  try {
    text = await readFile(join(folder, MANIFEST_FILE), 'utf8');
  } catch {
    return `${MANIFEST_FILE} is missing: it was not saved to the end`;
  }
  try {
    const { version, files } = JSON.parse(text) as Partial<Manifest>;
    if (version !== 1 || files === undefined) return `${MANIFEST_FILE} has another format`;
    const entries = new Map(Object.entries(files));
    const isUnsafe = (name: string): boolean => name !== basenameOf(name) || name === '..';
    return [...entries.keys()].some(isUnsafe)
      ? `${MANIFEST_FILE} names a file outside the folder`
      : entries;
  } catch {
    return `${MANIFEST_FILE} is damaged`;
  }
}

function basenameOf(name: string): string {
  return name.split(/[/\\]/u).at(-1) ?? '';
}

async function sha256File(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
