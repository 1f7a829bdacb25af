// A thread that counts words: range after range into one table, which it hands over at the end.
import { parentPort, workerData } from 'node:worker_threads';

import { CorpusError } from '../errors.ts';
import { WordScanner } from '../train/word-scanner.ts';
import type { CountReply, CountRequest, CountWorkerData } from './count-messages.ts';
import { countRange } from './count-range.ts';

const port = parentPort;
if (port === null) throw new Error('count-worker runs in a worker thread only.');

const scanner = new WordScanner((workerData as CountWorkerData).classes);
const buffer = new Uint8Array(1 << 20);

const reply = (message: CountReply, transfer: ArrayBuffer[] = []): void => {
  port.postMessage(message, transfer);
};

port.on('message', (request: CountRequest) => {
  if (request.kind === 'finish') {
    const table = scanner.table.toData();
    const { pool, ends, counts, marks, slots } = table;
    const buffers = [pool, ends, counts, marks, slots].map((array) => array.buffer);
    reply({ kind: 'counted', table, totals: scanner.totals }, buffers);
    port.close();
    return;
  }
  try {
    countRange(request.range, scanner, buffer);
    reply({ kind: 'ready' });
  } catch (error) {
    if (!(error instanceof CorpusError)) throw error;
    reply({ kind: 'failed', file: error.file, problem: error.problem });
  }
});

reply({ kind: 'ready' });
