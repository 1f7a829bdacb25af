import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, jest, test } from '@jest/globals';
import {
  DurableWriteError,
  type DurableFileSystem,
  isTemporaryName,
  nodeFileSystem,
} from '@malmoi/safetensors/node';

import { temporaryFolder } from '../test/support/temporary-folder.ts';
import { CheckpointError, FolderNotEmptyError } from './errors.ts';
import { COMMIT_FOLDER, finishReplacement, replaceFiles } from './replace-files.ts';

// Hundreds of saves: a second on an idle machine, more on a busy one.
jest.setTimeout(120_000);

type Files = Record<string, string>;

/** Old set: one file of weights. New set: the configuration changes, the weights come in two files. */
const OLD: Files = { 'config.json': 'old', 'weights-1': 'old', 'notes.txt': 'mine' };
const NEW: Files = { 'config.json': 'new', 'weights-a': 'new', 'weights-b': 'new' };
const AFTER: Files = { ...NEW, 'notes.txt': 'mine' };

const isObsolete = (name: string): boolean => name.startsWith('weights');

const fillWith =
  (files: Files) =>
  async (folder: string): Promise<void> => {
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  };

/** The files that a reader sees: not what a killed saver left under a temporary name. */
function readAll(folder: string): Files {
  return Object.fromEntries(
    readdirSync(folder)
      .filter((name) => !isTemporaryName(name))
      .sort()
      .map((name) => [name, readFileSync(join(folder, name), 'utf8')]),
  );
}

function oldFolder(): string {
  const folder = join(temporaryFolder(), 'model');
  mkdirSync(folder);
  for (const [name, text] of Object.entries(OLD)) writeFileSync(join(folder, name), text);
  return folder;
}

/** A file system in which call number `failing` fails; with `dead`, all later ones too, as after a kill. */
function failingFileSystem(
  failing: number,
  code: string,
  dead: boolean,
): DurableFileSystem & { calls: number } {
  const check = (fileSystem: { calls: number }): void => {
    const call = fileSystem.calls++;
    if (call === failing || (dead && call > failing))
      throw Object.assign(new Error(code), { code, errno: -1 });
  };
  const fileSystem = {
    calls: 0,
    async open(...parameters: Parameters<DurableFileSystem['open']>) {
      check(fileSystem);
      const handle = await nodeFileSystem.open(...parameters);
      return {
        write: handle.write.bind(handle),
        close: handle.close.bind(handle),
        // Counted, not done: a test cannot see it, and it costs most of the time.
        sync: () => {
          check(fileSystem);
          return Promise.resolve();
        },
      };
    },
    async rename(from: string, to: string) {
      check(fileSystem);
      await nodeFileSystem.rename(from, to);
    },
    async unlink(path: string) {
      check(fileSystem);
      await nodeFileSystem.unlink(path);
    },
    async removeFolder(path: string) {
      check(fileSystem);
      await nodeFileSystem.removeFolder(path);
    },
  };
  return fileSystem;
}

async function countCalls(run: (fileSystem: DurableFileSystem) => Promise<void>): Promise<number> {
  const fileSystem = failingFileSystem(Infinity, '', false);
  await run(fileSystem);
  return fileSystem.calls;
}

describe('a new folder', () => {
  test('is made, with its parents', async () => {
    const folder = join(temporaryFolder(), 'a', 'b');
    await replaceFiles(folder, fillWith(NEW));
    expect(readAll(folder)).toEqual(NEW);
    expect(readdirSync(join(folder, '..'))).toEqual(['b']);
  });

  test.each([false, true])(
    'with every call failing in turn (dead: %s): nothing, or all',
    async (dead) => {
      const save = async (folder: string, fileSystem: DurableFileSystem): Promise<void> =>
        replaceFiles(folder, fillWith(NEW), { fileSystem });
      const calls = await countCalls((fileSystem) =>
        save(join(temporaryFolder(), 'new'), fileSystem),
      );
      expect(calls).toBeGreaterThan(8);
      for (let failing = 0; failing < calls; failing++) {
        const parent = temporaryFolder();
        const folder = join(parent, 'new');
        await expect(save(folder, failingFileSystem(failing, 'EIO', dead))).rejects.toThrow();
        const found = existsSync(folder) ? readAll(folder) : undefined;
        expect([undefined, NEW]).toContainEqual(found);
        // A saver that lives cleans up after itself.
        const leftovers = readdirSync(parent).filter((name) => name !== 'new');
        expect(leftovers.length).toBeLessThanOrEqual(dead ? 1 : 0);
      }
    },
  );
});

