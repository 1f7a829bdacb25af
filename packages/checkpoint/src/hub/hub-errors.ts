// What can go wrong between this machine and a Hub, one class per kind. The kinds follow
// huggingface_hub's (`errors.py`); a message names the repository, never a token or a signed query string.

/** Where a request went and what came back; kept on every {@link HubError}. */
export interface HubErrorDetails {
  /** Repository the call was about, as `namespace/name`. */
  readonly repositoryId: string;
  /** Address asked, without its query string (which may be signed). */
  readonly url?: string | undefined;
  /** HTTP status of the answer, where there was one. */
  readonly status?: number | undefined;
}

/** Base of everything the Hub functions throw; catch it to catch them all. */
export class HubError extends Error {
  override readonly name: string = 'HubError';
  readonly repositoryId: string;
  readonly url: string | undefined;
  readonly status: number | undefined;

  constructor(message: string, details: HubErrorDetails) {
    super(message);
    this.repositoryId = details.repositoryId;
    this.url = details.url;
    this.status = details.status;
  }
}

/** 401: the token is missing, expired or not accepted. */
export class HubAuthenticationError extends HubError {
  override readonly name = 'HubAuthenticationError';
}

/** 403: the token is known, but may not do this. */
export class HubPermissionError extends HubError {
  override readonly name = 'HubPermissionError';
}

/** 401 or 403 of a gated repository: its terms have to be accepted on its page first. */
export class GatedRepositoryError extends HubError {
  override readonly name = 'GatedRepositoryError';
}

/** The repository does not exist, or it is private and the token does not open it. */
export class RepositoryNotFoundError extends HubError {
  override readonly name = 'RepositoryNotFoundError';
}

/** The repository exists; the branch, tag or commit does not. */
export class RevisionNotFoundError extends HubError {
  override readonly name = 'RevisionNotFoundError';
}

/** The repository and the revision exist; the file does not. */
export class EntryNotFoundError extends HubError {
  override readonly name = 'EntryNotFoundError';
}

/** Any other refusal: 409, 413, 429, 5xx. */
export class HubRequestError extends HubError {
  override readonly name = 'HubRequestError';
}

/** No answer: the name does not resolve, nothing listens there, or the connection broke. */
export class HubConnectionError extends HubError {
  override readonly name = 'HubConnectionError';
}

/** The answer is not what a Hub answers: a bad commit id, a file name that leaves the folder. */
export class InvalidHubResponseError extends HubError {
  override readonly name = 'InvalidHubResponseError';
}

/** Offline mode, or no connection, and the cache does not hold what was asked for. */
export class LocalEntryNotFoundError extends HubError {
  override readonly name = 'LocalEntryNotFoundError';
}

/** The disk refused a downloaded file: full, read-only, failing. */
export class CacheWriteError extends HubError {
  override readonly name = 'CacheWriteError';
}

/** A downloaded file is not the one that the Hub announced; it was deleted, not used. */
export class ChecksumMismatchError extends HubError {
  override readonly name = 'ChecksumMismatchError';
  readonly path: string;
  readonly expected: string;
  readonly actual: string;

  constructor(path: string, expected: string, actual: string, details: HubErrorDetails) {
    super(
      `${details.repositoryId}: ${path} arrived with checksum ${actual} where the Hub announced ${expected}. ` +
        'The file was deleted; try again, and look at the proxy or the disk if it happens again.',
      details,
    );
    this.path = path;
    this.expected = expected;
    this.actual = actual;
  }
}

/** An option or an `HF_*` variable that cannot be used; nothing was sent. */
export class HubConfigurationError extends Error {
  override readonly name = 'HubConfigurationError';
}
