// One measurement of Malmoi's pretraining step, in a process of its own: prints one line of JSON.
// Usage: node ours.mjs SETTINGS (JSON: sizes, batchSize, length, backend, precision, threads, seconds)
import { resourceUsage } from 'node:process';

import { startBackend } from '../start-backend.mjs';
import { trainSteps } from './training-step.mjs';

/** Steps that are not counted: memory is taken and code compiled in them. */
const WARM_UP = 2;
const FEWEST = 2;

const settings = JSON.parse(process.argv.at(-1));
const { packageName, device } = await startBackend(settings);
const milliseconds = [];
const cpuMilliseconds = [];
let steps = 0;
const loss = await trainSteps(settings, (time, cpuTime) => {
  if (steps++ >= WARM_UP) {
    milliseconds.push(time);
    cpuMilliseconds.push(cpuTime);
  }
  const total = milliseconds.reduce((sum, each) => sum + each, 0);
  return milliseconds.length < FEWEST || total < settings.seconds * 1000;
});
const megabytes = resourceUsage().maxRSS / 1024;
console.log(
  JSON.stringify({
    milliseconds,
    cpuMilliseconds,
    megabytes,
    loss,
    version: `${packageName}, ${device}`,
  }),
);
