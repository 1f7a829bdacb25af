// Adds up what every project's tests and package checks wrote to test-results/ and prints one line,
// `N passed, N failed`. Nothing there counts as one failure: a run without tests must not look green.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../../test-results/', import.meta.url));
const files = existsSync(folder)
  ? readdirSync(folder).filter((name) => name.endsWith('.json'))
  : [];
const totals = { passed: 0, failed: files.length === 0 ? 1 : 0, skipped: 0 };
for (const file of files) {
  const counts = JSON.parse(readFileSync(folder + file, 'utf8'));
  for (const key of ['passed', 'failed', 'skipped']) totals[key] += counts[key];
}
const skipped = totals.skipped > 0 ? `, ${totals.skipped} skipped` : '';
console.log(`${totals.passed} passed, ${totals.failed} failed${skipped}`);
