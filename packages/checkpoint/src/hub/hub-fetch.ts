// The one door through which requests to a Hub leave: it keeps the token on the Hub's own origin, turns
// every refusal into a typed error (by status and `X-Error-Code`, as huggingface_hub's
// `hf_raise_for_status` does) and removes the token from whatever text the server sends back.
import { errorCode, errorMessage } from '../error-code.ts';
import type { HubEnvironment } from './hub-environment.ts';
import {
  EntryNotFoundError,
  GatedRepositoryError,
  HubAuthenticationError,
  HubConnectionError,
  type HubError,
  type HubErrorDetails,
  HubPermissionError,
  HubRequestError,
  RepositoryNotFoundError,
  RevisionNotFoundError,
} from './hub-errors.ts';

/** Longest piece of a server's own explanation that an error repeats, in characters. */
const EXPLANATION_LIMIT = 500;

/**
 * A `fetch` for one repository that resolves only with successful answers.
 *
 * @throws {HubError} (rejects with) the class that fits the answer; {@link HubConnectionError} without one.
 */
export function createHubFetch(hub: HubEnvironment, repositoryId: string): typeof fetch {
  const origin = new URL(hub.endpoint).origin;
  return async (input, init = {}) => {
    const url = new URL(input instanceof Request ? input.url : input);
    const headers = new Headers(init.headers);
    // A link in an answer may point anywhere; the token goes only where the user sent it.
    if (url.origin !== origin) headers.delete('authorization');
    let response: Response;
    try {
      response = await hub.fetch(input, { ...init, headers });
    } catch (error) {
      if (init.signal?.aborted === true) throw error;
      throw connectionError(error, { repositoryId, url: withoutQuery(url.href) }, hub.token);
    }
    if (response.ok) return response;
    throw await refusal(
      response,
      { repositoryId, url: withoutQuery(response.url || url.href) },
      hub.token,
    );
  };
}

/** A {@link HubConnectionError} that names the system's reason (`ECONNREFUSED`, `ENOTFOUND`, …). */
export function connectionError(
  error: unknown,
  details: HubErrorDetails,
  token: string | undefined,
): HubConnectionError {
  const reason = redactToken(describeCause(error), token);
  return new HubConnectionError(
    `${details.repositoryId}: no answer from ${details.url ?? 'the Hub'} (${reason}). ` +
      'Check the network and HF_ENDPOINT, or set HF_HUB_OFFLINE=1 to use the cache alone.',
    details,
  );
}

/** The address without query and fragment, where signatures live. */
export function withoutQuery(url: string): string {
  const parsed = new URL(url);
  return parsed.origin + parsed.pathname;
}

/** The text with every occurrence of the token replaced. */
function redactToken(text: string, token: string | undefined): string {
  return token === undefined ? text : text.replaceAll(token, '[token]');
}

/** undici reports `fetch failed` and keeps the reason in `cause`. */
function describeCause(error: unknown): string {
  const cause =
    typeof error === 'object' && error !== null && 'cause' in error ? error.cause : undefined;
  return errorCode(cause) ?? errorMessage(cause ?? error);
}

async function refusal(
  response: Response,
  details: HubErrorDetails,
  token: string | undefined,
): Promise<HubError> {
  const explanation = redactToken(await readExplanation(response), token).slice(
    0,
    EXPLANATION_LIMIT,
  );
  const { ErrorClass, hint } = classify(response, token !== undefined);
  const said = explanation === '' ? '' : ` The Hub says: ${explanation}`;
  return new ErrorClass(
    `${details.repositoryId}: ${hint} (HTTP ${response.status} from ${details.url ?? 'the Hub'}).${said}`,
    { ...details, status: response.status },
  );
}

async function readExplanation(response: Response): Promise<string> {
  const header = response.headers.get('x-error-message');
  if (header !== null) {
    await response.body?.cancel();
    return header;
  }
  let text: string;
  try {
    text = await response.text();
  } catch {
    // The connection broke inside an error page: the status alone still says what happened.
    return '';
  }
  if (response.headers.get('content-type')?.startsWith('application/json') !== true) return text;
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' &&
      body !== null &&
      'error' in body &&
      typeof body.error === 'string'
      ? body.error
      : text;
  } catch {
    return text;
  }
}

type HubErrorClass = new (message: string, details: HubErrorDetails) => HubError;

function classify(
  response: Response,
  hasToken: boolean,
): { ErrorClass: HubErrorClass; hint: string } {
  const code = response.headers.get('x-error-code');
  if (code === 'GatedRepo') {
    return {
      ErrorClass: GatedRepositoryError,
      hint: 'this repository is gated: accept its terms on its page, with the account of the token in HF_TOKEN',
    };
  }
  if (code === 'RevisionNotFound') {
    return {
      ErrorClass: RevisionNotFoundError,
      hint: 'no such branch, tag or commit: check `revision`',
    };
  }
  if (code === 'EntryNotFound') {
    return { ErrorClass: EntryNotFoundError, hint: 'no such file at this revision' };
  }
  // The Hub answers 401, not 404, to a reader it does not know, so as not to reveal private repositories.
  if (code === 'RepoNotFound' || response.status === 404) {
    return {
      ErrorClass: RepositoryNotFoundError,
      hint: hasToken
        ? 'no such repository, or the token in HF_TOKEN does not open it'
        : 'no such repository, or it is private and no token was given: set HF_TOKEN',
    };
  }
  switch (response.status) {
    case 401:
      return {
        ErrorClass: HubAuthenticationError,
        hint: hasToken
          ? 'the token was refused: renew HF_TOKEN'
          : 'a token is needed: set HF_TOKEN',
      };
    case 403:
      return {
        ErrorClass: HubPermissionError,
        hint: 'the token does not allow this: give it the missing right, or ask the owner',
      };
    default:
      return { ErrorClass: HubRequestError, hint: 'the request was refused' };
  }
}
