// Prepares a generated corpus of any size in a process of its own and prints the peak of its resident memory.
// Usage: node memory.mjs [--gigabytes 2] [--threads 2] [--folder DIR]
import { Buffer } from 'node:buffer';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { resourceUsage } from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { Random } from '@malmoi/datasets';
import { prepareCorpus, reportLines } from '@malmoi/datasets/node';
import { sampleCorpus } from '@malmoi/datasets/sample';
import { WordPieceTokenizer } from '@malmoi/wordpiece';
import { fromFolder, saveTo, trainWordPiece } from '@malmoi/wordpiece/node';

const { values } = parseArgs({
  options: {
    gigabytes: { type: 'string', default: '2' },
    threads: { type: 'string', default: '2' },
    folder: { type: 'string', default: tmpdir() },
    // What the process of its own is called with.
    run: { type: 'string' },
  },
});

if (values.run === undefined) await generateAndMeasure();
else await prepare(values.run);

async function generateAndMeasure() {
  const folder = mkdtempSync(join(values.folder, 'malmoi-memory-'));
  try {
    const corpus = join(folder, 'corpus.txt');
    const bytes = await writeCorpus(corpus, Number(values.gigabytes) * 1e9);
    const options = { vocabSize: 8000, lowercase: false, stripAccents: false };
    const sentences = [...sampleCorpus({ split: 'train' })].flat();
    mkdirSync(join(folder, 'tokenizer'));
    await saveTo(
      WordPieceTokenizer.fromTrained(await trainWordPiece(sentences, options)),
      join(folder, 'tokenizer'),
    );
    console.log(
      `${(bytes / 1e9).toFixed(2)} GB generated; preparing with ${values.threads} threads`,
    );
    const args = [fileURLToPath(import.meta.url), '--run', folder, '--threads', values.threads];
    const [code] = await once(spawn(process.execPath, args, { stdio: 'inherit' }), 'exit');
    process.exitCode = code ?? 1;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Documents of random sentences of the sample, so that no two are the same. */
async function writeCorpus(path, size) {
  const sentences = [...sampleCorpus({ split: 'train' })].flat();
  const random = new Random(1);
  const file = createWriteStream(path);
  let bytes = 0;
  while (bytes < size) {
    const documents = Array.from({ length: 500 }, () => {
      const lines = Array.from(
        { length: random.between(4, 30) },
        () => sentences[random.below(sentences.length)],
      );
      return `${lines.join('\n')}\n\n`;
    }).join('');
    bytes += Buffer.byteLength(documents);
    if (!file.write(documents)) await once(file, 'drain');
  }
  file.end();
  await once(file, 'close');
  return bytes;
}

async function prepare(folder) {
  const tokenizer = await fromFolder(join(folder, 'tokenizer'));
  const start = performance.now();
  const prepared = await prepareCorpus(
    join(folder, 'corpus.txt'),
    tokenizer,
    join(folder, 'shards'),
    {
      threads: Number(values.threads),
      dropDuplicates: true,
      corpus: { format: 'sentences' },
    },
  );
  const seconds = (performance.now() - start) / 1000;
  console.log(reportLines(prepared.report).join('\n'));
  console.log(
    `${seconds.toFixed(0)} s; peak resident memory ${(resourceUsage().maxRSS / 1024).toFixed(0)} MB`,
  );
}
