// Runs the conformance suites of ops, bert-model and checkpoint on TensorFlow itself (the backend `tensorflow`).
// @tensorflow/tfjs-node is no dependency of the workspace, for its installation often fails; install it first:
//
//   npm install --no-save --ignore-scripts @tensorflow/tfjs-node@4.22.0
//   node tools/build-tfjs-node.mjs --python /path/to/python
//   node tools/tensorflow-conformance.mjs
//
// Prints what computes, then what Jest prints. Exits with 1 when a suite fails or the backend does not load.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const PACKAGES = ['ops', 'bert-model', 'checkpoint'];
const JEST_NODE_OPTIONS =
  '--experimental-vm-modules --no-warnings --import ../../tools/src/register-typescript.mjs';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/** What useBackend says of the backend, from the sources and in a process of its own; undefined if it refused. */
function reportBackend() {
  const script = `
    const { formatBackendChoice, useBackend } = await import('@malmoi/ops');
    try { console.log(formatBackendChoice(await useBackend('tensorflow'))); }
    catch (error) { console.log(error.message); process.exitCode = 1; }`;
  const args = ['--no-warnings', '--import', './src/register-typescript.mjs'];
  const { status } = spawnSync(
    process.execPath,
    [...args, '--input-type=module', '--eval', script],
    { cwd: here('.'), stdio: 'inherit' },
  );
  return status === 0;
}

/** The suite of one package; true when it passed. */
function runSuite(name) {
  const jest = createRequire(import.meta.url).resolve('jest/bin/jest');
  const match = ['--testMatch', '<rootDir>/test/conformance-tensorflow.ts'];
  const env = { ...process.env, NODE_OPTIONS: JEST_NODE_OPTIONS, TF_CPP_MIN_LOG_LEVEL: '2' };
  const { status } = spawnSync(process.execPath, [jest, ...match, '--reporters', 'default'], {
    cwd: here(`../packages/${name}`),
    env,
    stdio: 'inherit',
  });
  return status === 0;
}

if (!reportBackend()) process.exitCode = 1;
else if (!PACKAGES.map(runSuite).every(Boolean)) process.exitCode = 1;
