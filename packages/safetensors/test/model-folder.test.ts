// Models on disk: one file, shards with an index, and folders that lie.

import { describe, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { openSync, closeSync, truncateSync } from 'node:fs';
import { mkdir, readFile, readdir, rename, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import {
  ReaderClosedError,
  SafetensorsHeaderError,
  SafetensorsIndexError,
  SafetensorsReadError,
  TensorNotFoundError,
  serializeSafetensors,
  serializeShardIndex,
} from '../src/index.ts';
import {
  DurableWriteError,
  INDEX_FILE,
  MODEL_FILE,
  openSafetensorsFile,
  openSafetensorsModel,
  readShardIndex,
  saveSafetensorsFile,
  saveSafetensorsModel,
} from '../src/node.ts';
import { faultyFileSystem } from './support/faulty-file-system.ts';
import { withTemporaryFolder } from './support/temporary-folder.ts';
import { NEW_TENSORS, OLD_TENSORS, whichModel } from './support/two-models.ts';

const SHARDED = fileURLToPath(new URL('fixtures/sharded', import.meta.url));

/** One file of one U8 tensor per name. */
function shard(...names: string[]): Uint8Array {
  return serializeSafetensors(
    names.map((name) => [name, { dtype: 'U8', shape: [1], data: Uint8Array.of(7) }]),
  );
}

function index(weightMap: Record<string, string>): string {
  return JSON.stringify({ metadata: {}, weight_map: weightMap });
}

/** A folder with these files. */
async function withModel<T>(
  files: Record<string, string | Uint8Array>,
  use: (folder: string) => Promise<T>,
): Promise<T> {
  return withTemporaryFolder(async (folder) => {
    for (const [name, content] of Object.entries(files))
      await writeFile(join(folder, name), content);
    return use(folder);
  });
}

describe('openSafetensorsFile', () => {
  test('reads tensors and rows by position, at once or later', async () => {
    await withTemporaryFolder(async (folder) => {
      const path = join(folder, 'm.safetensors');
      const data = Int16Array.of(1, 2, 3, 4, 5, 6);
      await saveSafetensorsFile(path, [['m', { dtype: 'I16', shape: [3, 2], data }]]);
      const reader = await openSafetensorsFile(path);
      expect((await reader.tensor('m')).data).toEqual(data);
      expect(reader.tensorSync('m').data).toEqual(data);
      expect((await reader.rows('m', 1, 2)).data).toEqual(Int16Array.of(3, 4));
      expect(reader.rowsSync('m', 2, 3).data).toEqual(Int16Array.of(5, 6));
      expect(() => reader.tensorSync('n')).toThrow(TensorNotFoundError);
      await reader.close();
      await reader.close();
      await expect(reader.tensor('m')).rejects.toThrow(ReaderClosedError);
      expect(() => reader.tensorSync('m')).toThrow(ReaderClosedError);
    });
  });

  test('opens a sparse file of 8 GB and reads its last row without the rest', async () => {
    await withTemporaryFolder(async (folder) => {
      const path = join(folder, 'huge.safetensors');
      const rows = 2 ** 20;
      const end = rows * 2048 * 4;
      const header = `{"w":{"dtype":"F32","shape":[${rows},2048],"data_offsets":[0,${end}]}}`;
      const head = new Uint8Array(8 + header.length);
      new DataView(head.buffer).setBigUint64(0, BigInt(header.length), true);
      head.set(new TextEncoder().encode(header), 8);
      await writeFile(path, head);
      truncateSync(path, head.length + end);
      const reader = await openSafetensorsFile(path);
      expect(reader.tensors.get('w')?.byteLength).toBe(end);
      expect((await reader.rows('w', rows - 1, rows)).data).toEqual(new Float32Array(2048));
      await reader.close();
      truncateSync(path, head.length + end - 1);
      await expect(openSafetensorsFile(path)).rejects.toMatchObject({ rule: 17 });
    });
  });

  test('says so when the file is cut while it is open', async () => {
    await withModel({ 'a.safetensors': shard('a') }, async (folder) => {
      const path = join(folder, 'a.safetensors');
      const reader = await openSafetensorsFile(path);
      truncateSync(path, 20);
      await expect(reader.tensor('a')).rejects.toThrow('it was cut while it was open');
      expect(() => reader.tensorSync('a')).toThrow(SafetensorsReadError);
      await reader.close();
    });
  });

  test('refuses what is not a regular file, without opening it', async () => {
    await withTemporaryFolder(async (folder) => {
      execFileSync('mkfifo', [join(folder, 'fifo')]);
      const refused = async (path: string, message: string): Promise<void> => {
        const opened = openSafetensorsFile(path);
        await expect(opened).rejects.toThrow(SafetensorsReadError);
        await expect(opened).rejects.toThrow(message);
      };
      await refused(join(folder, 'fifo'), 'is not a regular file');
      await refused('/dev/zero', 'is not a regular file');
      await refused(folder, 'is not a regular file');
      await refused(join(folder, 'none'), 'ENOENT');
    });
  });

  test('closes the file when it is not valid', async () => {
    await withModel({ 'bad.safetensors': 'not a safetensors file' }, async (folder) => {
      const path = join(folder, 'bad.safetensors');
      const descriptor = openSync(path, 'r');
      closeSync(descriptor);
      for (let i = 0; i < 3; i++) {
        await expect(openSafetensorsFile(path)).rejects.toThrow(SafetensorsHeaderError);
      }
      // The lowest free descriptor is free still.
      const after = openSync(path, 'r');
      closeSync(after);
      expect(after).toBe(descriptor);
    });
  });
});

describe('openSafetensorsModel', () => {
  test('opens a folder that huggingface_hub wrote, by folder or by index', async () => {
    for (const path of [SHARDED, join(SHARDED, INDEX_FILE)]) {
      const reader = await openSafetensorsModel(path);
      expect([...reader.tensors.keys()]).toEqual([
        'a.weight',
        'm.weight',
        'z.weight',
        '가.bias',
        'b.weight',
      ]);
      for (const [name, { shape }] of reader.tensors) {
        const [length = 0] = shape;
        const expected = Float32Array.from({ length }, (_, i) => i);
        expect((await reader.tensor(name)).data).toEqual(expected);
      }
      expect((await reader.rows('가.bias', 4, 6)).data).toEqual(Float32Array.of(4, 5));
      expect(reader.metadata).toEqual(new Map([['format', 'pt']]));
      await expect(reader.tensor('none')).rejects.toThrow(TensorNotFoundError);
      await reader.close();
      await reader[Symbol.asyncDispose]();
      await expect(reader.tensor('a.weight')).rejects.toThrow(ReaderClosedError);
    }
  });

  test('opens a file, and prefers model.safetensors to an index, as transformers does', async () => {
    await withModel({ [INDEX_FILE]: '{}', 'model.safetensors': shard('a') }, async (folder) => {
      for (const path of [folder, join(folder, 'model.safetensors')]) {
        const reader = await openSafetensorsModel(path);
        expect([...reader.tensors.keys()]).toEqual(['a']);
        await reader.close();
      }
    });
  });

  const ONE = 'one.safetensors';
  const TWO = 'two.safetensors';
  const lies: [string, string, Record<string, string | Uint8Array>][] = [
    ['NO_MODEL', 'no model in the folder', {}],
    ['INVALID_INDEX', 'weight_map an array', { [INDEX_FILE]: '{"weight_map":[]}' }],
    ['SHARD_NOT_FOUND', 'a shard that is not there', { [INDEX_FILE]: index({ a: ONE }) }],
    [
      'TENSOR_MISSING',
      'a tensor missing from its shard',
      { [INDEX_FILE]: index({ a: ONE, b: ONE }), [ONE]: shard('a') },
    ],
    [
      'TENSOR_MISSING',
      'a tensor in another shard',
      {
        [INDEX_FILE]: index({ a: ONE, b: ONE, c: TWO }),
        [ONE]: shard('a'),
        [TWO]: shard('b', 'c'),
      },
    ],
    [
      'TENSOR_DUPLICATED',
      'a tensor in two shards',
      { [INDEX_FILE]: index({ a: ONE, b: TWO }), [ONE]: shard('a'), [TWO]: shard('a', 'b') },
    ],
    [
      'TENSOR_UNLISTED',
      'a tensor that the index hides',
      { [INDEX_FILE]: index({ a: ONE }), [ONE]: shard('a', 'b') },
    ],
  ];

  test.each(lies)('%s: %s', async (code, _, files) => {
    await withModel(files, async (folder) => {
      const opened = openSafetensorsModel(folder);
      await expect(opened).rejects.toThrow(SafetensorsIndexError);
      await expect(opened).rejects.toMatchObject({ code });
    });
  });

  test('a shard that is not valid is named', async () => {
    const files = { [INDEX_FILE]: index({ a: ONE, b: TWO }), [ONE]: shard('a'), [TWO]: '' };
    await withModel(files, async (folder) => {
      await expect(openSafetensorsModel(folder)).rejects.toMatchObject({
        rule: 1,
        source: expect.stringMatching(/two\.safetensors$/),
      });
    });
  });

  test.each(['../x', '/etc/passwd', 'C:x', '\\\\server\\share', '..\\x'])(
    'a shard named %j is refused before anything is opened',
    async (name) => {
      const folderFiles = { [INDEX_FILE]: index({ a: name }) };
      await withModel(folderFiles, async (folder) => {
        const opened = openSafetensorsModel(folder);
        await expect(opened).rejects.toMatchObject({ code: 'UNSAFE_SHARD_NAME' });
      });
    },
  );

  test('links: inside the folder yes, out of it only with a wider root', async () => {
    await withTemporaryFolder(async (parent) => {
      const folder = join(parent, 'snapshot');
      await mkdir(folder);
      await mkdir(join(parent, 'blobs'));
      await writeFile(join(parent, 'blobs', '1'), shard('a'));
      await writeFile(join(folder, INDEX_FILE), index({ a: ONE }));
      await symlink(join(parent, 'blobs', '1'), join(folder, ONE));
      await expect(openSafetensorsModel(folder)).rejects.toMatchObject({
        code: 'UNSAFE_SHARD_NAME',
        message: expect.stringContaining('is a link to a file outside the folder'),
      });
      const trusted = await openSafetensorsModel(folder, { root: parent });
      expect([...trusted.tensors.keys()]).toEqual(['a']);
      await trusted.close();

      await rename(join(parent, 'blobs', '1'), join(folder, 'real'));
      await symlink('real', join(folder, 'inner'));
      await writeFile(join(folder, INDEX_FILE), index({ a: 'inner' }));
      const inside = await openSafetensorsModel(folder);
      expect((await inside.tensor('a')).data).toEqual(Uint8Array.of(7));
      await inside.close();
    });
  });

  test('a FIFO, a folder, a device or a dangling link as a shard is refused', async () => {
    await withTemporaryFolder(async (folder) => {
      execFileSync('mkfifo', [join(folder, 'fifo')]);
      await mkdir(join(folder, 'folder'));
      await symlink('/dev/zero', join(folder, 'device'));
      await symlink('none', join(folder, 'dangling'));
      await symlink('.', join(folder, 'itself'));
      const codeFor = async (name: string): Promise<unknown> => {
        await writeFile(join(folder, INDEX_FILE), index({ a: name }));
        return openSafetensorsModel(folder).catch(
          (error: unknown) => (error as SafetensorsIndexError).code,
        );
      };
      expect(await codeFor('fifo')).toBe('SHARD_NOT_REGULAR');
      expect(await codeFor('folder')).toBe('SHARD_NOT_REGULAR');
      expect(await codeFor('device')).toBe('UNSAFE_SHARD_NAME');
      expect(await codeFor('dangling')).toBe('SHARD_NOT_FOUND');
      expect(await codeFor('itself')).toBe('UNSAFE_SHARD_NAME');
    });
  });

  test('an index that is too long is refused before it is read', async () => {
    await withModel({ [INDEX_FILE]: '' }, async (folder) => {
      truncateSync(join(folder, INDEX_FILE), 100_000_001);
      await expect(readShardIndex(join(folder, INDEX_FILE))).rejects.toMatchObject({
        code: 'INVALID_INDEX',
        message: expect.stringContaining('the index has 100000001 bytes'),
      });
    });
  });

  test('a path that is not there is a typed error', async () => {
    await expect(openSafetensorsModel('/nowhere/model')).rejects.toThrow(SafetensorsReadError);
  });
});

describe('saveSafetensorsModel', () => {
  test('writes the shards that huggingface_hub writes', async () => {
    await withTemporaryFolder(async (folder) => {
      const original = await openSafetensorsModel(SHARDED);
      const names = ['z.weight', 'a.weight', 'm.weight', '가.bias', 'b.weight'];
      const tensors = await Promise.all(names.map((name) => original.tensor(name)));
      await original.close();
      const saved = await saveSafetensorsModel(
        folder,
        tensors.map((tensor) => [tensor.name, tensor]),
        { maxShardSize: 64, indexMetadata: new Map([['total_parameters', 62]]), sha256: true },
      );
      const shardNames = (await readdir(SHARDED)).sort();
      expect(saved.map(({ fileName }) => fileName)).toEqual(shardNames);
      for (const name of shardNames.slice(0, -1)) {
        expect(await readFile(join(folder, name))).toEqual(await readFile(join(SHARDED, name)));
      }
      const theirs = await readShardIndex(join(SHARDED, INDEX_FILE));
      const metadata = new Map([...theirs.metadata, ['total_parameters', 62] as const]);
      expect(new Uint8Array(await readFile(join(folder, INDEX_FILE)))).toEqual(
        serializeShardIndex({ metadata, weightMap: theirs.weightMap }),
      );
      expect(saved.every(({ sha256, byteLength }) => sha256?.length === 64 && byteLength > 0)).toBe(
        true,
      );
    });
  });

  test('writes one file when it fits, from tensors given only once', async () => {
    await withTemporaryFolder(async (folder) => {
      const [saved, ...more] = await saveSafetensorsModel(folder, NEW_TENSORS.values());
      expect([saved?.fileName, more.length]).toEqual(['model.safetensors', 0]);
      const reader = await openSafetensorsModel(folder);
      expect(reader.metadata).toEqual(new Map([['format', 'pt']]));
      expect(await whichModel(reader)).toBe('new');
    });
  });

  test('refuses shards over as many shards, and leaves them', async () => {
    await withTemporaryFolder(async (folder) => {
      await saveSafetensorsModel(folder, OLD_TENSORS, { maxShardSize: 4096 });
      const again = saveSafetensorsModel(folder, NEW_TENSORS, { maxShardSize: 4096 });
      await expect(again).rejects.toMatchObject({ code: 'MODEL_EXISTS', source: folder });
      expect(await whichModel(await openSafetensorsModel(folder))).toBe('old');
    });
  });

  test('replaces shards that an interrupted save left beside model.safetensors', async () => {
    await withTemporaryFolder(async (folder) => {
      await saveSafetensorsModel(folder, OLD_TENSORS, { maxShardSize: 4096 });
      await saveSafetensorsFile(join(folder, MODEL_FILE), OLD_TENSORS);
      const saved = await saveSafetensorsModel(folder, NEW_TENSORS, { maxShardSize: 4096 });
      expect((await readdir(folder)).sort()).toEqual(saved.map(({ fileName }) => fileName));
      expect(await whichModel(await openSafetensorsModel(folder))).toBe('new');
    });
  });

  test('refuses bad tensors and a missing folder before anything is written', async () => {
    await withTemporaryFolder(async (folder) => {
      const twice = saveSafetensorsModel(folder, [...OLD_TENSORS, ...OLD_TENSORS]);
      await expect(twice).rejects.toMatchObject({ code: 'DUPLICATE_NAME' });
      const missing = saveSafetensorsModel(join(folder, 'none'), OLD_TENSORS);
      await expect(missing).rejects.toThrow(DurableWriteError);
      expect(await readdir(folder)).toEqual([]);
    });
  });

  const three = { maxShardSize: 4096 };
  const two = { maxShardSize: 8192 };
  const transitions: [string, { maxShardSize?: number }, { maxShardSize?: number }][] = [
    ['one file to one file', {}, {}],
    ['one file to three', {}, three],
    ['three files to one', three, {}],
    ['three files to two', three, two],
    ['two files to three', two, three],
  ];

  // As if the process had been killed: the failing call and all after it are not made.
  test.each(transitions)(
    '%s: stopped at any call, the old or the new model loads',
    async (_, from, to) => {
      const found: string[] = [];
      const foundAfterNextSave: string[] = [];
      const saveUntil = async (failAt: number): Promise<boolean> =>
        withTemporaryFolder(async (folder) => {
          await saveSafetensorsModel(folder, OLD_TENSORS, from);
          const fileSystem = faultyFileSystem({ failAt, isFatal: true });
          const isDone = await saveSafetensorsModel(folder, NEW_TENSORS, { ...to, fileSystem })
            .then(() => true)
            .catch(() => false);
          found.push(await whichModel(await openSafetensorsModel(folder)));
          // The next save gets by with whatever this one left.
          await saveSafetensorsModel(folder, OLD_TENSORS);
          foundAfterNextSave.push(await whichModel(await openSafetensorsModel(folder)));
          return isDone;
        });
      let failAt = 0;
      while (!(await saveUntil(failAt))) failAt++;
      // First always the old one, from one moment on always the new one.
      const switched = found.indexOf('new');
      expect(switched).toBeGreaterThan(0);
      expect(found).toEqual(found.map((_, call) => (call < switched ? 'old' : 'new')));
      expect(new Set(foundAfterNextSave)).toEqual(new Set(['old']));
    },
  );

  test.each(transitions)('%s: nothing of the old model is left', async (_, from, to) => {
    await withTemporaryFolder(async (folder) => {
      await saveSafetensorsModel(folder, OLD_TENSORS, from);
      const saved = await saveSafetensorsModel(folder, NEW_TENSORS, to);
      expect((await readdir(folder)).sort()).toEqual(saved.map(({ fileName }) => fileName).sort());
      expect(await whichModel(await openSafetensorsModel(folder))).toBe('new');
    });
  });
});
