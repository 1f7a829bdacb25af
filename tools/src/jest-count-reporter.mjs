// Writes how many tests of a project passed and failed to test-results/<name>.json. Nx keeps the file
// as an output of the test target, so the totals are right also when a result comes from its cache.
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export default class CountReporter {
  constructor(_globalConfig, options) {
    this.name = options.name;
  }

  onRunComplete(_contexts, results) {
    const folder = fileURLToPath(new URL('../../test-results/', import.meta.url));
    mkdirSync(folder, { recursive: true });
    const counts = {
      passed: results.numPassedTests,
      // A file that does not even load has no failed test of its own; it counts as one.
      failed: results.numFailedTests + results.numRuntimeErrorTestSuites,
      skipped: results.numPendingTests + results.numTodoTests,
    };
    writeFileSync(`${folder}${this.name}.json`, `${JSON.stringify(counts)}\n`);
  }
}
