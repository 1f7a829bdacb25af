// A worker thread that ends on its first chunk, as one killed by the system would.
import { parentPort } from 'node:worker_threads';

parentPort.on('message', () => process.exit(7));
