// Turns what a user names (files, folders, globs, `-`) into a list of files, in an order that depends on
// nothing but the names.
import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { isAbsolute, join, resolve, sep } from 'node:path';

import { glob, isDynamicPattern } from 'tinyglobby';

import type { CorpusWarnings } from '../../corpus/warnings.ts';
import { CorpusSourceError } from '../../errors.ts';
import { errorCode, readError } from './file-chunks.ts';
import { fileKind, KNOWN_EXTENSIONS } from './file-format.ts';

/** Standard input, as a source. */
export const STDIN = '-';

/** A file to read. */
export interface SourceFile {
  /** As the user named it, or as it was found in a folder; {@link STDIN} for standard input. */
  readonly path: string;
  /** Size in bytes as it lies on the disk; undefined for standard input and pipes. */
  readonly size: number | undefined;
  /** Found in a folder: its own extension decides whether it is read. */
  readonly fromFolder: boolean;
}

/**
 * Lists the files of the sources: in the order of the sources, and by name within a folder or glob.
 *
 * @param filter which files of folders and globs are wanted; gets the path
 * @throws CorpusSourceError when a source is missing, matches nothing or has no readable file
 */
export async function listSourceFiles(
  sources: readonly string[],
  filter: (path: string) => boolean,
  warnings: CorpusWarnings,
): Promise<SourceFile[]> {
  const files: SourceFile[] = [];
  const seen = new Set<string>();
  for (const source of sources) {
    for (const file of await filesOf(source, filter, warnings)) {
      const key = file.path === STDIN ? STDIN : resolve(file.path);
      if (seen.has(key)) warnings.add('repeatedSources', file.path);
      else files.push(file);
      seen.add(key);
    }
  }
  return files;
}

async function filesOf(
  source: string,
  filter: (path: string) => boolean,
  warnings: CorpusWarnings,
): Promise<SourceFile[]> {
  if (source === STDIN) return [{ path: STDIN, size: undefined, fromFolder: false }];
  refuseUrl(source);
  const kind = await pathKind(source);
  if (kind === 'folder') return folderFiles(source, filter, warnings);
  if (kind !== undefined) return [{ path: source, size: kind.size, fromFolder: false }];
  if (!isDynamicPattern(source)) {
    throw new CorpusSourceError(
      'NOT_FOUND',
      source,
      'there is no such file or folder. Check the path.',
    );
  }
  const found = (await matches(source)).filter(filter);
  if (found.length === 0) {
    throw new CorpusSourceError('NO_MATCH', source, 'no file matches this pattern. Check it.');
  }
  return withSizes(found, false);
}

/** A URL may hold a password, so it is not shown. */
function refuseUrl(source: string): void {
  const scheme = /^([a-z][a-z0-9+.-]+):\/\//i.exec(source)?.[1];
  if (scheme === undefined) return;
  throw new CorpusSourceError(
    'IS_URL',
    `${scheme}://…`,
    'corpora are read from files. Download it first.',
  );
}

async function pathKind(
  path: string,
): Promise<'folder' | { readonly size: number | undefined } | undefined> {
  try {
    const stats = await stat(path);
    if (stats.isDirectory()) return 'folder';
    if (stats.isFile()) return { size: stats.size };
    if (stats.isFIFO() || stats.isCharacterDevice()) return { size: undefined };
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw readError(path, error);
  }
  throw new CorpusSourceError('NOT_A_FILE', path, 'this is a socket or a disk; expected a file.');
}

/** The files of a folder and the folders in it, whose extension says what they are. */
async function folderFiles(
  folder: string,
  filter: (path: string) => boolean,
  warnings: CorpusWarnings,
): Promise<SourceFile[]> {
  const found = (await walk(folder, warnings)).filter(filter);
  const known = found.filter((path) => {
    const isKnown = fileKind(path).format !== undefined;
    if (!isKnown) warnings.add('filesSkipped', path);
    return isKnown;
  });
  if (known.length === 0) {
    throw new CorpusSourceError(
      'NO_READABLE_FILE',
      folder,
      `this folder holds no file with a known extension (${KNOWN_EXTENSIONS.join(', ')}, also with .gz or .zst).`,
    );
  }
  return withSizes(known, true);
}

/**
 * All files below a folder, sorted by code unit, which no locale changes; hidden ones left out. Links to files
 * are files; links to folders are not followed, since they may lead in a circle.
 */
async function walk(folder: string, warnings: CorpusWarnings): Promise<string[]> {
  const files: string[] = [];
  for (const entry of await entriesOf(folder)) {
    const path = join(folder, entry.name);
    if (entry.name.startsWith('.')) continue;
    if (entry.isDirectory()) files.push(...(await walk(path, warnings)));
    else if (entry.isSymbolicLink() && (await pathKind(path)) === 'folder') {
      warnings.add('filesSkipped', path);
    } else files.push(path);
  }
  return files;
}

async function entriesOf(folder: string): Promise<Dirent[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.sort((a, b) => compareCodeUnits(a.name, b.name));
  } catch (error) {
    throw readError(folder, error);
  }
}

/** Files that match a glob, sorted by code unit; absolute paths for an absolute pattern. */
async function matches(pattern: string): Promise<string[]> {
  const posix = sep === '\\' ? pattern.replaceAll('\\', '/') : pattern;
  const found = await glob(posix, { expandDirectories: false, absolute: isAbsolute(pattern) });
  return found.sort(compareCodeUnits);
}

const compareCodeUnits = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

async function withSizes(paths: readonly string[], fromFolder: boolean): Promise<SourceFile[]> {
  return Promise.all(
    paths.map(async (path) => {
      const kind = await pathKind(path);
      return { path, size: typeof kind === 'object' ? kind.size : undefined, fromFolder };
    }),
  );
}
