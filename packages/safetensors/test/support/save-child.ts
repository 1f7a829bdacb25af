// A process that saves, to be killed or refused by the operating system while it does. Arguments: what to
// save (`file`, `model` or `folder`) and where. Prints the typed error and exits with 3 when there is one.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import {
  DurableWriteError,
  saveSafetensorsFile,
  saveSafetensorsModel,
  writeFolderDurably,
} from '../../src/node.ts';
import { NEW_TENSORS } from './two-models.ts';

const [, , what, path = ''] = process.argv;

try {
  if (what === 'file') await saveSafetensorsFile(path, NEW_TENSORS);
  else if (what === 'model') await saveSafetensorsModel(path, NEW_TENSORS, { maxShardSize: 4096 });
  else await writeFolderDurably(path, (folder) => writeFile(join(folder, 'a'), 'new'));
} catch (error) {
  if (!(error instanceof DurableWriteError)) throw error;
  process.stdout.write(JSON.stringify({ message: error.message, errno: error.errno }));
  process.exitCode = 3;
}
