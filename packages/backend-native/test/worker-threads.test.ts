// Several JavaScript threads of a process compute at the same time, each with an engine and a backend of its own, on the one
// pool of threads that the process has: the results are those of one thread alone, and a thread that is terminated in the
// middle leaves the others able to go on.
import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import { setBackend } from '@tensorflow/tfjs-core';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

import { expectEqualBits, useThreads } from './bits.ts';
import { instructionSets, registerBackends } from './support/backends.ts';
import { computeGradients } from './support/computation.ts';
import type { GradientsTask } from './support/gradients-process.ts';

const TIMES = 5;

// Each worker loads the sources anew, which takes long on a busy machine.
jest.setTimeout(300_000);

beforeAll(registerBackends);

function startWorker(seed: number, times: number): Worker {
  const options = { precision: 'float32', threads: 2, guard: true } as const;
  const task: GradientsTask = { options, seed, times };
  return new Worker(new URL('./support/gradients-process.ts', import.meta.url), {
    workerData: task,
  });
}

/** Everything that a worker posts until it ends by itself. */
async function collect(worker: Worker): Promise<Float32Array[][]> {
  const results: Float32Array[][] = [];
  worker.on('message', (gradients: Float32Array[]) => results.push(gradients));
  const [code] = (await once(worker, 'exit')) as [number];
  expect(code).toBe(0);
  return results;
}

function expectGradients(results: readonly Float32Array[][], seed: number): void {
  expect(results).toHaveLength(TIMES);
  for (const [i, gradients] of results.entries()) {
    const expected = computeGradients(seed + i);
    expect(gradients).toHaveLength(expected.length);
    for (const [j, values] of gradients.entries()) expectEqualBits(values, expected[j]);
  }
}

describe('worker threads', () => {
  test('compute at the same time what each computes alone', async () => {
    const seeds = [100, 200];
    const workers = seeds.map((seed) => collect(startWorker(seed, TIMES)));
    // This thread takes part.
    const own = Array.from({ length: TIMES }, (_, i) => computeGradients(i));
    const results = await Promise.all(workers);
    for (const [i, seed] of seeds.entries()) expectGradients(results[i] ?? [], seed);
    expectGradients(own, 0);
  });

  test('that are terminated in the middle leave the others able to go on', async () => {
    const expected = computeGradients(1);
    for (let i = 0; i < 2; i++) {
      const worker = startWorker(i, Infinity);
      await once(worker, 'message');
      await worker.terminate();
      const again = computeGradients(1);
      for (const [j, values] of again.entries()) expectEqualBits(values, expected[j]);
    }
  });
});

test('the number of threads changes no bit of a loss and its gradients', async () => {
  await setBackend('native');
  for (const instructionSet of instructionSets()) {
    const [first = [], ...others] = [1, 2, 3, 8].map((threads) => {
      useThreads(instructionSet, threads);
      return computeGradients(5);
    });
    expect(first.length).toBeGreaterThan(0);
    for (const other of others) {
      for (const [i, values] of other.entries()) expectEqualBits(values, first[i]);
    }
  }
});
