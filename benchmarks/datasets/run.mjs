// Prepares the same corpus with Malmoi and with Python in turn, builds next-sentence examples from it and masks
// them; prints rates. See README.md. Usage: node run.mjs [--runs N] [--threads N] FILE
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    runs: { type: 'string', default: '3' },
    threads: { type: 'string', default: '2' },
    'vocab-size': { type: 'string', default: '20000' },
  },
});
const [file] = positionals;
const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const python = process.env.PYTHON ?? 'python3';
const run = promisify(execFile);

if (file === undefined) throw new Error('Name a file, one sentence a line: node run.mjs FILE');
if (!existsSync(here('../../packages/datasets/dist/node.js'))) {
  throw new Error('Build first: npx nx build datasets');
}
const { trainWordPiece, saveTo } = await import('@malmoi/wordpiece/node');
const { WordPieceTokenizer } = await import('@malmoi/wordpiece');

const folder = mkdtempSync(join(tmpdir(), 'malmoi-bench-'));
try {
  const options = {
    vocabSize: Number(values['vocab-size']),
    lowercase: false,
    stripAccents: false,
  };
  const trained = await trainWordPiece({ files: [file] }, options);
  await saveTo(WordPieceTokenizer.fromTrained(trained), folder);
  const peerThere = await run(python, ['-c', 'import transformers, torch']).then(
    () => true,
    () => false,
  );
  if (!peerThere) {
    console.log(
      `${python} has no transformers and torch: our column alone. Set PYTHON to one that has.`,
    );
  }
  const measure = async (command, script) => {
    const args = [here(script), folder, file, values.threads];
    return JSON.parse((await run(command, args, { maxBuffer: 1 << 26 })).stdout);
  };
  const ours = [];
  const theirs = [];
  for (let i = 0; i < Number(values.runs); i++) {
    ours.push(await measure(process.execPath, 'ours.mjs'));
    if (peerThere) theirs.push(await measure(python, 'peer.py'));
  }
  print(ours, theirs);
} finally {
  rmSync(folder, { recursive: true });
}

function print(ours, theirs) {
  const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
  const megabytes = (statSync(file).size / 1e6).toFixed(1);
  console.log(
    `${cpus()[0]?.model.trim()}, ${cpus().length} cores; Node.js ${process.versions.node}`,
  );
  console.log(
    `${megabytes} MB, ${values.threads} threads, ${values.runs} runs in turn; medians (best)`,
  );
  const rows = Object.entries({
    'tokenize, MB/s; Python a line at a time': 'tokenizeByLine',
    'tokenize, MB/s; Python in batches': 'tokenizeByBatch',
    'NSP examples, tokenized before, per s': 'examplesPerSecond',
    'NSP examples, tokenizing included, per s': 'examplesWithTokenizingPerSecond',
    'MLM collation, tokens/s': 'collatedTokensPerSecond',
    'peak memory, MB': 'peakMegabytes',
  }).map(([label, key]) => {
    const best = key === 'peakMegabytes' ? Math.min : Math.max;
    const column = (results) => {
      const figures = results.map((result) => result[key]);
      const shown = (value) =>
        value.toLocaleString('en-US', { maximumFractionDigits: value < 100 ? 1 : 0 });
      return figures.length === 0 ? '-' : `${shown(median(figures))} (${shown(best(...figures))})`;
    };
    const ratio = median(ours.map((r) => r[key])) / median(theirs.map((r) => r[key]));
    return {
      '': label,
      Malmoi: column(ours),
      Python: column(theirs),
      ratio: Number.isNaN(ratio) ? '-' : ratio.toFixed(1),
    };
  });
  console.table(rows);
}
