// What a run of the command reads and writes: the process's own streams, or those of a test.

/** Where text goes. */
export interface OutputStream {
  write(text: string, callback?: (error?: Error | null) => void): boolean;
  on(event: 'error', listener: (error: Error) => void): unknown;
  off(event: 'error', listener: (error: Error) => void): unknown;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
}

/** Streams, environment and signal of a run. Default: those of the process, and no signal. */
export interface RunIo {
  readonly stdout?: OutputStream;
  readonly stderr?: OutputStream;
  readonly stdin?: AsyncIterable<Uint8Array | string>;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Aborting it stops the command; its reason decides the exit code (see InterruptedError). */
  readonly signal?: AbortSignal;
}

/** {@link RunIo} with its defaults. */
export type ResolvedIo = Required<Omit<RunIo, 'signal'>> & Pick<RunIo, 'signal'>;

/** Fills in the process's own. */
export function resolveIo(io: RunIo): ResolvedIo {
  return {
    stdout: process.stdout,
    stderr: process.stderr,
    stdin: process.stdin,
    env: process.env,
    ...io,
  };
}
