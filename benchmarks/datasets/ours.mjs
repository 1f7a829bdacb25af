// One measurement in a process of its own: prints one line of JSON.
// Usage: node ours.mjs TOKENIZER_FOLDER FILE THREADS
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { resourceUsage } from 'node:process';

import {
  BatchBuffers,
  ExampleStream,
  MlmCollator,
  mlmVocabulary,
  NextSentenceExamples,
} from '@malmoi/datasets';
import { prepareCorpus } from '@malmoi/datasets/node';
import { fromFolder } from '@malmoi/wordpiece/node';

const [tokenizerFolder, file, threads] = process.argv.slice(2);
const tokenizer = await fromFolder(tokenizerFolder);
const folder = mkdtempSync(join(tmpdir(), 'malmoi-bench-'));
try {
  let start = performance.now();
  const corpus = await prepareCorpus([file], tokenizer, join(folder, 'shards'), {
    // One of the threads is this one: it reads and writes.
    threads: Number(threads) - 1,
    validationSplitPercentage: 0,
    corpus: { format: 'sentences' },
  });
  const prepareSeconds = (performance.now() - start) / 1000;

  const epoch = async (collate) => {
    const stream = new ExampleStream(corpus.train, new NextSentenceExamples({ maxSeqLength: 128 }));
    const collator = new MlmCollator(mlmVocabulary(tokenizer), { maxSeqLength: 128 });
    const buffers = new BatchBuffers();
    let examples = 0;
    let tokens = 0;
    for (;;) {
      const batch = await stream.next(32);
      if (batch.length === 0) return { examples, tokens };
      examples += batch.length;
      if (collate) tokens += collator.collate(batch, buffers).inputIds.length;
    }
  };
  const timed = async (collate) => {
    start = performance.now();
    const counts = await epoch(collate);
    return { ...counts, seconds: (performance.now() - start) / 1000 };
  };
  await timed(true);
  const build = await timed(false);
  const both = await timed(true);
  console.log(
    JSON.stringify({
      tokenizeByLine: statSync(file).size / 1e6 / prepareSeconds,
      tokenizeByBatch: statSync(file).size / 1e6 / prepareSeconds,
      examplesPerSecond: build.examples / build.seconds,
      examplesWithTokenizingPerSecond: build.examples / (build.seconds + prepareSeconds),
      collatedTokensPerSecond: both.tokens / Math.max(1e-9, both.seconds - build.seconds),
      peakMegabytes: resourceUsage().maxRSS / 1024,
    }),
  );
} finally {
  rmSync(folder, { recursive: true });
}
