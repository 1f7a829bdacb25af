// A worker thread that fails on its first chunk.
import { parentPort } from 'node:worker_threads';

parentPort.on('message', () => {
  throw new Error('out of order');
});
