// TensorFlow.js's own specs of its operations, gradients, optimizers and engine, run on the native backend in a child
// process: they are written for jasmine, and they reset the engine. What is left out, and why: exclusions.ts.
import { describe, expect, jest, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

// Some seconds of work, on a busy machine more.
jest.setTimeout(300_000);

interface Run {
  readonly code: number | null;
  readonly output: string;
}

const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** Runs the suite and returns what it says; the noise of the specs is dropped. */
function runSuite(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Run> {
  const loader = ['--no-warnings', '--import', path('../../../tools/src/register-typescript.mjs')];
  const child = spawn(
    process.execPath,
    [...loader, path('tfjs-core-suite/suite-process.ts'), ...args],
    { env: { ...process.env, NODE_OPTIONS: '', ...env }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let output = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      // Without a verdict the process has died: its last words tell why.
      if (output === '') output = `${signal ?? ''} ${errors.slice(-4000)}`;
      resolve({ code, output });
    });
  });
}

describe("tfjs-core's own test-suite", () => {
  test.each([
    ['the best instruction set here', {}],
    ['no instruction set in particular', { MALMOI_ISA: 'portable' }],
  ])('passes on the native backend with %s', async (_, env) => {
    const { code, output } = await runSuite(['native'], env);
    expect(output).toBe(
      "tfjs-core's suite on native: 4385 specs of 264 files, 4295 passed, 79 excluded, " +
        '11 disabled by TensorFlow.js, 0 problems.\n',
    );
    expect(code).toBe(0);
  });

  test('notices a kernel that is wrong, and names the specs', async () => {
    const { code, output } = await runSuite(['sabotaged', 'ops/abs']);
    expect(output).toContain('ops/abs: abs propagates NaNs\n    failed: ');
    expect(output).toContain(
      'on sabotaged: 16 specs of 1 files, 7 passed, 0 excluded, 0 disabled by TensorFlow.js, 9 problems.\n',
    );
    expect(code).toBe(1);
  });

  test('refuses a backend that it does not know', async () => {
    const { code, output } = await runSuite(['nativ']);
    expect(output).toContain("No backend 'nativ' here; there is cpu, native, sabotaged.");
    expect(code).toBe(1);
  });
});
