// Uploads a model folder: creates the repository when it is not there and makes one commit, through
// @huggingface/hub (`createRepo`, `uploadFiles`: large files over LFS or Xet, small ones inline).
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { createRepo, globMatch, uploadFiles } from '@huggingface/hub';

import { MODEL_FOLDER_PATTERNS } from '../model-folder.ts';
import { HubConfigurationError, HubRequestError, InvalidHubResponseError } from './hub-errors.ts';
import { type HubOptions, resolveHubEnvironment } from './hub-environment.ts';
import { createHubFetch } from './hub-fetch.ts';
import { assertRepositoryId } from './repository-cache.ts';

export interface PushToHubOptions extends Omit<HubOptions, 'cacheDir' | 'localFilesOnly'> {
  /** Branch to commit to. Default `main`. */
  readonly revision?: string;
  /** First line of the commit. Default `Upload model`. */
  readonly commitMessage?: string;
  /** Make a new repository private. Default false; an existing repository keeps what it is. */
  readonly private?: boolean;
  /** Open a pull request instead of committing to the branch. Default false. */
  readonly createPr?: boolean;
  readonly signal?: AbortSignal;
}

/** What the Hub made of it. */
export interface PushToHubResult {
  /** Id of the new commit. */
  readonly commit: string;
  /** Page of the commit. */
  readonly commitUrl: string;
  /** Page of the pull request, with `createPr`. */
  readonly pullRequestUrl?: string;
  /** Files sent, relative to the folder. */
  readonly files: readonly string[];
}

/**
 * Uploads the files of a model folder (weights, configuration, tokenizer, model card) in one commit. Nothing
 * else in the folder is sent: no optimizer state, no logs, no hidden files.
 *
 * @throws {HubConfigurationError} without a token, without a namespace in the id, in offline mode, or for a
 *   folder without `config.json`.
 * @throws {HubError} of the class that fits (see hub-errors.ts).
 */
export async function pushToHub(
  folder: string,
  repositoryId: string,
  options: PushToHubOptions = {},
): Promise<PushToHubResult> {
  const hub = resolveHubEnvironment(options);
  assertRepositoryId(repositoryId);
  if (!repositoryId.includes('/')) {
    throw new HubConfigurationError(`name the owner too: "your-name/${repositoryId}"`);
  }
  if (hub.token === undefined) {
    throw new HubConfigurationError('uploading needs a token with write access: set HF_TOKEN');
  }
  if (hub.offline) {
    throw new HubConfigurationError('offline mode is on (HF_HUB_OFFLINE): nothing can be uploaded');
  }
  const files = await modelFiles(folder);
  const request = {
    hubUrl: hub.endpoint,
    fetch: createHubFetch(hub, repositoryId),
    accessToken: hub.token,
    repo: { type: 'model', name: repositoryId } as const,
  };
  await ensureRepository(request, options.private ?? false);
  const output = await uploadFiles({
    ...request,
    files: files.map((path) => ({ path, content: pathToFileURL(join(folder, path)) })),
    commitTitle: options.commitMessage ?? 'Upload model',
    branch: options.revision ?? 'main',
    isPullRequest: options.createPr ?? false,
    ...(options.signal !== undefined && { abortSignal: options.signal }),
  });
  if (output === undefined) {
    throw new InvalidHubResponseError(`${repositoryId}: the Hub did not name the new commit`, {
      repositoryId,
    });
  }
  return {
    commit: output.commit.oid,
    commitUrl: output.commit.url,
    ...(output.pullRequestUrl !== undefined && { pullRequestUrl: output.pullRequestUrl }),
    files,
  };
}

async function modelFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const files = entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => entry.name)
    .filter((name) => MODEL_FOLDER_PATTERNS.some((pattern) => globMatch(pattern, name)))
    .sort();
  if (!files.includes('config.json')) {
    throw new HubConfigurationError(`${folder} is not a model folder: it holds no config.json`);
  }
  return files;
}

/** 409 is the Hub's word for "it is already there". */
async function ensureRepository(
  request: Pick<Parameters<typeof createRepo>[0], 'repo' | 'hubUrl' | 'fetch'> & {
    accessToken: string;
  },
  isPrivate: boolean,
): Promise<void> {
  try {
    await createRepo({ ...request, ...(isPrivate && { visibility: 'private' as const }) });
  } catch (error) {
    if (!(error instanceof HubRequestError && error.status === 409)) throw error;
  }
}
