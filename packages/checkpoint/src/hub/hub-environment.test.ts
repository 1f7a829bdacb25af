import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, test } from '@jest/globals';

import { type HubOptions, resolveHubEnvironment } from './hub-environment.ts';
import { HubConfigurationError } from './hub-errors.ts';

const resolve = (
  env: Record<string, string>,
  options: HubOptions = {},
): ReturnType<typeof resolveHubEnvironment> =>
  resolveHubEnvironment({ token: false, ...options, env });

describe('the cache folder', () => {
  const home = homedir();
  test.each([
    [{}, join(home, '.cache/huggingface/hub')],
    [{ XDG_CACHE_HOME: '/xdg' }, '/xdg/huggingface/hub'],
    [{ XDG_CACHE_HOME: '/xdg', HF_HOME: '/hf' }, '/hf/hub'],
    [{ HF_HOME: '~/hf' }, join(home, 'hf/hub')],
    [{ HF_HOME: '/hf', HUGGINGFACE_HUB_CACHE: '/old' }, '/old'],
    [{ HF_HOME: '/hf', HUGGINGFACE_HUB_CACHE: '/old', HF_HUB_CACHE: '/new' }, '/new'],
    [{ HF_HOME: '/hf', HF_HUB_CACHE: '' }, '/hf/hub'],
  ] as [Record<string, string>, string][])('%j', (env, expected) => {
    expect(resolve(env).cacheDir).toBe(expected);
  });

  test('the option wins', () => {
    expect(resolve({ HF_HUB_CACHE: '/new' }, { cacheDir: '/mine' }).cacheDir).toBe('/mine');
  });
});

describe('the endpoint', () => {
  test.each([
    [{}, 'https://huggingface.co'],
    [{ HF_ENDPOINT: 'https://mirror.example/' }, 'https://mirror.example'],
    [{ HF_ENDPOINT: 'https://mirror.example/hf/' }, 'https://mirror.example/hf'],
  ] as [Record<string, string>, string][])('%j', (env, expected) => {
    expect(resolve(env).endpoint).toBe(expected);
  });

  test.each(['mirror.example', 'file:///etc', 'https://user:pass@mirror.example', 'https://'])(
    'refused: %s',
    (value) => {
      expect(() => resolve({ HF_ENDPOINT: value })).toThrow(HubConfigurationError);
      expect(() => resolve({ HF_ENDPOINT: value })).not.toThrow(/pass@/);
    },
  );
});

describe('offline mode', () => {
  test.each(['1', 'ON', 'yes', 'True'])('%s', (value) => {
    expect(resolve({ HF_HUB_OFFLINE: value }).offline).toBe(true);
    expect(resolve({ TRANSFORMERS_OFFLINE: value }).offline).toBe(true);
    expect(resolve({ HF_HUB_OFFLINE: value }, { localFilesOnly: false }).offline).toBe(false);
  });

  test.each(['', '0', 'off', 'no'])('not: %j', (value) => {
    expect(resolve({ HF_HUB_OFFLINE: value }).offline).toBe(false);
  });
});

describe('the token', () => {
  test('option, HF_TOKEN, HF_TOKEN_PATH, the file of the login, in this order', () => {
    const folder = mkdtempSync(join(tmpdir(), 'malmoi-token-'));
    try {
      writeFileSync(join(folder, 'token'), 'hf_login\n');
      writeFileSync(join(folder, 'other'), 'hf_other');
      const token = (env: Record<string, string>, option?: string): string | undefined =>
        resolveHubEnvironment({
          env: { HF_HOME: folder, ...env },
          ...(option !== undefined && { token: option }),
        }).token;
      expect(token({ HF_TOKEN: 'hf_env', HF_TOKEN_PATH: join(folder, 'other') }, 'hf_option')).toBe(
        'hf_option',
      );
      expect(token({ HF_TOKEN: 'hf_env', HF_TOKEN_PATH: join(folder, 'other') })).toBe('hf_env');
      expect(token({ HF_TOKEN: ' ', HF_TOKEN_PATH: join(folder, 'other') })).toBe('hf_other');
      expect(token({})).toBe('hf_login');
      expect(token({ HF_TOKEN_PATH: join(folder, 'none') })).toBeUndefined();
      expect(() => token({ HF_TOKEN_PATH: folder })).toThrow(/cannot read the token file/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('false sends none', () => {
    expect(resolve({ HF_TOKEN: 'hf_env' }).token).toBeUndefined();
  });
});
