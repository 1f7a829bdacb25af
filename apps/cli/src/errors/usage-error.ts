// A command line or configuration that cannot be: the exit code is 2.

/** What was asked for cannot be, whatever the files say. The message names the flags. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
