// SIGINT and SIGTERM end a run in order: the trainer saves and returns. A second signal ends the process at once.
import type { Trainer } from './trainer.ts';

/** Signals that end a run, with the exit code of a process that one of them ended: 128 + its number. */
export const stopSignals = { SIGINT: 130, SIGTERM: 143 } as const;

/** Name of such a signal. */
export type StopSignal = keyof typeof stopSignals;

/** Listening, until disposed. */
export interface SignalStop extends Disposable {
  /** What the process is to exit with: 130 or 143 after a signal, else undefined. */
  readonly exitCode: number | undefined;
}

/** Options of {@link stopOnSignals}. */
export interface StopOnSignalsOptions {
  /** Told of the first signal: a place to say that the run is being saved. */
  readonly onSignal?: (signal: StopSignal) => void;
}

/**
 * Stops a trainer at the first SIGINT or SIGTERM, and ends the process at the second. What listened to them
 * before listens again once this is disposed.
 *
 * ```text
 * using signals = stopOnSignals(trainer);
 * await trainer.train();
 * process.exitCode = signals.exitCode ?? 0;
 * ```
 */
export function stopOnSignals(
  trainer: Pick<Trainer<never>, 'stop'>,
  { onSignal }: StopOnSignalsOptions = {},
): SignalStop {
  let exitCode: number | undefined;
  const listener = (signal: StopSignal): void => {
    if (exitCode !== undefined) process.exit(stopSignals[signal]);
    exitCode = stopSignals[signal];
    trainer.stop(signal);
    onSignal?.(signal);
  };
  const names = Object.keys(stopSignals) as StopSignal[];
  const before = names.map((name) => [name, process.listeners(name)] as const);
  for (const name of names) {
    process.removeAllListeners(name);
    process.on(name, listener);
  }
  return {
    get exitCode() {
      return exitCode;
    },
    [Symbol.dispose]() {
      for (const [name, listeners] of before) {
        process.off(name, listener);
        for (const earlier of listeners) process.on(name, earlier);
      }
    },
  };
}
