// Kills a process that saves a model over another one, at every system call by which it changes the folder,
// and asks each time which model is there. Linux with strace, and the built packages:
//
//   npx nx build checkpoint && node tools/kill-saves.mjs
//
// Exits with 1 unless it was the old model or the new one, whole, every time. packages/checkpoint/test does
// the same without strace, with a file system that stops working.
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

// Loaded by name when this runs: a user of what was built, and no part of the workspace's graph.
const load = (name) => import(name);
const { createBertConfig, createModel } = await load('@malmoi/bert-model');
const { loadCheckpoint, saveCheckpoint } = await load('@malmoi/checkpoint');
const tf = await load('@tensorflow/tfjs-core');
await load('@tensorflow/tfjs-backend-cpu');

const CALLS = ['fsync', 'rename', 'unlink', 'unlinkat', 'rmdir', 'mkdir', 'pwrite64'];
const SIZES = {
  vocabSize: 32,
  hiddenSize: 8,
  numHiddenLayers: 1,
  numAttentionHeads: 2,
  intermediateSize: 8,
};
const config = createBertConfig({ ...SIZES, maxPositionEmbeddings: 16 });

/** The model of a seed: the old one has 1, the new one 2. */
const modelOf = (seed) => createModel('BertModel', config, { seed });

/** Old: one file. New: shards, over it. */
async function saveNew(folder) {
  await saveCheckpoint(folder, modelOf(2), undefined, { overwrite: true, maxShardSize: 3000 });
}

async function whichModel(folder) {
  const { model } = await loadCheckpoint(folder);
  const state = model.stateDict();
  model.dispose();
  for (const [name, seed] of [
    ['old', 1],
    ['new', 2],
  ]) {
    const reference = modelOf(seed);
    const isEqual = [...reference.stateDict()].every(([weight, { data }]) =>
      data.every((value, i) => value === state.get(weight)?.data[i]),
    );
    reference.dispose();
    if (isEqual) return name;
  }
  return 'NEITHER';
}

/** Runs the save under strace. One thread for files, so that calls come in one order. */
function runSave(folder, straceArguments) {
  const command = [process.execPath, fileURLToPath(import.meta.url), folder];
  const env = { ...process.env, UV_THREADPOOL_SIZE: '1' };
  return spawnSync('strace', ['-f', '-qq', ...straceArguments, ...command], {
    env,
    encoding: 'utf8',
  });
}

/** Every call that names the folder: which, and the how-manieth of its kind in its thread. */
function callsOf(log, folder) {
  const counts = new Map();
  const calls = [];
  for (const line of log.split('\n')) {
    const [, thread, call] = /^(\d+) +(\w+)\(/.exec(line) ?? [];
    if (call === undefined) continue;
    const count = (counts.get(thread + call) ?? 0) + 1;
    counts.set(thread + call, count);
    if (line.includes(folder)) calls.push([call, count]);
  }
  return calls;
}

async function main() {
  const root = mkdtempSync(join(tmpdir(), 'malmoi-kill-'));
  const copy = (name) => {
    cpSync(join(root, 'old'), join(root, name), { recursive: true });
    return join(root, name);
  };
  try {
    await saveCheckpoint(join(root, 'old'), modelOf(1));
    const log = join(root, 'calls.log');
    runSave(copy('traced'), ['-y', '-e', `trace=${CALLS.join(',')}`, '-o', log]);
    const calls = callsOf(readFileSync(log, 'utf8'), join(root, 'traced'));
    const found = [];
    for (const [index, [call, count]] of calls.entries()) {
      const folder = copy(`killed-${index}`);
      const { signal, status } = runSave(folder, [
        '-e',
        `trace=${call}`,
        '-o',
        '/dev/null',
        '-e',
        `inject=${call}:signal=KILL:when=${count}`,
      ]);
      const killed = signal === 'SIGKILL' || status === 137;
      found.push(killed ? await whichModel(folder) : 'NOT KILLED');
      console.log(`${call} ${count}: ${found.at(-1)}`);
    }
    const tally = new Map(
      [...new Set(found)].map((name) => [name, found.filter((each) => each === name)]),
    );
    console.log(
      `${found.length} calls:`,
      [...tally].map(([name, list]) => `${name} ${list.length}`).join(', '),
    );
    if (!found.includes('old') || !found.includes('new') || tally.size !== 2) process.exitCode = 1;
  } finally {
    rmSync(root, { recursive: true });
  }
}

tf.env().set('IS_TEST', true); // tfjs would advise another backend
await tf.setBackend('cpu');
const [, , folder] = process.argv;
if (folder === undefined) {
  execFileSync('strace', ['--version'], { stdio: 'ignore' });
  await main();
} else {
  await saveNew(folder);
}
