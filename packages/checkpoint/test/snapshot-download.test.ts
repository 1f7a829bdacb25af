// snapshotDownload against a Hub on loopback: the cache layout, resume, checksums, offline mode and every
// refusal.
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import {
  CacheWriteError,
  ChecksumMismatchError,
  EntryNotFoundError,
  GatedRepositoryError,
  HubAuthenticationError,
  HubConfigurationError,
  HubPermissionError,
  HubRequestError,
  InvalidHubResponseError,
  LocalEntryNotFoundError,
  RepositoryNotFoundError,
  RevisionNotFoundError,
} from '../src/hub/hub-errors.ts';
import { snapshotDownload, type SnapshotDownloadOptions } from '../src/hub/snapshot-download.ts';
import { gitBlobId, HubServer, refuse, sha256 } from './support/hub-server.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const NAME = 'org/tiny-bert';
const CONFIG = Buffer.from('{"model_type":"bert"}');
const WEIGHTS = Buffer.from(Array.from({ length: 200_000 }, (_, i) => (i * 31) % 251));

let server: HubServer;
let cacheDir: string;

beforeEach(async () => {
  server = await HubServer.start();
  cacheDir = temporaryFolder();
});

afterEach(async () => {
  await server.stop();
});

function addModel(): string {
  return server.addRepository(NAME, {
    'config.json': CONFIG,
    'model.safetensors': WEIGHTS,
    'sub/empty.txt': '',
  });
}

async function download(options: SnapshotDownloadOptions = {}): Promise<string> {
  return snapshotDownload(NAME, {
    endpoint: server.endpoint,
    cacheDir,
    retryDelayMs: 0,
    token: false,
    env: {},
    onWarning: (message) => {
      throw new Error(`unexpected warning: ${message}`);
    },
    ...options,
  });
}

/** Compares whole buffers at once: Jest's toEqual walks them byte by byte. */
function expectFile(path: string, content: Buffer): void {
  expect(readFileSync(path).equals(content)).toBe(true);
}

describe('the cache', () => {
  test('is laid out as huggingface_hub lays it out', async () => {
    const commit = addModel();
    const folder = await download();

    const repository = join(cacheDir, 'models--org--tiny-bert');
    expect(folder).toBe(join(repository, 'snapshots', commit));
    expect(readFileSync(join(repository, 'refs', 'main'), 'utf8')).toBe(commit);
    expect(readdirSync(join(repository, 'blobs')).sort()).toEqual(
      [gitBlobId(CONFIG), sha256(WEIGHTS), gitBlobId(Buffer.alloc(0))].sort(),
    );
    expect(readFileSync(join(folder, 'config.json'))).toEqual(CONFIG);
    expectFile(join(folder, 'model.safetensors'), WEIGHTS);
    expect(readlinkSync(join(folder, 'config.json'))).toBe(`../../blobs/${gitBlobId(CONFIG)}`);
    expect(readlinkSync(join(folder, 'sub', 'empty.txt'))).toBe(
      `../../../blobs/${gitBlobId(Buffer.alloc(0))}`,
    );
  });

  test('serves the second download: two requests for the listing, none for the files', async () => {
    addModel();
    await download();
    const before = server.requests.length;
    await download();
    expect(server.requests.slice(before).map(({ url }) => url.split('?')[0])).toEqual([
      `/api/models/${NAME}/revision/main`,
      expect.stringMatching(/^\/api\/models\/org\/tiny-bert\/tree\/[0-9a-f]{40}$/) as unknown,
    ]);
  });

  test('shares blobs between commits and moves the ref', async () => {
    addModel();
    await download();
    server.requests.length = 0;
    const second = server.addRepository(NAME, {
      'config.json': '{}',
      'model.safetensors': WEIGHTS,
    });
    const folder = await download();
    expect(server.downloads('model.safetensors')).toHaveLength(0);
    expect(server.downloads('config.json')).toHaveLength(1);
    expectFile(join(folder, 'model.safetensors'), WEIGHTS);
    expect(readFileSync(join(cacheDir, 'models--org--tiny-bert/refs/main'), 'utf8')).toBe(second);
  });

  test('downloads only what the patterns name', async () => {
    addModel();
    const folder = await download({ allowPatterns: ['*.json', 'vocab.txt'] });
    expect(readdirSync(folder)).toEqual(['config.json']);
  });

  test('names the patterns when the repository has nothing for them', async () => {
    addModel();
    await expect(download({ allowPatterns: ['*.bin'] })).rejects.toThrow(/holds none of \*\.bin/);
  });

  test('replaces a blob whose size is wrong', async () => {
    addModel();
    const folder = await download();
    writeFileSync(join(cacheDir, 'models--org--tiny-bert/blobs', sha256(WEIGHTS)), 'cut');
    await download();
    expectFile(join(folder, 'model.safetensors'), WEIGHTS);
  });

  test('keeps a revision with slashes under refs', async () => {
    const commit = addModel();
    await download({ revision: 'refs/pr/1' });
    expect(readFileSync(join(cacheDir, 'models--org--tiny-bert/refs/refs/pr/1'), 'utf8')).toBe(
      commit,
    );
  });

  test('does not point a ref at a snapshot that is not complete', async () => {
    addModel();
    server.intercept = (request, response) => {
      if (request.url?.endsWith('model.safetensors') !== true) return false;
      refuse(response, 403, undefined, 'no');
      return true;
    };
    await expect(download()).rejects.toThrow(HubPermissionError);
    expect(existsSync(join(cacheDir, 'models--org--tiny-bert/refs/main'))).toBe(false);
  });
});

