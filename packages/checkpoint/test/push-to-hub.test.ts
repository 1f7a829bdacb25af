// pushToHub against a Hub on loopback, and the promise that a token is found nowhere but in the
// Authorization header of requests to the Hub itself.
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';

import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';

import {
  HubAuthenticationError,
  HubConfigurationError,
  HubConnectionError,
  HubRequestError,
} from '../src/hub/hub-errors.ts';
import { pushToHub } from '../src/hub/push-to-hub.ts';
import { snapshotDownload } from '../src/hub/snapshot-download.ts';
import { HubServer, refuse } from './support/hub-server.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const NAME = 'me/my-bert';
const WEIGHTS = Buffer.alloc(5000, 3);

let server: HubServer;
let folder: string;

beforeEach(async () => {
  server = await HubServer.start();
  folder = temporaryFolder();
  writeFileSync(join(folder, 'config.json'), '{}');
  writeFileSync(join(folder, 'model.safetensors'), WEIGHTS);
  writeFileSync(join(folder, 'README.md'), '# 말모이\n');
  for (const name of ['.env', 'optimizer.safetensors', 'trainer_state.json'])
    writeFileSync(join(folder, name), 'x');
  mkdirSync(join(folder, 'checkpoint-500'));
});

afterEach(async () => {
  await server.stop();
});

const push = async (options = {}): ReturnType<typeof pushToHub> =>
  pushToHub(folder, NAME, { endpoint: server.endpoint, token: 'hf_right', env: {}, ...options });

describe('an upload', () => {
  test('creates the repository and commits the model files, and nothing else', async () => {
    const result = await push({ commitMessage: 'First' });
    expect(result.files).toEqual(['README.md', 'config.json', 'model.safetensors']);
    const repository = server.repositories.get(NAME);
    expect([...(repository?.files.keys() ?? [])].sort()).toEqual([...result.files]);
    expect(repository?.commit).toBe(result.commit);
    expect(result.commitUrl).toBe(`${server.endpoint}/${NAME}/commit/${result.commit}`);
    expect(repository?.private).toBe(false);
  });

  test('comes back equal through a download', async () => {
    await push();
    const snapshot = await snapshotDownload(NAME, {
      endpoint: server.endpoint,
      cacheDir: temporaryFolder(),
      env: {},
      token: false,
    });
    expect(readdirSync(snapshot)).toEqual(['README.md', 'config.json', 'model.safetensors']);
    expect(readFileSync(join(snapshot, 'model.safetensors')).equals(WEIGHTS)).toBe(true);
    expect(readFileSync(join(snapshot, 'README.md'), 'utf8')).toBe('# 말모이\n');
  });

  test('adds to a repository that exists, and does not send large files twice', async () => {
    await push({ private: true });
    server.requests.length = 0;
    writeFileSync(join(folder, 'config.json'), '{"a":1}');
    await push();
    expect(server.requests.filter(({ method }) => method === 'PUT')).toEqual([]);
    expect(server.repositories.get(NAME)?.files.get('config.json')?.toString()).toBe('{"a":1}');
    expect(server.repositories.get(NAME)?.private).toBe(true);
  });
});

describe('what is refused', () => {
  test('before anything is sent: no token, no owner, no model folder, a bad token or endpoint', async () => {
    await expect(push({ token: false })).rejects.toThrow(/needs a token with write access/);
    await expect(push({ token: 'secret-value' })).rejects.toThrow(/must start with "hf_"/);
    await expect(push({ endpoint: 'ftp://x' })).rejects.toThrow(HubConfigurationError);
    await expect(push({ env: { HF_HUB_OFFLINE: '1' } })).rejects.toThrow(/offline mode is on/);
    await expect(pushToHub(folder, 'my-bert', { token: 'hf_right' })).rejects.toThrow(
      /name the owner/,
    );
    await expect(
      pushToHub(temporaryFolder(), NAME, { token: 'hf_right', endpoint: server.endpoint }),
    ).rejects.toThrow(/holds no config.json/);
    expect(server.requests).toEqual([]);
  });

  test('a token that the Hub does not know', async () => {
    await expect(push({ token: 'hf_wrong' })).rejects.toThrow(HubAuthenticationError);
  });

  test('a failing commit and a Hub that is gone', async () => {
    server.intercept = (request, response) => {
      if (request.url?.includes('/commit/') !== true) return false;
      refuse(response, 412, undefined, 'a newer commit exists');
      return true;
    };
    await expect(push()).rejects.toThrow(HubRequestError);
    await expect(push()).rejects.toThrow(/HTTP 412.*a newer commit exists/);
    await expect(push({ endpoint: 'http://127.0.0.1:9' })).rejects.toThrow(HubConnectionError);
  });
});

