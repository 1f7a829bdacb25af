// Runs tfjs-core's own test-suite on a backend, prints the verdict and exits with 1 if there is a problem:
//   node --import <root>/tools/src/register-typescript.mjs suite-process.ts <backend> [part of a file's name]
// What the specs print goes to the standard error.
import { Console } from 'node:console';
import { register } from 'node:module';

register('./tfjs-source-hooks.mjs', import.meta.url);
// Imported from here on, everything is under the hooks.
const { registerOnly } = await import('./backends.ts');
const { exclusions, notRun } = await import('./exclusions.ts');
const { runSpecs } = await import('./run-specs.ts');
const { seedRandom } = await import('./seed-random.ts');
const { exclusionsOf, formatVerdict, judge } = await import('./verdict.ts');

const [backend = 'native', filter = ''] = process.argv.slice(2);
globalThis.console = new Console(process.stderr, process.stderr);
seedRandom();
registerOnly(backend);
const results = await runSpecs({ backend, filter, notRun });
if (results.length === 0) throw new Error(`No spec file is named like '${filter}'.`);
const verdict = judge(results, {
  exclusions: exclusionsOf(filter, exclusions),
  notRun: exclusionsOf(filter, notRun),
});
process.stdout.write(`${formatVerdict(backend, verdict)}\n`);
process.exitCode = verdict.problems.length === 0 ? 0 : 1;
