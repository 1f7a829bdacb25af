import { expect, test } from '@jest/globals';
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { faultyFileSystem } from '../../test/support/faulty-file-system.ts';
import { withTemporaryFolder } from '../../test/support/temporary-folder.ts';
import { FolderExistsError, writeFolderDurably } from './durable-folder.ts';
import { DurableWriteError } from './durable-write-error.ts';

/** Two files, one of them in a folder of its own. */
async function fill(folder: string): Promise<void> {
  await mkdir(join(folder, 'inner'));
  await writeFile(join(folder, 'a'), '1');
  await writeFile(join(folder, 'inner', 'b'), '2');
}

test('brings a whole folder into being, everything synced before the rename', async () => {
  await withTemporaryFolder(async (parent) => {
    const fileSystem = faultyFileSystem();
    await writeFolderDurably(join(parent, 'new'), fill, fileSystem);
    expect(await readdir(parent)).toEqual(['new']);
    expect(await readFile(join(parent, 'new/inner/b'), 'utf8')).toBe('2');
    // Two files, two folders; then the rename; then the folder that it happened in.
    const synced = ['open folder', 'sync folder', 'close folder'];
    expect(fileSystem.calls).toEqual([
      ...Array<string[]>(4).fill(synced).flat(),
      'rename',
      ...synced,
    ]);
  });
});

test('a failure at any call leaves nothing, or after the rename the whole folder', async () => {
  await withTemporaryFolder(async (parent) => {
    for (let failAt = 0; failAt < 16; failAt++) {
      const path = join(parent, `new-${failAt}`);
      const written = writeFolderDurably(path, fill, faultyFileSystem({ failAt }));
      await expect(written).rejects.toThrow(DurableWriteError);
    }
    // The rename is call 12; the three calls after it sync the folder above.
    const left = (await readdir(parent)).sort();
    expect(left).toEqual(['new-13', 'new-14', 'new-15']);
    for (const name of left)
      expect(await readFile(join(parent, name, 'inner/b'), 'utf8')).toBe('2');
  });
});

test('what fill throws is passed on and nothing is left', async () => {
  await withTemporaryFolder(async (parent) => {
    const failure = new Error('no model');
    const written = writeFolderDurably(join(parent, 'new'), async (folder) => {
      await fill(folder);
      throw failure;
    });
    await expect(written).rejects.toBe(failure);
    expect(await readdir(parent)).toEqual([]);
  });
});

test('an existing folder is never replaced, not even an empty one or one that appears meanwhile', async () => {
  await withTemporaryFolder(async (parent) => {
    const path = join(parent, 'taken');
    const late = writeFolderDurably(path, async (folder) => {
      await fill(folder);
      await mkdir(path);
    });
    await expect(late).rejects.toThrow(FolderExistsError);
    await expect(writeFolderDurably(path, fill)).rejects.toThrow(
      `${path}: exists already. Choose another name, or move it away first.`,
    );
    expect(await readdir(parent)).toEqual(['taken']);
    expect(await readdir(path)).toEqual([]);
  });
});
