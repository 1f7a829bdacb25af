// One measurement of the native backend's kernels and of the machine's limits, in a process of its own: prints one
// line of JSON. Usage: node ours.mjs SETTINGS (JSON: rows, instructionSet, threads, seconds)
import * as tf from '@tensorflow/tfjs-core';

import { startBackend } from '../start-backend.mjs';
import { timeCalls } from '../time-calls.mjs';
import { measureLimits } from './limits.mjs';
import { prepareRow } from './native-kernels.mjs';

const { rows, instructionSet, threads, seconds } = JSON.parse(process.argv.at(-1));
const start = (precision) =>
  startBackend({ backend: 'native', precision, threads, instructionSet });

const { packageName } = await start('float32');
const { current, hasBfloat16 } = tf.backend().addon.instructionSets();
const precisions = hasBfloat16 ? ['float32', 'bfloat16'] : ['float32'];
const limits = measureLimits({ seconds, threads, precisions });

const milliseconds = {};
for (const row of rows.filter(({ precision }) => precisions.includes(precision))) {
  await start(row.precision);
  const { call, release, dispose } = prepareRow(row);
  milliseconds[row.name] = timeCalls(call, { seconds, release, warmUp: row.copies + 1 });
  dispose();
}
console.log(JSON.stringify({ milliseconds, limits, version: `${packageName}, ${current}` }));
