// Where the cache is, which Hub to ask, with which token: the HF_* variables and their defaults as
// huggingface_hub reads them (`constants.py`, `utils/_auth.py`), overridden by explicit options.
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

import { HUB_URL } from '@huggingface/hub';

import { errorCode } from '../error-code.ts';
import { HubConfigurationError } from './hub-errors.ts';

/** Options that every Hub function takes; each replaces an environment variable. */
export interface HubOptions {
  /** Base URL of the Hub. Default: `HF_ENDPOINT`, else `https://huggingface.co`. */
  readonly endpoint?: string;
  /**
   * Access token (`hf_…`), or false to send none. Default: `HF_TOKEN`, else the token file that
   * `hf auth login` writes (`HF_TOKEN_PATH`, else `$HF_HOME/token`).
   */
  readonly token?: string | false;
  /** Cache folder. Default: `HF_HUB_CACHE`, else `$HF_HOME/hub`, else `~/.cache/huggingface/hub`. */
  readonly cacheDir?: string;
  /** Use only what the cache holds. Default: `HF_HUB_OFFLINE`. */
  readonly localFilesOnly?: boolean;
  /** The function that sends requests, for a proxy or a test. Default: the global `fetch`. */
  readonly fetch?: typeof fetch;
  /** Variables to read instead of `process.env`. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** {@link HubOptions} with every default filled in. */
export interface HubEnvironment {
  readonly endpoint: string;
  readonly token: string | undefined;
  readonly cacheDir: string;
  readonly offline: boolean;
  readonly fetch: typeof fetch;
}

/**
 * Fills in what the options leave open from the environment.
 *
 * @throws {HubConfigurationError} when the endpoint is not an http(s) URL without credentials, or the
 *   token cannot be one. The message never shows the token.
 */
export function resolveHubEnvironment(options: HubOptions = {}): HubEnvironment {
  const env = options.env ?? process.env;
  const home = hubHome(env);
  return {
    endpoint: parseEndpoint(options.endpoint ?? nonEmpty(env['HF_ENDPOINT']) ?? HUB_URL),
    token:
      options.token === false
        ? undefined
        : checkToken(options.token ?? environmentToken(env, home)),
    cacheDir: expandUser(
      options.cacheDir ??
        nonEmpty(env['HF_HUB_CACHE']) ??
        nonEmpty(env['HUGGINGFACE_HUB_CACHE']) ??
        join(home, 'hub'),
    ),
    offline: options.localFilesOnly ?? isTrue(env['HF_HUB_OFFLINE'] ?? env['TRANSFORMERS_OFFLINE']),
    fetch: options.fetch ?? globalThis.fetch,
  };
}

type Variables = Readonly<Record<string, string | undefined>>;

function hubHome(env: Variables): string {
  const cache = nonEmpty(env['XDG_CACHE_HOME']) ?? join(homedir(), '.cache');
  return expandUser(nonEmpty(env['HF_HOME']) ?? join(cache, 'huggingface'));
}

/** An empty variable counts as unset, as a shell user means it. */
function nonEmpty(value: string | undefined): string | undefined {
  return value === undefined || value.trim() === '' ? undefined : value.trim();
}

function isTrue(value: string | undefined): boolean {
  return value !== undefined && ['1', 'ON', 'YES', 'TRUE'].includes(value.trim().toUpperCase());
}

function expandUser(path: string): string {
  return path === '~' || path.startsWith('~/') ? join(homedir(), path.slice(1)) : path;
}

function parseEndpoint(value: string): string {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol)) {
    throw new HubConfigurationError(
      'the Hub endpoint must be an http or https URL: check HF_ENDPOINT',
    );
  }
  if (url.username !== '' || url.password !== '') {
    throw new HubConfigurationError(
      'the Hub endpoint must not hold a user name or password: put the token in HF_TOKEN',
    );
  }
  return url.origin + url.pathname.replace(/\/$/, '');
}

function environmentToken(env: Variables, home: string): string | undefined {
  const path = nonEmpty(env['HF_TOKEN_PATH']);
  return (
    nonEmpty(env['HF_TOKEN']) ??
    readTokenFile(path === undefined ? join(home, 'token') : expandUser(path))
  );
}

function readTokenFile(path: string): string | undefined {
  try {
    return nonEmpty(readFileSync(path, 'utf8'));
  } catch (error) {
    // Not logged in is the common case; a file that is there and cannot be read is worth a word.
    if (errorCode(error) === 'ENOENT') return undefined;
    throw new HubConfigurationError(
      `cannot read the token file ${path}: check HF_TOKEN_PATH and its rights`,
    );
  }
}

function checkToken(token: string | undefined): string | undefined {
  if (token === undefined) return undefined;
  if (!/^hf_[\x21-\x7e]+$/.test(token)) {
    throw new HubConfigurationError(
      `the Hub token must start with "hf_" and hold no blanks (${token.length} characters given): check HF_TOKEN`,
    );
  }
  return token;
}
