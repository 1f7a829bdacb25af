// What keeps a command from its work although it was called correctly: the exit code is 1.

/** A failure that the user can mend; the message says how. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}
