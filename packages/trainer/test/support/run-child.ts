// Starts train-child.ts and watches what it says.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import type { ChildOptions } from './train-child.ts';

const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** The command that trains in a folder. */
function command(outputDir: string, options: ChildOptions): [string, string[]] {
  const loader = ['--import', path('../../../../tools/src/register-typescript.mjs')];
  const args = [path('train-child.ts'), outputDir, JSON.stringify(options)];
  return [process.execPath, [...loader, ...args]];
}

/** strace counts calls by thread, and io_uring would hide them. */
const env = {
  ...process.env,
  NODE_OPTIONS: '',
  UV_USE_IO_URING: '0',
  UV_THREADPOOL_SIZE: '1',
  TSX_DISABLE_CACHE: '1',
};

/** How a process ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly output: string;
}

/** A process that trains. */
export interface TrainingChild {
  readonly process: ChildProcess;
  /** Resolves once the process has said a text. */
  says(text: string): Promise<void>;
  /** Resolves once it ended. */
  readonly ended: Promise<Ended>;
}

/** Starts a process that trains. */
export function startChild(outputDir: string, options: ChildOptions): TrainingChild {
  const child = spawn(...command(outputDir, options), {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  const listeners = new Set<() => void>();
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    for (const listener of listeners) listener();
  });
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (code, signal) => {
      resolve({ code, signal, output });
    });
  });
  const says = (text: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const listener = (): void => {
        if (!output.includes(text)) return;
        listeners.delete(listener);
        resolve();
      };
      listeners.add(listener);
      listener();
      void ended.then(() => {
        reject(new Error(`ended without saying ${text}: ${output}`));
      });
    });
  return { process: child, says, ended };
}

/** Trains under strace, with a system call tampered with. */
export function runTampered(inject: string, outputDir: string, options: ChildOptions): Ended {
  const [program, args] = command(outputDir, options);
  const call = inject.split(':', 1)[0] ?? '';
  const strace = ['-f', '-qq', '-o', '/dev/null', '-e', `trace=${call}`, '-e', `inject=${inject}`];
  const found = spawnSync('strace', [...strace, program, ...args], { env, encoding: 'utf8' });
  return { code: found.status, signal: found.signal, output: found.stdout };
}

/** Whether strace is there and may trace. */
export function hasStrace(): boolean {
  const tried = spawnSync('strace', ['-f', '-qq', '-o', '/dev/null', 'true']);
  return tried.status === 0;
}
