// Warnings go to a handler the caller chose, or to Node's own channel (`process.emitWarning`), which prints
// them on standard error and lets a program listen for them or switch them off.

/** Receives one warning: what happened and what it means. */
export type WarningHandler = (message: string) => void;

/** Hands a warning on. `code` identifies its kind to listeners of `process.on('warning')`. */
export function emitWarning(
  handler: WarningHandler | undefined,
  code: string,
  message: string,
): void {
  if (handler === undefined) {
    process.emitWarning(message, { type: 'MalmoiWarning', code });
  } else {
    handler(message);
  }
}
