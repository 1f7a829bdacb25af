// A process of its own for folder-lock.test.ts: takes the lock of a folder when told to, reports, and holds it
// until told to end.
import { lockFolder } from '../src/node/folder-lock.ts';

const [folder = ''] = process.argv.slice(2);
const told = (): Promise<unknown> => new Promise((resolve) => process.once('message', resolve));

process.send?.('ready');
await told();
try {
  const lock = await lockFolder(folder);
  process.send?.('locked');
  await told();
  await lock.release();
} catch (error) {
  process.send?.(error instanceof Error ? error.name : 'unknown');
  await told();
}
process.disconnect();
