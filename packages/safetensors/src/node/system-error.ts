// Reads errors of node:fs. By their properties, not by class: an error may come from another realm (a vm
// context, a worker's message), where `instanceof Error` is false.

/** The `code` of a system error (`ENOSPC`, ...), or undefined for any other throw. */
export function errnoOf(error: unknown): string | undefined {
  const isSystemError =
    typeof error === 'object' && error !== null && 'code' in error && 'errno' in error;
  return isSystemError && typeof error.code === 'string' ? error.code : undefined;
}

/** What an error says. */
export function messageOf(error: unknown): string {
  const hasMessage = typeof error === 'object' && error !== null && 'message' in error;
  return String(hasMessage ? error.message : error);
}
