// Runs tfjs-core's specs on a backend, under jasmine-core, for which they are written. Imported only under the hooks of
// tfjs-source-hooks.mjs. Follows tfjs-core's own test_async_backends.js.
import '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients.js';
import '@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops.js';
import { BROWSER_ENVS, CHROME_ENVS, setTestEnvs } from '@tensorflow/tfjs-core/dist/jasmine_util.js';
import jasmineCore, { type Declared, type Environment, type Result } from 'jasmine-core';
import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import type { Exclusions, SpecResult } from './verdict.ts';

/** What is run. */
export interface SpecRun {
  /** A registered backend. */
  readonly backend: string;
  /** Only the files whose names contain this; '' for all. */
  readonly filter: string;
  /** Specs that are declared but not run. */
  readonly notRun: Exclusions;
}

/** The folder of tfjs-core's modules and specs. */
const dist = new URL('./', import.meta.resolve('@tensorflow/tfjs-core'));
const ENDING = '_test.js';

/**
 * Runs the specs, file by file.
 *
 * @returns how each ended, without the backend's name and flags (there are none) in the names of the suites.
 * @throws Error if something outside the specs (an afterAll, say) failed.
 */
export async function runSpecs({ backend, filter, notRun }: SpecRun): Promise<SpecResult[]> {
  const runner = jasmineCore.boot();
  runner.DEFAULT_TIMEOUT_INTERVAL = 60_000;
  const environment = runner.getEnv();
  const nameOf = (fullName: string): string => fullName.replace(` ${backend} {}`, '');
  const skipped = new Set(Object.values(notRun).flatMap(({ specs }) => specs));
  environment.configure({
    random: false,
    specFilter: (spec) => !skipped.has(nameOf(spec.getFullName())),
  });
  setTestEnvs([{ name: backend, backendName: backend, isDataSync: true }]);
  declareBrowserSpecs();
  const fileOf = await declareSpecs(await specFiles(filter), environment);
  const done = await execute(environment);
  return done.map((result) => ({
    file: fileOf.get(result.id) ?? '',
    name: nameOf(result.fullName),
    status: statusOf(result),
    message: messagesOf(result.failedExpectations),
  }));
}

/** Without this, specs marked for browsers were not declared, though most of them need none. */
function declareBrowserSpecs(): void {
  BROWSER_ENVS.predicate = () => true;
  delete CHROME_ENVS.flags;
}

/** The spec files, without folder and ending, in order. */
async function specFiles(filter: string): Promise<string[]> {
  const entries = await readdir(fileURLToPath(dist), { recursive: true });
  return entries
    .filter((entry) => entry.endsWith(ENDING))
    .map((entry) => entry.slice(0, -ENDING.length).replaceAll('\\', '/'))
    .filter((file) => file.includes(filter))
    .sort();
}

/** Imports the files, which declares their specs; returns the file of every spec's id. */
async function declareSpecs(
  files: readonly string[],
  environment: Environment,
): Promise<Map<string, string>> {
  const fileOf = new Map<string, string>();
  const note = (file: string, { id, children }: Declared): void => {
    if (children === undefined) fileOf.set(id, file);
    else for (const child of children) note(file, child);
  };
  for (const file of files) {
    const before = environment.topSuite().children?.length;
    await import(new URL(file + ENDING, dist).href);
    for (const child of environment.topSuite().children?.slice(before) ?? []) note(file, child);
  }
  return fileOf;
}

async function execute(environment: Environment): Promise<Result[]> {
  const specs: Result[] = [];
  const suites: Result[] = [];
  environment.addReporter({
    specDone: (result) => specs.push(result),
    suiteDone: (result) => suites.push(result),
  });
  const { failedExpectations } = await environment.execute();
  const outside = [...suites.flatMap((suite) => suite.failedExpectations), ...failedExpectations];
  if (outside.length > 0) throw new Error(`Outside the specs: ${messagesOf(outside)}`);
  return specs;
}

function messagesOf(expectations: Result['failedExpectations']): string {
  return expectations.map(({ message }) => message).join('\n');
}

/** Jasmine's status in our words. */
function statusOf({ fullName, status }: Result): SpecResult['status'] {
  switch (status) {
    case 'passed':
    case 'failed':
      return status;
    case 'pending':
      return 'disabled';
    case 'excluded':
      return 'skipped';
    default:
      throw new Error(`${fullName}: jasmine-core says '${status}', which is not known here.`);
  }
}