describe('resume', () => {
  const partial = (): string =>
    join(cacheDir, 'models--org--tiny-bert/blobs', `${sha256(WEIGHTS)}.incomplete`);
  const cdnRanges = (): (string | undefined)[] =>
    server.requests.filter(({ host }) => host === 'cdn').map(({ range }) => range);

  test('continues within one call after each broken connection', async () => {
    addModel();
    server.dropAfter = [50_000, 30_000];
    const folder = await download({ allowPatterns: ['model.safetensors'] });
    expectFile(join(folder, 'model.safetensors'), WEIGHTS);
    expect(cdnRanges()).toEqual([undefined, 'bytes=50000-', 'bytes=80000-']);
  });

  test('continues from what an earlier call left', async () => {
    addModel();
    mkdirSync(dirname(partial()), { recursive: true });
    writeFileSync(partial(), WEIGHTS.subarray(0, 120_000));
    const folder = await download();
    expect(cdnRanges()).toEqual(['bytes=120000-']);
    expectFile(join(folder, 'model.safetensors'), WEIGHTS);
    expect(existsSync(partial())).toBe(false);
  });

  test('gives up when nothing arrives any more, and keeps what did', async () => {
    addModel();
    server.dropAfter = [40_000, 0, 0, 0];
    const error = await download({ maxRetries: 2, allowPatterns: ['*.safetensors'] }).catch(
      (e: unknown) => e,
    );
    // No connection and nothing cached: the error names both.
    expect(error).toBeInstanceOf(LocalEntryNotFoundError);
    expectFile(partial(), WEIGHTS.subarray(0, 40_000));
  });

  test('starts over when the server ignores the range', async () => {
    addModel();
    server.ignoreRange = true;
    server.dropAfter = [50_000];
    const folder = await download();
    expectFile(join(folder, 'model.safetensors'), WEIGHTS);
  });

  test('starts over when the leftover is wrong, too long or complete but bad', async () => {
    addModel();
    for (const leftover of [
      Buffer.alloc(70_000, 7),
      Buffer.alloc(300_000),
      Buffer.alloc(WEIGHTS.length),
    ]) {
      cacheDir = temporaryFolder();
      mkdirSync(dirname(partial()), { recursive: true });
      writeFileSync(partial(), leftover);
      const folder = await download();
      expectFile(join(folder, 'model.safetensors'), WEIGHTS);
    }
  });

  test('tries again after 503, not after 403', async () => {
    addModel();
    let failures = 2;
    let status = 503;
    server.intercept = (request, response) => {
      if (request.url?.includes('/resolve/') !== true || failures-- <= 0) return false;
      refuse(response, status, undefined, 'busy');
      return true;
    };
    await download();
    expect(server.downloads('config.json')).toHaveLength(3);
    [failures, status, cacheDir] = [1, 403, temporaryFolder()];
    await expect(download()).rejects.toThrow(HubPermissionError);
  });

  test('a full disk is named, and is not taken for a bad connection', async () => {
    addModel();
    mkdirSync(dirname(partial()), { recursive: true });
    symlinkSync('/dev/full', partial());
    const error: unknown = await download({ allowPatterns: ['*.safetensors'] }).catch(
      (e: unknown) => e,
    );
    expect(error).toBeInstanceOf(CacheWriteError);
    expect(error).toHaveProperty('message', expect.stringMatching(/ENOSPC.*HF_HUB_CACHE/));
    expect(server.downloads('model.safetensors')).toHaveLength(1);
  });

  test('stops when the signal says so', async () => {
    addModel();
    const controller = new AbortController();
    const error: unknown = await download({
      signal: controller.signal,
      onProgress: () => {
        controller.abort(new Error('stop now'));
      },
    }).catch((e: unknown) => e);
    expect(error).toHaveProperty('message', 'stop now');
  });

  test('two downloads at once give one right file', async () => {
    addModel();
    server.dropAfter = [10_000, 20_000, 30_000];
    const folders = await Promise.all([download(), download(), download()]);
    expect(new Set(folders).size).toBe(1);
    expectFile(join(folders[0], 'model.safetensors'), WEIGHTS);
    expect(readdirSync(join(cacheDir, 'models--org--tiny-bert/blobs'))).toHaveLength(3);
  });

  test('reports progress up to the whole size', async () => {
    addModel();
    const seen: number[] = [];
    await download({
      onProgress: ({ path, loaded, total }) => {
        if (path === 'model.safetensors') seen.push(loaded / total);
      },
    });
    expect(seen.at(-1)).toBe(1);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
  });
});

