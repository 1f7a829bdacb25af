// Compiles the addon with node-gyp: `node scripts/build-addon.mjs [--optional]`.
// With --optional, nothing is done where the addon is up to date, and a machine without a compiler gets a notice
// instead of a failure; Malmoi then runs on another backend and says so.
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = fileURLToPath(new URL('..', import.meta.url));
const { values } = parseArgs({ options: { optional: { type: 'boolean', default: false } } });

/** True where the addon is younger than everything that it is made from. */
function isUpToDate() {
  const addon = join(root, 'build/Release/malmoi_native.node');
  if (!existsSync(addon)) return false;
  const built = statSync(addon).mtimeMs;
  const folders = ['native', 'scripts'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true }).map((name) => join(root, folder, name)),
  );
  return [join(root, 'binding.gyp'), ...folders].every((file) => statSync(file).mtimeMs < built);
}

/** The folder whose include/node holds the headers of this Node.js, or undefined: node-gyp then downloads them. */
function headersFolder() {
  const prefix = resolve(dirname(process.execPath), '..');
  return existsSync(join(prefix, 'include', 'node', 'node_api.h')) ? prefix : undefined;
}

function nodeGyp(args) {
  const script = createRequire(import.meta.url).resolve('node-gyp/bin/node-gyp.js');
  // npm's own settings (such as a registry) are none of node-gyp's business and would only make it warn.
  return spawnSync(process.execPath, [script, ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
  });
}

if (values.optional && isUpToDate()) {
  console.log('@malmoi/backend-native: the addon is up to date.');
  process.exit(0);
}
const headers = headersFolder();
const nodedir = headers === undefined ? [] : [`--nodedir=${headers}`];
const steps = {
  configure: nodedir,
  build: [...nodedir, `--jobs=${availableParallelism()}`],
};
for (const [step, flags] of Object.entries(steps)) {
  const result = nodeGyp([step, ...flags]);
  if (result.status === 0) continue;
  const output = `${result.stdout ?? ''}${result.stderr ?? ''}`.trim();
  console.error(output);
  console.error(
    `\n@malmoi/backend-native: node-gyp ${step} failed (exit code ${result.status ?? result.signal}). It needs a C++17 compiler ` +
      '(GCC 12 or Clang 15), make and Python 3: on Debian and Ubuntu, apt-get install build-essential python3.',
  );
  if (!values.optional) process.exit(1);
  console.error('Going on without it: --backend auto will take another backend and say which.');
  process.exit(0);
}
const folder = join(root, 'prebuilds', `${process.platform}-${process.arch}`);
mkdirSync(folder, { recursive: true });
copyFileSync(join(root, 'build/Release/malmoi_native.node'), join(folder, addonName()));
console.log(`@malmoi/backend-native: built ${join(folder, addonName())}`);

/** The name under which node-gyp-build finds a binary for this C library. */
function addonName() {
  if (process.platform !== 'linux') return 'malmoi_native.napi.node';
  const { header } = process.report.getReport();
  return `malmoi_native.napi.${header.glibcVersionRuntime === undefined ? 'musl' : 'glibc'}.node`;
}
