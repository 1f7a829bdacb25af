// Lines of standard input as they come, until it ends or the command is stopped.

/**
 * Lines without their ends.
 *
 * @throws the signal's reason when it is aborted, also while no input comes
 */
export async function* readInputLines(
  stream: AsyncIterable<Uint8Array | string>,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest: string[] = [];
  const chunks: AsyncIterator<Uint8Array | string, unknown> = stream[Symbol.asyncIterator]();
  const aborted = whenAborted(signal);
  try {
    for (;;) {
      const next = await Promise.race([chunks.next(), aborted.promise]);
      if (next.done === true) break;
      const { value } = next;
      const text = typeof value === 'string' ? value : decoder.decode(value, { stream: true });
      const [first = '', ...others] = text.split('\n');
      // Only what is new is searched, so that one long line takes linear time.
      rest.push(first);
      for (const line of others) {
        yield withoutReturn(rest.join(''));
        rest = [line];
      }
    }
    const last = rest.join('') + decoder.decode();
    if (last !== '') yield withoutReturn(last);
  } finally {
    aborted.forget();
    // A stream that is still waiting for input would keep the process alive.
    void Promise.resolve(chunks.return?.()).catch(() => undefined);
    (stream as { destroy?: () => void }).destroy?.();
  }
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}

function whenAborted(signal: AbortSignal): { promise: Promise<never>; forget: () => void } {
  let onAbort = (): void => undefined;
  const promise = new Promise<never>((_, reject) => {
    onAbort = () => {
      reject(signal.reason as Error);
    };
  });
  promise.catch(() => undefined);
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort, { once: true });
  return {
    promise,
    forget: () => {
      signal.removeEventListener('abort', onAbort);
    },
  };
}
