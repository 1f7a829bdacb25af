// Prints the corpus as JSON lines (name and base64) for verdicts.py.

import { CORPUS } from '../support/corpus.ts';

for (const { name, bytes } of CORPUS) {
  process.stdout.write(
    `${JSON.stringify({ name, base64: Buffer.from(bytes).toString('base64') })}\n`,
  );
}
