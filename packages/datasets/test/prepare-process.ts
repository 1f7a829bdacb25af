// A process of its own for prepare.test.ts: prepares the example corpus, and is killed the hard way as soon as so many
// files are there. A thread watches, since the event loop that writes them might not come to it in time.
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { Worker } from 'node:worker_threads';

import { prepareDocuments } from '../src/node/prepare/prepare-documents.ts';
import type { PrepareOptions } from '../src/node/prepare/prepare-options.ts';
import { exampleDocuments, exampleTokenizer, inputOf } from './prepare-inputs.ts';

const [folder = '', options = '{}', files = '0'] = process.argv.slice(2);

const WATCH = `
  const { readdirSync } = require('node:fs');
  const { parentPort, workerData } = require('node:worker_threads');
  parentPort.postMessage('watching');
  while (readdirSync(workerData.folder).length < workerData.files);
  process.kill(process.pid, 'SIGKILL');
`;

mkdirSync(folder, { recursive: true });
const watcher = new Worker(WATCH, { eval: true, workerData: { folder, files: Number(files) } });
await once(watcher, 'message');
await prepareDocuments(
  inputOf(exampleDocuments(200)),
  exampleTokenizer,
  folder,
  JSON.parse(options) as PrepareOptions,
);
await watcher.terminate();
