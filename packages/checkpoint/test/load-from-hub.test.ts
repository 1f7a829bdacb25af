// loadCheckpoint and pushToHub through a Hub on loopback: whole models there and back.
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { BertForPreTraining } from '@malmoi/bert-model';
import { SafetensorsIndexError } from '@malmoi/safetensors';

import {
  loadCheckpoint,
  type LoadCheckpointOptions,
  loadConfig,
  loadTokenizer,
  NotAModelFolderError,
  pushToHub,
  RepositoryNotFoundError,
  saveCheckpoint,
} from '../src/index.ts';
import './support/cpu-backend.ts';
import { HubServer } from './support/hub-server.ts';
import {
  copyFixture,
  expectOutputsOf,
  fixtureFolder,
  readFolder,
} from './support/model-fixtures.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

let server: HubServer;
let cacheDir: string;

beforeEach(async () => {
  server = await HubServer.start();
  cacheDir = temporaryFolder();
});

afterEach(async () => {
  await server.stop();
});

async function load(
  source: string,
  options: LoadCheckpointOptions = {},
): ReturnType<typeof loadCheckpoint> {
  return loadCheckpoint(source, {
    endpoint: server.endpoint,
    cacheDir,
    token: false,
    env: {},
    ...options,
  });
}

test.each([
  ['pretraining', 'pretraining'],
  ['sharded', 'pretraining'],
])(
  '%s: downloaded, then offline from the cache, then from the snapshot’s folder',
  async (name, outputs) => {
    const files = {
      ...Object.fromEntries(readFolder(fixtureFolder(name))),
      'pytorch_model.bin': 'not wanted',
      '.gitattributes': 'x',
    };
    server.addRepository('org/bert', files);
    const first = await load('org/bert');
    expectOutputsOf(outputs, first.model);
    expect(first.folder).toContain(join(cacheDir, 'models--org--bert', 'snapshots'));
    expect([...readFolder(first.folder).keys()]).toEqual([
      ...readFolder(fixtureFolder(name)).keys(),
    ]);

    server.requests.length = 0;
    for (const again of [
      await load('org/bert', { localFilesOnly: true }),
      await load(first.folder),
    ]) {
      expectOutputsOf(outputs, again.model);
      again.model.dispose();
    }
    expect(server.requests).toEqual([]);
    first.model.dispose();
  },
);

test('trained here, pushed, loaded by its id', async () => {
  const folder = join(temporaryFolder(), 'mine');
  const { model, tokenizer } = await load(fixtureFolder('pretraining'));
  await saveCheckpoint(folder, model, tokenizer, {
    modelCard: { modelName: 'me/mine', license: 'mit' },
  });
  model.dispose();
  await pushToHub(folder, 'me/mine', {
    endpoint: server.endpoint,
    token: 'hf_right',
    env: {},
    private: true,
  });
  await expect(load('me/mine')).rejects.toThrow(RepositoryNotFoundError);
  const loaded = await load('me/mine', { token: 'hf_right' });
  expect(loaded.model).toBeInstanceOf(BertForPreTraining);
  expectOutputsOf('pretraining', loaded.model);
  expect(readFolder(loaded.folder)).toEqual(readFolder(folder));
  expect(readFileSync(join(loaded.folder, 'README.md'), 'utf8')).toContain('license: mit');
  loaded.model.dispose();
});

test('a folder is meant before an id of the same name', async () => {
  const parent = temporaryFolder();
  const previous = process.cwd();
  copyFixture('encoder', join(parent, 'org', 'bert'));
  process.chdir(parent);
  try {
    const { folder, model } = await load('org/bert');
    expect(folder).toBe('org/bert');
    model.dispose();
  } finally {
    process.chdir(previous);
  }
  expect(server.requests).toEqual([]);
});

test('a repository without safetensors', async () => {
  server.addRepository('org/old', {
    'config.json': readFileSync(join(fixtureFolder('pretraining'), 'config.json')),
  });
  await expect(load('org/old')).rejects.toThrow(NotAModelFolderError);
  await expect(load('org/old')).rejects.toThrow(/refs\/pr\/1/);
});

test('a snapshot’s shards may lie in its own blobs, and nowhere else', async () => {
  const name = 'model-00001-of-00005.safetensors';
  const snapshot = join(cacheDir, 'models--org--evil', 'snapshots', 'a'.repeat(40));
  mkdirSync(join(cacheDir, 'models--org--other', 'blobs'), { recursive: true });
  copyFixture('sharded', snapshot, { [name]: undefined });
  copyFixture('sharded', join(cacheDir, 'models--org--other', 'blobs'));
  symlinkSync(`../../../models--org--other/blobs/${name}`, join(snapshot, name));
  await expect(load(snapshot)).rejects.toThrow(SafetensorsIndexError);
});

test('configuration and tokenizer alone: the weights are not downloaded', async () => {
  server.addRepository('org/bert', Object.fromEntries(readFolder(fixtureFolder('pretraining'))));
  const hub = { endpoint: server.endpoint, cacheDir, token: false, env: {} } as const;
  const config = await loadConfig('org/bert', hub);
  expect(server.requests.filter(({ url }) => url.includes('/resolve/'))).toHaveLength(1);
  const tokenizer = await loadTokenizer('org/bert', hub);
  expect(server.downloads('model.safetensors')).toEqual([]);

  const whole = await load('org/bert');
  expect(config).toEqual(whole.config);
  expect(tokenizer?.toTokenizerJson()).toBe(whole.tokenizer?.toTokenizerJson());
  whole.model.dispose();
});
