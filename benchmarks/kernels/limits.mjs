// What the machine can do at most, measured beside the kernels: multiply-adds that stay in registers, and memory read
// from beginning to end, alone or while it is written.
import * as tf from '@tensorflow/tfjs-core';

import { summarize } from '../contest.mjs';
import { timeCalls } from '../time-calls.mjs';

/** Floating-point operations of a round; kOperationsPerRound of limit_kernels.h. */
const OPERATIONS_PER_ROUND = 3 * 2 ** 16;
/** Elements of an array that no cache holds: 256 MB. */
const STREAM_SIZE = 2 ** 26;
/** Tasks for each thread, so that one which is interrupted does not keep the others waiting. */
const TASKS = 16;
/** How long a call of multiply-adds is to take, about. */
const CALL_MILLISECONDS = 5;

/**
 * Operations or bytes per second, the best of `seconds` each, by the name of the limit.
 *
 * @param {{ seconds: number, threads: number, precisions: string[] }} settings
 */
export function measureLimits({ seconds, threads, precisions }) {
  const { addon } = tf.backend();
  const tasks = TASKS * threads;
  const rate = (work, call) => (work / fastest(call, seconds)) * 1000;
  const multiplied = precisions.map((precision) => [
    precision,
    multiplicationRate(addon, precision === 'bfloat16' ? 1 : 0, tasks, rate),
  ]);
  return { ...Object.fromEntries(multiplied), ...memoryRates(addon, tasks, rate) };
}

function multiplicationRate(addon, precisionCode, tasks, rate) {
  const results = new Float32Array(tasks);
  const multiply = (rounds) => () => addon.multiplyAdds(precisionCode, tasks, rounds, results);
  // So many rounds that the beginning and the end of a call, when not all threads work, do not count.
  const rounds = Math.ceil((CALL_MILLISECONDS / fastest(multiply(64), 0.05)) * 64);
  return rate(tasks * rounds * OPERATIONS_PER_ROUND, multiply(rounds));
}

/** Milliseconds of the fastest call. */
function fastest(call, seconds) {
  return summarize(timeCalls(call, { seconds })).minimum;
}

function memoryRates(addon, tasks, rate) {
  const backend = tf.backend();
  const tensors = [0, 1].map(() => backend.emptyFloats([STREAM_SIZE]));
  const [x, y] = tensors.map((tensor) => backend.floats(tensor).fill(1));
  const sums = new Float32Array(tasks);
  const bytes = x.byteLength;
  const rates = {
    read: rate(bytes, () => addon.sumParts(STREAM_SIZE, tasks, x, sums)),
    update: rate(3 * bytes, () => addon.addScaled(STREAM_SIZE, tasks, 1e-3, x, y)),
  };
  for (const { dataId } of tensors) backend.disposeData(dataId);
  backend.dispose();
  return rates;
}
