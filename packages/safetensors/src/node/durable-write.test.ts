// Durable writing with each call of the file system failing in turn. Real system calls, killed processes
// and full disks are in test/durability.test.ts.

import { describe, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { chmod, mkdir, readFile, readdir, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { faultyFileSystem } from '../../test/support/faulty-file-system.ts';
import { withTemporaryFolder } from '../../test/support/temporary-folder.ts';
import {
  isTemporaryName,
  removeFileDurably,
  syncFolder,
  temporaryPath,
  writeFileDurably,
} from './durable-write.ts';
import { DurableWriteError } from './durable-write-error.ts';

const OLD = 'the old content';
const NEW = 'the new content, which is longer';

function* partsOf(text: string): Generator<Uint8Array> {
  for (const character of text) yield new TextEncoder().encode(character);
}

describe('writeFileDurably', () => {
  test('writes text, bytes and parts, and gives size and hash', async () => {
    await withTemporaryFolder(async (folder) => {
      const path = join(folder, 'file');
      const bytes = new TextEncoder().encode(NEW);
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      const asyncParts = async function* () {
        for (const part of partsOf(NEW)) yield await Promise.resolve(part);
      };
      for (const content of [NEW, bytes, partsOf(NEW), asyncParts()]) {
        await writeFile(path, OLD);
        const result = await writeFileDurably(path, content, { sha256: true });
        expect(result).toEqual({ byteLength: bytes.length, sha256 });
        expect(await readFile(path, 'utf8')).toBe(NEW);
        expect(await readdir(folder)).toEqual(['file']);
      }
      expect((await writeFileDurably(path, '')).sha256).toBeUndefined();
    });
  });

  test('writes, syncs, renames and syncs the folder, in this order', async () => {
    await withTemporaryFolder(async (folder) => {
      const fileSystem = faultyFileSystem({ maxWrite: 20 });
      await writeFileDurably(join(folder, 'file'), NEW, { fileSystem });
      expect(fileSystem.calls).toEqual([
        'open file',
        'write',
        'write',
        'sync file',
        'close file',
        'rename',
        'open folder',
        'sync folder',
        'close folder',
      ]);
      expect(await readFile(join(folder, 'file'), 'utf8')).toBe(NEW);
    });
  });

  test.each(['ENOSPC', 'EIO', 'EFBIG', 'EROFS', 'EACCES', 'EDQUOT'])(
    '%s at any call leaves the old file or the new one, and nothing else',
    async (errno) => {
      await withTemporaryFolder(async (folder) => {
        const path = join(folder, 'file');
        const callCount = 9;
        for (let failAt = 0; failAt < callCount; failAt++) {
          await writeFile(path, OLD);
          const fileSystem = faultyFileSystem({ failAt, errno, maxWrite: 20 });
          const written = writeFileDurably(path, NEW, { fileSystem });
          const isRenamed = failAt > 5;
          await expect(written).rejects.toThrow(DurableWriteError);
          await expect(written).rejects.toMatchObject({
            errno,
            path: isRenamed ? folder : path,
            message: expect.stringContaining(errno),
            cause: expect.objectContaining({ code: errno }),
          });
          expect(await readFile(path, 'utf8')).toBe(isRenamed ? NEW : OLD);
          expect(await readdir(folder)).toEqual(['file']);
        }
        const whole = faultyFileSystem({ failAt: callCount, maxWrite: 20 });
        await writeFileDurably(path, NEW, { fileSystem: whole });
        expect(whole.calls.length).toBe(callCount);
      });
    },
  );

  test('names the step, the path, the code and what to do', async () => {
    await withTemporaryFolder(async (folder) => {
      const path = join(folder, 'file');
      const fail = async (failAt: number): Promise<unknown> =>
        writeFileDurably(path, NEW, {
          fileSystem: faultyFileSystem({ failAt, errno: 'ENOSPC' }),
        }).catch((error: unknown) => error);
      expect(await fail(1)).toMatchObject({
        step: 'write',
        code: 'DURABLE_WRITE',
        message: `${path}: writing failed (ENOSPC). The disk is full: free space and save again. What was there before is untouched.`,
      });
      expect(await fail(6)).toMatchObject({
        step: 'sync-folder',
        message: `${folder}: syncing the folder to disk failed (ENOSPC). The disk is full: free space and save again. The change is visible, but a power loss may undo it.`,
      });
    });
  });

  test('a write that takes no bytes is an error, not an endless loop', async () => {
    await withTemporaryFolder(async (folder) => {
      const fileSystem = faultyFileSystem({ maxWrite: 0 });
      const written = writeFileDurably(join(folder, 'file'), NEW, { fileSystem });
      await expect(written).rejects.toMatchObject({ step: 'write', errno: undefined });
      expect(await readdir(folder)).toEqual([]);
    });
  });

  test('passes on what the content throws, and leaves the old file', async () => {
    await withTemporaryFolder(async (folder) => {
      const path = join(folder, 'file');
      await writeFile(path, OLD);
      const failure = new Error('no tensor');
      const content = function* (): Generator<Uint8Array> {
        yield new Uint8Array(10);
        throw failure;
      };
      await expect(writeFileDurably(path, content())).rejects.toBe(failure);
      expect(await readFile(path, 'utf8')).toBe(OLD);
      expect(await readdir(folder)).toEqual(['file']);
    });
  });

  test('refuses a folder of the same name, a missing folder and a name that is too long', async () => {
    await withTemporaryFolder(async (folder) => {
      await mkdir(join(folder, 'taken'));
      await writeFile(join(folder, 'taken', 'x'), '');
      const write = (name: string) => writeFileDurably(join(folder, name), NEW);
      await expect(write('taken')).rejects.toMatchObject({ step: 'rename', errno: 'EISDIR' });
      await expect(write('none/file')).rejects.toMatchObject({ step: 'create', errno: 'ENOENT' });
      const tooLong = { step: 'rename', errno: 'ENAMETOOLONG' };
      await expect(write('n'.repeat(256))).rejects.toMatchObject(tooLong);
      await write('n'.repeat(255));
      expect((await readdir(folder)).sort()).toEqual(['n'.repeat(255), 'taken']);
    });
  });

  test('sets the mode, and replaces a symbolic link without following it', async () => {
    await withTemporaryFolder(async (folder) => {
      const target = join(folder, 'target');
      const link = join(folder, 'link');
      await writeFile(target, OLD);
      await chmod(target, 0o644);
      await symlink(target, link);
      await writeFileDurably(link, NEW, { mode: 0o600 });
      expect(await readFile(target, 'utf8')).toBe(OLD);
      expect(await readFile(link, 'utf8')).toBe(NEW);
      expect((await stat(link)).mode & 0o777).toBe(0o600);
    });
  });

  test('twenty at once leave one whole content', async () => {
    await withTemporaryFolder(async (folder) => {
      const path = join(folder, 'file');
      const contents = Array.from({ length: 20 }, (_, i) => String(i).repeat(5000 + i));
      await Promise.all(contents.map((content) => writeFileDurably(path, content)));
      expect(contents).toContain(await readFile(path, 'utf8'));
      expect(await readdir(folder)).toEqual(['file']);
    });
  });
});

describe('removeFileDurably', () => {
  test('removes a file, then syncs the folder; no file is no error', async () => {
    await withTemporaryFolder(async (folder) => {
      const path = join(folder, 'file');
      await writeFile(path, OLD);
      const fileSystem = faultyFileSystem();
      await removeFileDurably(path, fileSystem);
      expect(fileSystem.calls).toEqual(['unlink', 'open folder', 'sync folder', 'close folder']);
      await removeFileDurably(path);
      expect(await readdir(folder)).toEqual([]);
    });
  });

  test('a failure says which step', async () => {
    await withTemporaryFolder(async (folder) => {
      const remove = (failAt: number) =>
        removeFileDurably(join(folder, 'file'), faultyFileSystem({ failAt, errno: 'EACCES' }));
      await expect(remove(0)).rejects.toMatchObject({ step: 'remove', errno: 'EACCES' });
      await expect(remove(2)).rejects.toMatchObject({ step: 'sync-folder', errno: 'EACCES' });
    });
  });
});

test('syncFolder says when there is no such folder', async () => {
  await withTemporaryFolder(async (folder) => {
    await syncFolder(folder);
    const missing = syncFolder(join(folder, 'none'));
    await expect(missing).rejects.toMatchObject({ step: 'sync-folder', errno: 'ENOENT' });
  });
});

test('temporary names stand in the same folder, differ, and are recognised', () => {
  const names = Array.from({ length: 100 }, () => temporaryPath('/a/b/file'));
  expect(new Set(names).size).toBe(100);
  expect(names.every((name) => name.startsWith('/a/b/.malmoi-') && isTemporaryName(name))).toBe(
    true,
  );
  expect(['file', '.malmoi-x.tmp', 'a.malmoi-1-0123456789abcdef.tmp'].some(isTemporaryName)).toBe(
    false,
  );
});
