// Measures single kernels of the native backend against what the machine can do at most, which is measured in the same
// run, and beside PyTorch where PYTHON is set. See README.md.
// Usage: node run.mjs [--only PATTERN] [--rounds 3] [--seconds 1] [--threads N] [--isa NAME] [--json FILE]
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import {
  contestFlags,
  contestLine,
  requireBuild,
  runContest,
  shown,
  summarize,
} from '../contest.mjs';
import { kernelRows } from './rows.mjs';

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const { PYTHON } = process.env;

/** Names of the limits in the report. */
const LIMITS = {
  float32: 'float32 multiply-adds',
  bfloat16: 'bfloat16 multiply-adds',
  read: 'memory, read',
  update: 'memory, update',
};

const { values } = parseArgs({
  options: {
    ...contestFlags,
    only: { type: 'string', default: '' },
    seconds: { type: 'string', default: '1' },
    isa: { type: 'string' },
    json: { type: 'string' },
  },
});
const pattern = new RegExp(values.only, 'iu');
const rows = kernelRows.filter(({ name }) => pattern.test(name));
if (rows.length === 0) {
  const names = kernelRows.map(({ name }) => `\n  ${name}`).join('');
  throw new Error(`--only: no row has "${values.only}" in its name; there are${names}`);
}
requireBuild();

const settings = { rows, seconds: Number(values.seconds), threads: Number(values.threads) };
const contestants = [
  {
    name: 'Malmoi',
    command: [process.execPath, here('ours.mjs')],
    settings: { ...settings, instructionSet: values.isa },
  },
];
if (PYTHON === undefined) console.log('Without PyTorch: set PYTHON to a Python that has torch.');
else contestants.push({ name: 'torch', command: [PYTHON, here('peer.py')], settings });

console.log(contestLine(values));
const entries = await runContest(contestants, Number(values.rounds));
const ours = entries.find(({ name }) => name === 'Malmoi');
if (ours === undefined) throw new Error('There is nothing to compare: Malmoi was left out.');
report(ours.results, entries.find(({ name }) => name === 'torch')?.results);

function report(results, peerResults) {
  const limits = bestLimits(results);
  const measured = rows.filter(({ name }) => name in results[0].milliseconds);
  const figures = measured.map((row) => figuresOf(row, limits, results, peerResults));
  const versions = [results, peerResults].flatMap((each) => each?.[0].version ?? []);
  console.log(versions.join('; '));
  console.table(limitTable(limits));
  console.table(figures.map(tableRow));
  if (measured.length < rows.length) {
    console.log(`Rows left out for want of bfloat16: ${rows.length - measured.length}.`);
  }
  if (figures.some(({ limit, share }) => limit === 'operations' && share > 1)) {
    console.log('A share above 100 %: others used the processor while its limit was measured.');
  }
  if (values.json === undefined) return;
  const document = { machine: contestLine(values), versions, limits, rows: figures };
  writeFileSync(values.json, `${JSON.stringify(document, undefined, 2)}\n`);
}

/** Operations or bytes per second: the best of all rounds. */
function bestLimits(results) {
  const names = Object.keys(results[0].limits);
  return Object.fromEntries(
    names.map((name) => [name, Math.max(...results.map(({ limits }) => limits[name]))]),
  );
}

/** Times of all rounds; `rate` is operations or bytes per second of the best call, `share` that of the limit. */
function figuresOf({ name, precision, limit, work }, limits, results, peerResults) {
  const times = (of) => summarize(of.map(({ milliseconds }) => milliseconds[name]));
  const { median, minimum } = times(results);
  const rate = (work / minimum) * 1000;
  const share = rate / limits[limit === 'operations' ? precision : limit];
  const figures = { name, limit, median, minimum, rate, share };
  return peerResults === undefined ? figures : { ...figures, peer: times(peerResults) };
}

function unitOf(limit) {
  return limit === 'read' || limit === 'update' ? 'GB/s' : 'GFLOP/s';
}

function limitTable(limits) {
  return Object.entries(limits).map(([name, rate]) => ({
    limit: LIMITS[name],
    rate: `${shown(rate / 1e9)} ${unitOf(name)}`,
  }));
}

function tableRow({ name, limit, median, minimum, rate, share, peer }) {
  return {
    kernel: name,
    'best ms': shown(minimum),
    'median ms': shown(median),
    rate: `${shown(rate / 1e9)} ${unitOf(limit)}`,
    '% of limit': (100 * share).toFixed(0),
    ...(peer && {
      'torch best ms': shown(peer.minimum),
      'torch median ms': shown(peer.median),
      'times torch': (peer.median / median).toFixed(2),
    }),
  };
}
