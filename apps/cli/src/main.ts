#!/usr/bin/env node
// The malmoi command: signals and the exit code; everything else is in run.ts.
import { INTERRUPTING_SIGNALS, InterruptedError } from './errors/interrupted-error.ts';
import { run } from './run.ts';

const controller = new AbortController();
for (const name of INTERRUPTING_SIGNALS) {
  const interruption = new InterruptedError(name);
  process.on(name, () => {
    // The second one does not wait for anything.
    if (controller.signal.aborted) process.exit(interruption.exitCode);
    controller.abort(interruption);
  });
}
process.exitCode = await run(process.argv.slice(2), { signal: controller.signal });
