// The clock of our side: a call over and over for some seconds.
import { performance } from 'node:perf_hooks';

const FEWEST = 3;

/**
 * Milliseconds of each call of `call`, after `warmUp` calls that are not counted, until they add up to `seconds`; three at
 * least. `release` gets what a call returned, outside of its time.
 */
export function timeCalls(call, { seconds, warmUp = 2, release = () => undefined }) {
  for (let i = 0; i < warmUp; i++) release(call());
  const milliseconds = [];
  let total = 0;
  while (milliseconds.length < FEWEST || total < seconds * 1000) {
    const start = performance.now();
    const result = call();
    const time = performance.now() - start;
    release(result);
    milliseconds.push(time);
    total += time;
  }
  return milliseconds;
}