describe('a folder in use', () => {
  test('is refused unless overwriting is asked for', async () => {
    const folder = oldFolder();
    const error: unknown = await replaceFiles(folder, fillWith(NEW)).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(FolderNotEmptyError);
    expect(error).toHaveProperty('message', expect.stringContaining('{ overwrite: true }'));
    expect(readAll(folder)).toEqual(OLD);
  });

  test('gets the new files, loses the obsolete ones and keeps the rest', async () => {
    const folder = oldFolder();
    await replaceFiles(folder, fillWith(NEW), { overwrite: true, isObsolete });
    expect(readAll(folder)).toEqual(AFTER);
  });

  test('an empty folder, a link to one and one with a dead saver’s leftover', async () => {
    const parent = temporaryFolder();
    const folder = join(parent, 'empty');
    mkdirSync(folder);
    await replaceFiles(folder, fillWith(NEW));
    expect(readAll(folder)).toEqual(NEW);

    mkdirSync(join(parent, 'target'));
    symlinkSync('target', join(parent, 'link'));
    await replaceFiles(join(parent, 'link'), fillWith(NEW));
    expect(readAll(join(parent, 'target'))).toEqual(NEW);

    mkdirSync(join(folder, '.malmoi-1-0123456789abcdef.tmp'));
    await replaceFiles(folder, fillWith(NEW), { overwrite: true });
    expect(readAll(folder)).toEqual(NEW);
  });

  test('stays as it was when filling fails', async () => {
    const folder = oldFolder();
    const fill = async (temporary: string): Promise<void> => {
      await fillWith(NEW)(temporary);
      throw new RangeError('no more');
    };
    await expect(replaceFiles(folder, fill, { overwrite: true, isObsolete })).rejects.toThrow(
      'no more',
    );
    expect(readAll(folder)).toEqual(OLD);
  });

  test.each(['ENOSPC', 'EIO', 'EFBIG', 'EROFS', 'EACCES', 'EXDEV'])(
    '%s at every call in turn: a typed error, and the old set or the new one',
    async (code) => {
      const save = async (folder: string, fileSystem: DurableFileSystem): Promise<void> =>
        replaceFiles(folder, fillWith(NEW), { overwrite: true, isObsolete, fileSystem });
      const calls = await countCalls((fileSystem) => save(oldFolder(), fileSystem));
      const seen = new Set<string>();
      for (let failing = 0; failing < calls; failing++) {
        const folder = oldFolder();
        const error: unknown = await save(folder, failingFileSystem(failing, code, false)).catch(
          (e: unknown) => e,
        );
        expect(error).toBeInstanceOf(DurableWriteError);
        expect(error).toHaveProperty('message', expect.stringContaining(folder));
        expect(error).toHaveProperty('message', expect.stringContaining(code));
        await finishReplacement(folder);
        const found = readAll(folder);
        expect([OLD, AFTER]).toContainEqual(found);
        seen.add(JSON.stringify(found));
      }
      expect(seen.size).toBe(2);
    },
  );

  test('killed at every call in turn, and killed again while completing: the old set or the new one', async () => {
    const save = async (folder: string, fileSystem: DurableFileSystem): Promise<void> =>
      replaceFiles(folder, fillWith(NEW), { overwrite: true, isObsolete, fileSystem });
    const calls = await countCalls((fileSystem) => save(oldFolder(), fileSystem));
    expect(calls).toBeGreaterThan(15);
    let hidden = 0;
    for (let failing = 0; failing < calls; failing++) {
      for (let again = 0; again <= 8; again += 2) {
        const folder = oldFolder();
        await expect(save(folder, failingFileSystem(failing, 'EIO', true))).rejects.toThrow();
        await finishReplacement(folder, failingFileSystem(again, 'EIO', true)).catch(
          () => hidden++,
        );
        await finishReplacement(folder);
        expect([OLD, AFTER]).toContainEqual(readAll(folder));
      }
    }
    expect(hidden).toBeGreaterThan(0);
  });

  test('two at once complete an interrupted replacement', async () => {
    const folder = oldFolder();
    mkdirSync(join(folder, COMMIT_FOLDER));
    for (const [name, text] of Object.entries(NEW))
      writeFileSync(join(folder, COMMIT_FOLDER, name), text);
    const list = { files: Object.keys(NEW), obsolete: ['weights-1'] };
    writeFileSync(join(folder, COMMIT_FOLDER, 'files.json'), JSON.stringify(list));
    await Promise.all([
      finishReplacement(folder),
      finishReplacement(folder),
      finishReplacement(folder),
    ]);
    expect(readAll(folder)).toEqual(AFTER);
  });
});

test.each([
  '[]',
  'not json',
  '{"files":["../x"],"obsolete":[]}',
  '{"files":[],"obsolete":["/etc/passwd"]}',
  '{"files":[".."],"obsolete":[]}',
  '{"files":[1],"obsolete":[]}',
  '{"files":[]}',
])('a damaged list moves and removes nothing: %s', async (text) => {
  const folder = oldFolder();
  mkdirSync(join(folder, COMMIT_FOLDER));
  writeFileSync(join(folder, COMMIT_FOLDER, 'files.json'), text);
  await expect(finishReplacement(folder)).rejects.toThrow(CheckpointError);
  expect(readFileSync(join(folder, 'config.json'), 'utf8')).toBe('old');
});

test('files without a list are not guessed about', async () => {
  const folder = oldFolder();
  mkdirSync(join(folder, COMMIT_FOLDER));
  writeFileSync(join(folder, COMMIT_FOLDER, 'config.json'), 'new');
  await expect(finishReplacement(folder)).rejects.toThrow(/without a files.json/);
});

test('a file where the folder should be', async () => {
  const path = join(temporaryFolder(), 'file');
  writeFileSync(path, 'x');
  await expect(replaceFiles(path, fillWith(NEW), { overwrite: true })).rejects.toThrow(
    DurableWriteError,
  );
  await expect(replaceFiles(join(path, 'below'), fillWith(NEW))).rejects.toThrow(DurableWriteError);
  expect(readFileSync(path, 'utf8')).toBe('x');
});