describe('the token', () => {
  const canary = 'hf_CanaryThatNobodyMaySee0123456789';
  const printed: string[] = [];

  beforeEach(() => {
    printed.length = 0;
    for (const stream of [process.stdout, process.stderr]) {
      const write = stream.write.bind(stream);
      jest
        .spyOn(stream, 'write')
        .mockImplementation((chunk: string | Uint8Array, ...rest: unknown[]) => {
          printed.push(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString());
          return write(chunk, ...(rest as []));
        });
    }
    for (const method of ['log', 'info', 'debug', 'warn', 'error'] as const) {
      jest.spyOn(console, method).mockImplementation((...values: unknown[]) => {
        printed.push(values.map((value) => inspect(value)).join(' '));
      });
    }
  });

  afterEach(() => {
    jest.restoreAllMocks();
  });

  /** Everything a log could show of an error. */
  function shown(error: unknown): string {
    const { message, stack } = error as Error;
    return [
      inspect(error, { depth: null, showHidden: true }),
      message,
      stack,
      JSON.stringify(error),
    ].join('\n');
  }

  test('is in no error, even when the server repeats it', async () => {
    const errors: unknown[] = [];
    const note = async (action: Promise<unknown>): Promise<void> => {
      errors.push(
        await action.then(
          () => undefined,
          (error: unknown) => error,
        ),
      );
    };
    for (const where of ['header', 'json', 'text']) {
      for (const status of [401, 403, 404, 409, 500]) {
        server.intercept = (request, response) => {
          const text = `you sent ${request.headers.authorization ?? ''}`;
          response.writeHead(status, {
            'content-type': where === 'json' ? 'application/json' : 'text/html',
            ...(where === 'header' && { 'x-error-message': text }),
          });
          response.end(where === 'json' ? JSON.stringify({ error: text }) : text);
          return true;
        };
        await note(push({ token: canary }));
        await note(
          snapshotDownload(NAME, {
            endpoint: server.endpoint,
            token: canary,
            env: {},
            cacheDir: temporaryFolder(),
          }),
        );
      }
    }
    const gone = 'http://127.0.0.1:9';
    await note(push({ token: canary, endpoint: gone }));
    await note(push({ endpoint: `http://user:${canary}@127.0.0.1:9` }));
    await note(push({ token: `${canary} with a blank` }));
    await note(push({ token: `x${canary}` }));
    await note(
      snapshotDownload(NAME, {
        endpoint: gone,
        env: { HF_TOKEN: canary },
        cacheDir: temporaryFolder(),
      }),
    );

    expect(errors).toHaveLength(35);
    for (const error of errors) {
      expect(error).toHaveProperty('name', expect.stringMatching(/Error$/));
      expect(shown(error)).not.toContain('CanaryThat');
    }
    expect(printed.join('\n')).not.toContain('CanaryThat');
  });

  test('is in no file and no output of a download and an upload that work', async () => {
    server.token = canary;
    await push({ token: canary, private: true });
    const cacheDir = temporaryFolder();
    server.dropAfter = [1000];
    await snapshotDownload(NAME, {
      endpoint: server.endpoint,
      env: { HF_TOKEN: canary },
      cacheDir,
      retryDelayMs: 0,
    });
    const entries = readdirSync(cacheDir, { recursive: true, encoding: 'utf8' });
    expect(entries.length).toBeGreaterThan(5);
    expect(entries.join('\n')).not.toContain('CanaryThat');
    const files = entries
      .map((entry) => join(cacheDir, entry))
      .filter((path) => statSync(path).isFile());
    for (const file of files) expect(readFileSync(file, 'latin1')).not.toContain('CanaryThat');
    expect(printed.join('\n')).not.toContain('CanaryThat');
  });

  test('goes to the Hub alone: neither to the store it redirects to nor to a link in an answer', async () => {
    server.token = canary;
    await push({ token: canary });
    const elsewhere = await HubServer.start();
    try {
      server.intercept = (request, response) => {
        if (request.url?.includes('/tree/') !== true) return false;
        const next = `<${elsewhere.endpoint}/api/models/x/tree/main>; rel="next"`;
        response.writeHead(200, { 'content-type': 'application/json', link: next }).end('[]');
        return true;
      };
      elsewhere.intercept = (_request, response) => {
        response.writeHead(200, { 'content-type': 'application/json' }).end('[]');
        return true;
      };
      const options = { endpoint: server.endpoint, token: canary, env: {} };
      await expect(
        snapshotDownload(NAME, { ...options, cacheDir: temporaryFolder() }),
      ).rejects.toThrow(/holds none of any file/);
      expect(elsewhere.requests.map(({ authorization }) => authorization)).toEqual([undefined]);
    } finally {
      await elsewhere.stop();
    }
    server.intercept = undefined;
    await snapshotDownload(NAME, {
      endpoint: server.endpoint,
      token: canary,
      env: {},
      cacheDir: temporaryFolder(),
    });
    const cdn = server.requests.filter(({ host }) => host === 'cdn');
    expect(cdn.map(({ method }) => method)).toEqual(['PUT', 'GET']);
    expect(cdn.map(({ authorization }) => authorization)).toEqual([undefined, undefined]);
    expect(server.requests.some(({ authorization }) => authorization === `Bearer ${canary}`)).toBe(
      true,
    );
  });

  test('signed addresses are not repeated in errors', async () => {
    await push();
    server.intercept = (request, response) => {
      if (request.url?.startsWith('/get/') !== true) return false;
      refuse(response, 403, undefined, 'expired');
      return true;
    };
    const error: unknown = await snapshotDownload(NAME, {
      endpoint: server.endpoint,
      env: {},
      token: false,
      cacheDir: temporaryFolder(),
    }).catch((e: unknown) => e);
    expect(shown(error)).toContain('/get/');
    expect(shown(error)).not.toContain('secret-signature');
  });
});
