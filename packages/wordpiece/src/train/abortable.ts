// Cancels waiting for an async source.

/**
 * Passes a source's values on until the signal is aborted, and throws its reason then, even while the
 * source keeps it waiting. The source is closed if the consumer or the signal ends it early.
 */
export async function* untilAborted<T>(
  source: AsyncIterable<T>,
  signal: AbortSignal | undefined,
): AsyncGenerator<T, void, undefined> {
  const iterator = source[Symbol.asyncIterator]();
  // One promise per value, not one race against a promise that lives as long as the source: that would
  // remember every value ever waited for.
  let stopWaiting: ((reason: unknown) => void) | undefined;
  const onAbort = (): void => stopWaiting?.(signal?.reason);
  signal?.addEventListener('abort', onAbort, { once: true });
  let exhausted = false;
  try {
    for (;;) {
      signal?.throwIfAborted();
      const result = await new Promise<IteratorResult<T, unknown>>((resolve, reject) => {
        stopWaiting = reject;
        iterator.next().then(resolve, reject);
      });
      if (result.done === true) {
        exhausted = true;
        return;
      }
      yield result.value;
    }
  } finally {
    signal?.removeEventListener('abort', onAbort);
    // Not awaited: a source that hangs would hang its closing too.
    if (!exhausted) void iterator.return?.().then(undefined, () => undefined);
  }
}
