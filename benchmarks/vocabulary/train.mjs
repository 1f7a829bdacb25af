// One training in a process of its own, so that its peak memory is its own: prints one line of JSON.
// Usage: node train.mjs SETTINGS.json FILE... (settings as run.mjs writes them)
import { performance } from 'node:perf_hooks';
import { cpuUsage, resourceUsage } from 'node:process';

const [settings, ...files] = process.argv.slice(2);
const { vocabSize, minFrequency, limitAlphabet, lowercase, threads } = JSON.parse(settings);
const { trainWordPiece } = await import(
  new URL('../../packages/wordpiece/dist/node.js', import.meta.url).href
);

const start = performance.now();
const cpu = cpuUsage();
const { tokens } = await trainWordPiece(
  { files },
  { vocabSize, minFrequency, limitAlphabet, lowercase, stripAccents: lowercase, threads },
);
const seconds = (performance.now() - start) / 1000;
const { user, system } = cpuUsage(cpu);
const megabytes = resourceUsage().maxRSS / 1024;
console.log(JSON.stringify({ seconds, cpuSeconds: (user + system) / 1e6, megabytes, tokens }));
