// Measures how long a sparse file of 10 GB (1,000 tensors) takes to open and to give one tensor.
//
// From packages/safetensors:
//     node --import ../../tools/src/register-typescript.mjs test/reference/measure-open.ts

import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';

import { openSafetensorsFile } from '../../src/node.ts';

const TENSORS = 1000;
const BYTES_PER_TENSOR = 10_000_000;
const RUNS = 21;

const folder = await mkdtemp(join(tmpdir(), 'malmoi-measure-'));
try {
  const path = join(folder, 'sparse.safetensors');
  await writeSparseFile(path);
  const rssBefore = process.memoryUsage.rss();
  const openTimes: number[] = [];
  const readTimes: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    const start = performance.now();
    const reader = await openSafetensorsFile(path);
    const opened = performance.now();
    const { bytes } = await reader.tensor(`layer.${TENSORS - 1}.weight`);
    const read = performance.now();
    await reader.close();
    if (bytes.length !== BYTES_PER_TENSOR) throw new Error('read another tensor');
    openTimes.push(opened - start);
    readTimes.push(read - opened);
  }
  const rss = (process.memoryUsage.rss() - rssBefore) / 1e6;
  process.stdout.write(
    `open: median ${median(openTimes).toFixed(2)} ms, first ${(openTimes[0] ?? NaN).toFixed(2)} ms; ` +
      `one tensor of 10 MB: median ${median(readTimes).toFixed(2)} ms; resident memory +${rss.toFixed(0)} MB\n`,
  );
} finally {
  await rm(folder, { recursive: true });
}

async function writeSparseFile(path: string): Promise<void> {
  const entries = Array.from({ length: TENSORS }, (_, i) => {
    const begin = i * BYTES_PER_TENSOR;
    const shape = [BYTES_PER_TENSOR / 4];
    const info = { dtype: 'F32', shape, data_offsets: [begin, begin + BYTES_PER_TENSOR] };
    return [`layer.${i}.weight`, info] as const;
  });
  const header = new TextEncoder().encode(JSON.stringify(Object.fromEntries(entries)));
  const head = new Uint8Array(8 + header.length);
  new DataView(head.buffer).setBigUint64(0, BigInt(header.length), true);
  head.set(header, 8);
  await writeFile(path, head);
  await truncate(path, head.length + TENSORS * BYTES_PER_TENSOR);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}
