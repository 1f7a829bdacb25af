// Learns the same vocabulary with Malmoi and with Hugging Face tokenizers in turn; prints times, peak
// memory and how far the vocabularies agree. See README.md.
import { execFile } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';

const { values, positionals: files } = parseArgs({
  allowPositionals: true,
  options: {
    runs: { type: 'string', default: '5' },
    threads: { type: 'string', default: '2' },
    'vocab-size': { type: 'string', default: '20000' },
    uncased: { type: 'boolean', default: false },
  },
});
const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const python = process.env.PYTHON ?? 'python3';
const run = promisify(execFile);

const settings = {
  vocabSize: Number(values['vocab-size']),
  minFrequency: 2,
  // High enough to keep every character in both.
  limitAlphabet: 100_000,
  lowercase: values.uncased,
  threads: Number(values.threads),
};

/** Runs one training; undefined when the program is not there. */
async function train(command, script) {
  const args = [here(script), JSON.stringify(settings), ...files];
  const { stdout } = await run(command, args, { maxBuffer: 1 << 28 });
  return JSON.parse(stdout);
}

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];

function row(name, results) {
  const seconds = results.map((result) => result.seconds);
  const cpuSeconds = results.map((result) => result.cpuSeconds);
  const megabytes = Math.max(...results.map((result) => result.megabytes));
  return {
    '': name,
    'median s': median(seconds).toFixed(2),
    'minimum s': Math.min(...seconds).toFixed(2),
    'median CPU s': median(cpuSeconds).toFixed(2),
    'peak MB': megabytes.toFixed(0),
  };
}

function jaccard(a, b) {
  const others = new Set(b);
  const common = a.filter((token) => others.has(token)).length;
  return common / (a.length + b.length - common);
}

const characters = (tokens) => tokens.filter((token) => [...token].length === 1).join('');

if (files.length === 0) throw new Error('Name the files to learn from: node run.mjs FILE...');
if (!existsSync(here('../../packages/wordpiece/dist/node.js'))) {
  throw new Error('Build first: npx nx build wordpiece');
}
const hasPeer = await run(python, ['-c', 'import tokenizers']).then(
  () => true,
  () => false,
);
if (!hasPeer)
  console.log(`${python} has no tokenizers: our column alone. Set PYTHON to one that has.`);

const ours = [];
const theirs = [];
for (let i = 0; i < Number(values.runs); i++) {
  ours.push(await train(process.execPath, 'train.mjs'));
  if (hasPeer) theirs.push(await train(python, 'peer.py'));
}

const megabytes = files.reduce((sum, file) => sum + statSync(file).size, 0) / 1e6;
console.log(`${cpus()[0]?.model.trim()}, ${cpus().length} cores; Node.js ${process.versions.node}`);
console.log(`${megabytes.toFixed(1)} MB, ${JSON.stringify(settings)}, ${values.runs} runs in turn`);
const rows = [row('Malmoi', ours)];
if (hasPeer) rows.push(row(`tokenizers ${theirs[0].version}`, theirs));
console.table(rows);
const same = ours.every(({ tokens }) => tokens.join('\n') === ours[0].tokens.join('\n'));
console.log(`our vocabulary is the same in every run: ${same}`);
if (hasPeer) {
  const ratio = (pick) =>
    (pick(theirs.map(({ seconds }) => seconds)) / pick(ours.map(({ seconds }) => seconds))).toFixed(
      2,
    );
  console.log(
    `times as fast: median ${ratio(median)}, minimum ${ratio((all) => Math.min(...all))}\n` +
      `Jaccard of ours and theirs: ${theirs.map(({ tokens }) => jaccard(ours[0].tokens, tokens).toFixed(4)).join(' ')}\n` +
      `Jaccard of two of theirs: ${theirs.length > 1 ? jaccard(theirs[0].tokens, theirs[1].tokens).toFixed(4) : '-'}\n` +
      `same alphabet: ${characters(ours[0].tokens) === characters(theirs[0].tokens)}`,
  );
}