describe('checksums', () => {
  test.each(['config.json', 'model.safetensors'])(
    'a changed %s is refused and deleted',
    async (path) => {
      addModel();
      server.corruptResponses = 1;
      const error: unknown = await download({ allowPatterns: [path] }).catch((e: unknown) => e);
      expect(error).toBeInstanceOf(ChecksumMismatchError);
      expect(error).toMatchObject({
        path,
        expected: path === 'config.json' ? gitBlobId(CONFIG) : sha256(WEIGHTS),
      });
      expect(readdirSync(join(cacheDir, 'models--org--tiny-bert/blobs'))).toEqual([]);
    },
  );

  test('a file longer than announced is refused', async () => {
    addModel();
    server.treeOverride = (entry) =>
      entry['path'] === 'config.json' ? { ...entry, size: 5 } : entry;
    await expect(download()).rejects.toThrow(/longer than the 5 bytes announced/);
  });
});

describe('offline', () => {
  test('uses the cache and sends nothing', async () => {
    addModel();
    const folder = await download();
    server.requests.length = 0;
    await expect(download({ localFilesOnly: true })).resolves.toBe(folder);
    await expect(download({ env: { HF_HUB_OFFLINE: '1' } })).resolves.toBe(folder);
    await expect(
      download({ env: { HF_HUB_OFFLINE: 'yes' }, revision: folder.slice(-40) }),
    ).resolves.toBe(folder);
    expect(server.requests).toEqual([]);
  });

  test('says what is missing', async () => {
    addModel();
    await expect(download({ localFilesOnly: true })).rejects.toThrow(LocalEntryNotFoundError);
    await expect(download({ localFilesOnly: true })).rejects.toThrow(
      /org\/tiny-bert at main is not in the cache/,
    );
  });

  test('a Hub that does not answer: the cache, with a warning', async () => {
    addModel();
    const folder = await download();
    const warnings: string[] = [];
    const closed = 'http://127.0.0.1:9';
    await expect(download({ endpoint: closed, onWarning: (m) => warnings.push(m) })).resolves.toBe(
      folder,
    );
    expect(warnings).toEqual([
      expect.stringMatching(/no answer from http:\/\/127\.0\.0\.1:9.*copy in the cache/s),
    ]);
  });
});

