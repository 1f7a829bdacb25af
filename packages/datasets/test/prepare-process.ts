// A process of its own for prepare.test.ts: prepares the example corpus, and kills itself the hard way when so many
// files have been written.
import { mkdirSync, readdirSync } from 'node:fs';

import { prepareDocuments } from '../src/node/prepare/prepare-documents.ts';
import type { PrepareOptions } from '../src/node/prepare/prepare-options.ts';
import { exampleDocuments, exampleTokenizer, inputOf } from './prepare-inputs.ts';

const [folder = '', options = '{}', files = '0'] = process.argv.slice(2);

mkdirSync(folder, { recursive: true });
const watch = setInterval(() => {
  if (readdirSync(folder).length >= Number(files)) process.kill(process.pid, 'SIGKILL');
}, 1);
await prepareDocuments(
  inputOf(exampleDocuments(200)),
  exampleTokenizer,
  folder,
  JSON.parse(options) as PrepareOptions,
);
clearInterval(watch);
