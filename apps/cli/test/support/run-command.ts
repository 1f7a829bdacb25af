// Runs the command in this process, with streams that remember what was written.
import { Writable } from 'node:stream';

import { run, type RunIo } from '../../src/index.ts';

/** What a run printed, and its exit code. */
export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A stream into memory. */
class MemoryStream extends Writable {
  text = '';
  readonly isTTY: boolean;
  readonly columns = 100;

  constructor(isTTY = false) {
    super({ decodeStrings: false });
    this.isTTY = isTTY;
  }

  /** Called with all that was written, after each write. */
  onText: ((text: string) => void) | undefined;

  override _write(chunk: unknown, _encoding: string, done: () => void): void {
    this.text += String(chunk);
    this.onText?.(this.text);
    done();
  }
}

/** Settings of a run. */
export interface RunSettings extends Pick<RunIo, 'env' | 'signal'> {
  /** Standard input. */
  readonly input?: string;
  /** Called with standard error so far, whenever something is written to it. */
  readonly onStderr?: (text: string) => void;
  /** Whether the output is a terminal. */
  readonly isTTY?: boolean;
}

/** Runs `malmoi ...args`. */
export async function runCommand(
  args: readonly string[],
  { input = '', isTTY = false, env = {}, signal, onStderr }: RunSettings = {},
): Promise<Ran> {
  const [stdout, stderr] = [new MemoryStream(isTTY), new MemoryStream(isTTY)];
  stderr.onText = onStderr;
  const stdin = (async function* () {
    await Promise.resolve();
    if (input !== '') yield input;
  })();
  const io = { stdout, stderr, stdin, env, ...(signal === undefined ? {} : { signal }) };
  const code = await run(args, io);
  return { code, stdout: stdout.text, stderr: stderr.text };
}

/** The JSON documents of an output, one on each line. */
export function jsonLines(text: string): unknown[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
}
