// Reads system errors by their shape: `instanceof Error` is false for an error that comes from another
// realm (a test sandbox, a vm context).

/** The `code` of a system error (`ENOENT`, `ECONNREFUSED`, …), or undefined. */
export function errorCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** The message of whatever was thrown. */
export function errorMessage(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('message' in error)) return String(error);
  return String(error.message);
}
