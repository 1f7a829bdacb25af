// What happens when standard output cannot be written: a closed pipe or a full disk stops the command, and is
// no crash.
import type { OutputStream } from '../io.ts';

/** Watches the output streams of a run. */
export class StdoutGuard {
  /** Aborted by the caller's signal, or when standard output fails. */
  readonly signal: AbortSignal;
  readonly #stdout: OutputStream;
  readonly #stderr: OutputStream;
  readonly #controller = new AbortController();
  #failure: NodeJS.ErrnoException | undefined;

  constructor(stdout: OutputStream, stderr: OutputStream, signal: AbortSignal | undefined) {
    this.#stdout = stdout;
    this.#stderr = stderr;
    const own = this.#controller.signal;
    this.signal = signal === undefined ? own : AbortSignal.any([signal, own]);
    stdout.on('error', this.#onStdoutError);
    stderr.on('error', ignore);
  }

  /** Why standard output failed; undefined while it has not. */
  get failure(): NodeJS.ErrnoException | undefined {
    return this.#failure;
  }

  /** Waits until what was printed is written. @throws the error of standard output */
  async flush(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#stdout.write('', () => {
        resolve();
      });
    });
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Stops watching. */
  release(): void {
    // Errors of writes that are still on their way must not end the process.
    if (this.#failure !== undefined) return;
    this.#stdout.off('error', this.#onStdoutError);
    this.#stderr.off('error', ignore);
  }

  readonly #onStdoutError = (error: NodeJS.ErrnoException): void => {
    this.#failure ??= error;
    this.#controller.abort(error);
  };
}

function ignore(): void {
  // Nobody can be told that standard error is gone.
}
