// Why a backend could not be used, in the user's terms.
import { OpError } from '../errors.ts';
import type { BackendName } from './backend-choice.ts';

/** A backend that was asked for, or, with `auto`, every backend, failed to load. */
export class BackendLoadError extends OpError {
  override readonly name = 'BackendLoadError';
  /** The name that was asked for. */
  readonly backend: BackendName | 'auto';
  /** What went wrong, the underlying message included. */
  readonly reason: string;
  /** The command or step that fixes it. */
  readonly fix: string;

  constructor(backend: BackendName | 'auto', reason: string, fix: string, options?: ErrorOptions) {
    super(
      'useBackend',
      `backend '${backend}' cannot be used: ${reason} To fix it: ${fix}`,
      options,
    );
    this.backend = backend;
    this.reason = reason;
    this.fix = fix;
  }
}
