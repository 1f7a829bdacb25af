// Runs the command as a process of its own, from its sources or as it was built: for signals, exit codes and real
// streams.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import type { Ran } from './run-command.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const BUILT = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const LOADER = new URL('../../../../tools/src/register-typescript.mjs', import.meta.url).href;

/** Settings of a process. */
export interface SpawnSettings {
  /** File descriptor for standard output, instead of a pipe. */
  readonly stdout?: number;
  /** Whether standard input stays open; otherwise it is empty. */
  readonly keepInputOpen?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  /** Signal to send, and the text in standard error that it is sent after. Default: the first text. */
  readonly signal?: NodeJS.Signals;
  readonly signalAfter?: string | ((stderr: string) => boolean);
  /** Milliseconds between that text and the signal. Default: at once. */
  readonly signalDelay?: number;
  /** Runs what `nx build cli` made. Default: the sources. */
  readonly built?: boolean;
  /** Closes the reading end of standard output after its first bytes. */
  readonly closeStdout?: boolean;
}

/** Runs `malmoi ...args` to its end. */
export function spawnCommand(args: readonly string[], settings: SpawnSettings = {}): Promise<Ran> {
  const entry = settings.built === true ? [BUILT] : ['--no-warnings', '--import', LOADER, MAIN];
  const child = spawn(process.execPath, [...entry, ...args], {
    env: { ...process.env, NODE_OPTIONS: '', ...settings.env },
    stdio: ['pipe', settings.stdout ?? 'pipe', 'pipe'],
  });
  let [stdout, stderr, isSignalled] = ['', '', false];
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    if (settings.closeStdout === true) child.stdout?.destroy();
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    const { signal, signalAfter = '', signalDelay = 0 } = settings;
    if (signal === undefined || isSignalled || !isReached(stderr, signalAfter)) return;
    isSignalled = true;
    if (signalDelay === 0) child.kill(signal);
    else setTimeout(() => child.kill(signal), signalDelay);
  });
  if (settings.keepInputOpen !== true) child.stdin?.end();
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      resolve({ code: code ?? -1, stdout, stderr });
    });
  });
}

function isReached(stderr: string, after: string | ((stderr: string) => boolean)): boolean {
  return typeof after === 'string' ? stderr.includes(after) : after(stderr);
}
