// Encodes the same text with Malmoi, Hugging Face tokenizers (Rust) and @huggingface/tokenizers
// (JavaScript) in turn; prints throughput, and whether all ids are equal. See README.md.
import { execFile } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';

const { values, positionals: files } = parseArgs({
  allowPositionals: true,
  options: { tokenizer: { type: 'string' }, runs: { type: 'string', default: '5' } },
});
const { tokenizer } = values;
const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const python = process.env.PYTHON ?? 'python3';
const run = promisify(execFile);

if (tokenizer === undefined || files.length === 0) {
  throw new Error('Usage: node run.mjs --tokenizer FOLDER FILE... (FOLDER with tokenizer.json)');
}
if (!existsSync(here('../../packages/wordpiece/dist/node.js'))) {
  throw new Error('Build first: npx nx build wordpiece');
}
const peerVersion = await run(python, [
  '-c',
  'import tokenizers; print(tokenizers.__version__)',
]).then(
  ({ stdout }) => stdout.trim(),
  () => undefined,
);

const ours = (mode, threads) => [process.execPath, here('ours.mjs'), mode, tokenizer, threads];
const theirs = (threads) => [python, here('peer.py'), tokenizer, threads];
const contestants = [
  { name: 'Malmoi encodeToIds, 1 thread', command: ours('lines', '0') },
  { name: 'Malmoi encodeFiles, 1 worker', command: ours('files', '1') },
  { name: 'Malmoi encodeFiles, 2 workers', command: ours('files', '2') },
  { name: '@huggingface/tokenizers (JS)', command: ours('huggingface', '0') },
];
if (peerVersion === undefined) {
  console.log(`${python} has no tokenizers: no Rust column. Set PYTHON to one that has.`);
} else {
  contestants.push(
    { name: `tokenizers ${peerVersion}, 1 thread`, command: theirs('1') },
    { name: `tokenizers ${peerVersion}, 2 threads`, command: theirs('2') },
  );
}

const results = contestants.map(() => []);
for (let i = 0; i < Number(values.runs); i++) {
  for (const [index, { command }] of contestants.entries()) {
    const [program, ...args] = command;
    const { stdout } = await run(program, [...args, ...files], { maxBuffer: 1 << 24 });
    results[index].push(JSON.parse(stdout));
  }
}

const megabytes = files.reduce((sum, file) => sum + statSync(file).size, 0) / 1e6;
const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
const speed = (seconds) => (megabytes / seconds).toFixed(1);

console.log(`${cpus()[0]?.model.trim()}, ${cpus().length} cores; Node.js ${process.versions.node}`);
console.log(`${megabytes.toFixed(1)} MB of text, ${values.runs} runs in turn`);
console.table(
  contestants.map(({ name }, index) => {
    const seconds = results[index].map((result) => result.seconds);
    const cpuSeconds = results[index].map((result) => result.cpuSeconds);
    return {
      '': name,
      'median MB/s': speed(median(seconds)),
      'best MB/s': speed(Math.min(...seconds)),
      'median MB per CPU second': speed(median(cpuSeconds)),
      'best MB per CPU second': speed(Math.min(...cpuSeconds)),
    };
  }),
);
for (const [index, { name }] of contestants.entries()) {
  const same = results[index].every(({ checksum }) => checksum === results[0][0].checksum);
  console.log(`${name}: the same ids as Malmoi: ${same}`);
}
