// One measurement of Malmoi, or of @huggingface/tokenizers, in a process of its own: prints one line of JSON.
// Usage: node ours.mjs MODE TOKENIZER_FOLDER THREADS FILE...
//   lines        WordPieceTokenizer.encodeToIds on lines in memory, one thread
//   files        encodeFiles from disk, reading and decoding included, THREADS worker threads
//   huggingface  @huggingface/tokenizers on lines in memory, one thread
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';

const [mode, folder, threads, ...files] = process.argv.slice(2);
const dist = new URL('../../packages/wordpiece/dist/', import.meta.url);
const { IdBuffer } = await import(new URL('index.js', dist).href);
const { encodeFiles, fromFolder } = await import(new URL('node.js', dist).href);

const readLines = () => files.flatMap((file) => readFileSync(file, 'utf8').split('\n'));

/** Mixes ids into a checksum that does not depend on how lines are grouped. */
function checksum(hash, ids) {
  for (const id of ids) hash = (Math.imul(hash, 31) + id) | 0;
  return hash;
}

async function lines() {
  const tokenizer = await fromFolder(folder);
  const texts = readLines();
  const into = new IdBuffer(1 << 24);
  return (count = texts.length) => {
    into.clear();
    for (const text of texts.slice(0, count)) tokenizer.encodeToIds(text, into);
    return () => checksum(0, into.view());
  };
}

async function huggingface() {
  const require = createRequire(new URL('../../packages/wordpiece/package.json', import.meta.url));
  const { Tokenizer } = require('@huggingface/tokenizers');
  const read = (name) => JSON.parse(readFileSync(join(folder, name), 'utf8'));
  const tokenizer = new Tokenizer(read('tokenizer.json'), read('tokenizer_config.json'));
  const texts = readLines();
  return (count = texts.length) => {
    const all = texts
      .slice(0, count)
      .map((text) => tokenizer.encode(text, { add_special_tokens: false }).ids);
    return () => all.reduce(checksum, 0);
  };
}

async function fromDisk() {
  const tokenizer = await fromFolder(folder);
  return async () => {
    const batches = [];
    for await (const { ids } of encodeFiles(tokenizer, files, { threads: Number(threads) })) {
      batches.push(ids);
    }
    return () => batches.reduce(checksum, 0);
  };
}

const encode = await { lines, files: fromDisk, huggingface }[mode]();
// Worker threads are started and warmed anew in every pass; in one thread some lines warm the code.
if (mode !== 'files') encode(20_000);
const cpu = process.cpuUsage();
const start = performance.now();
const finish = await encode();
const seconds = (performance.now() - start) / 1000;
const { user, system } = process.cpuUsage(cpu);
console.log(JSON.stringify({ seconds, cpuSeconds: (user + system) / 1e6, checksum: finish() }));
