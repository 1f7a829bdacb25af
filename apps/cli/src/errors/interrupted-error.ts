// Ctrl-C and its relatives, as the reason of an abort signal.

/** Exit codes of a process that a signal ended, as shells report them. */
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const;

/** A signal that ends the command. */
export type InterruptingSignal = keyof typeof EXIT_CODES;

/** The signals that a command listens to. */
export const INTERRUPTING_SIGNALS = Object.keys(EXIT_CODES) as readonly InterruptingSignal[];

/** The command was asked to stop. */
export class InterruptedError extends Error {
  override readonly name = 'InterruptedError';
  readonly signal: InterruptingSignal;
  readonly exitCode: number;

  constructor(signal: InterruptingSignal) {
    super(`stopped by ${signal}`);
    this.signal = signal;
    this.exitCode = EXIT_CODES[signal];
  }
}