describe('refusals', () => {
  const cases = [
    [401, undefined, HubAuthenticationError, /a token is needed: set HF_TOKEN/],
    [403, undefined, HubPermissionError, /does not allow this/],
    [403, 'GatedRepo', GatedRepositoryError, /accept its terms/],
    [401, 'GatedRepo', GatedRepositoryError, /accept its terms/],
    [401, 'RepoNotFound', RepositoryNotFoundError, /no token was given: set HF_TOKEN/],
    [404, 'RepoNotFound', RepositoryNotFoundError, /no such repository/],
    [404, 'RevisionNotFound', RevisionNotFoundError, /check `revision`/],
    [404, 'EntryNotFound', EntryNotFoundError, /no such file/],
    [418, undefined, HubRequestError, /HTTP 418/],
  ] as const;

  test.each(cases)('%d %s', async (status, code, ErrorClass, message) => {
    server.intercept = (_request, response) => {
      refuse(response, status, code, 'because of reasons');
      return true;
    };
    const error: unknown = await download().catch((e: unknown) => e);
    expect(error).toBeInstanceOf(ErrorClass);
    expect(error).toMatchObject({
      status,
      repositoryId: NAME,
      url: `${server.endpoint}/api/models/${NAME}/revision/main`,
      message: expect.stringMatching(message) as unknown,
    });
    expect(error).toHaveProperty(
      'message',
      expect.stringContaining('The Hub says: because of reasons'),
    );
  });

  test('a private repository opens with the token, from the option or from HF_TOKEN', async () => {
    server.addRepository(NAME, { 'config.json': CONFIG }, true);
    await expect(download()).rejects.toThrow(RepositoryNotFoundError);
    await expect(download({ token: 'hf_wrong' })).rejects.toThrow(RepositoryNotFoundError);
    await expect(download({ token: 'hf_right' })).resolves.toMatch(/snapshots/);
    cacheDir = temporaryFolder();
    const env = { HF_TOKEN: 'hf_right\n', HF_ENDPOINT: server.endpoint, HF_HUB_CACHE: cacheDir };
    await expect(snapshotDownload(NAME, { env })).resolves.toContain(cacheDir);
  });

  test('an unknown revision', async () => {
    addModel();
    await expect(download({ revision: 'v9' })).rejects.toThrow(RevisionNotFoundError);
  });

  test('nothing listens and nothing is cached', async () => {
    await expect(download({ endpoint: 'http://127.0.0.1:9' })).rejects.toThrow(
      /not in the cache.*no answer from/s,
    );
  });

  test.each(['../x', '/etc/passwd', 'a/../../x', 'C:x', '..\\x', 'a\\b', 'a//b', './a', 'a\0b'])(
    'a file called %j is never written',
    async (path) => {
      addModel();
      server.treeOverride = (entry) =>
        entry['path'] === 'config.json' ? { ...entry, path } : entry;
      await expect(download()).rejects.toThrow(InvalidHubResponseError);
      expect(readdirSync(cacheDir).filter((name) => name !== 'models--org--tiny-bert')).toEqual([]);
    },
  );

  test.each(['../../../../x', '', 'ABCDEF', 'a'.repeat(41)])(
    'a checksum %j never becomes a file name',
    async (oid) => {
      addModel();
      server.treeOverride = (entry) =>
        entry['path'] === 'config.json' ? { ...entry, oid } : entry;
      await expect(download()).rejects.toThrow(/no usable checksum for config.json/);
    },
  );

  test.each(['../../x', 'main', ''])('a commit id %j never becomes a folder', async (sha) => {
    server.intercept = (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ _id: '1', id: NAME, sha, lastModified: '2026-01-01' }));
      return true;
    };
    await expect(download()).rejects.toThrow(InvalidHubResponseError);
    expect(readdirSync(cacheDir)).toEqual([]);
  });

  test.each(['a/b/c', 'a b', '../x', 'a--b', '-a', 'a.', 'x.git', '', 'a/../b'])(
    'the id %j',
    async (id) => {
      await expect(snapshotDownload(id, { cacheDir, env: {} })).rejects.toThrow(
        HubConfigurationError,
      );
    },
  );

  test('a revision that leaves the folder', async () => {
    await expect(download({ revision: '../../x', localFilesOnly: true })).rejects.toThrow(
      HubConfigurationError,
    );
  });
});

test('a link in the cache is replaced, not followed, when it points nowhere', async () => {
  addModel();
  const folder = await download();
  const pointer = join(folder, 'config.json');
  expect(lstatSync(pointer).isSymbolicLink()).toBe(true);
  writeFileSync(join(cacheDir, 'models--org--tiny-bert/blobs', gitBlobId(CONFIG)), '');
  await download();
  expect(readFileSync(pointer)).toEqual(CONFIG);
});
