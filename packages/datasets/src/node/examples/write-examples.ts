// Static examples: made once, written as token shards in which every document is an example, and read back with
// StaticExamples. What google-research/bert does with `--dupe_factor`; masks are still drawn anew each time.
import { createHash } from 'node:crypto';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';

import { writeFileDurably } from '@malmoi/safetensors/node';

import { DatasetsOptionError } from '../../errors.ts';
import type { ExampleReference, ExampleStream } from '../../examples/example-stream.ts';
import {
  INDEX_FILE,
  INDEX_FORMAT,
  INDEX_VERSION,
  type ShardIndex,
} from '../../shards/shard-index.ts';
import { lockFolder } from '../folder-lock.ts';
import { PrepareError } from '../prepare/prepare-errors.ts';
import { ShardWriter } from '../prepare/shard-writer.ts';
import {
  openTokenShards,
  type TokenShards,
  type TokenShardSet,
} from '../shards/open-token-shards.ts';

/** Options of {@link writeExamples}. */
export interface WriteExamplesOptions {
  /** How many times the corpus is gone through, with other choices each time. Default 1. */
  readonly dupeFactor?: number;
  /** Tokens of a shard, about. Default 4,000,000. */
  readonly tokensPerShard?: number;
  readonly signal?: AbortSignal;
}

/** Examples taken from the stream at a time. */
const BATCH = 1024;

/**
 * Writes the examples of whole epochs of a stream, from where it stands, into an empty folder.
 *
 * @param corpus the shards that the stream reads, for their tokenizer
 * @throws PrepareError when the folder is not empty
 * @throws FolderLockedError when another process works in it
 */
export async function writeExamples(
  stream: ExampleStream,
  corpus: TokenShards,
  outputDir: string,
  options: WriteExamplesOptions = {},
): Promise<TokenShardSet> {
  const { dupeFactor = 1, tokensPerShard = 4_000_000, signal } = options;
  if (!Number.isInteger(dupeFactor) || dupeFactor < 1) {
    throw new DatasetsOptionError('dupeFactor', dupeFactor, 'an integer of at least 1');
  }
  await mkdir(outputDir, { recursive: true });
  await using _lock = await lockFolder(outputDir);
  const others = (await readdir(outputDir)).filter((name) => !name.startsWith('.lock'));
  if (others.length > 0) {
    const problem = `it is not empty (${others.slice(0, 3).join(', ')}). Choose an empty folder for the examples.`;
    throw new PrepareError('OTHER_CONTENTS', outputDir, problem);
  }
  const writer = new ShardWriter(outputDir, 'train', {
    tokensPerShard,
    vocabSize: corpus.vocabSize,
  });
  for (let epochs = 0; epochs < dupeFactor;) {
    signal?.throwIfAborted();
    const examples = await stream.next(BATCH);
    if (examples.length === 0) epochs++;
    for (const example of examples) {
      writer.add(asDocument(example));
      if (writer.isFull) await writer.flush();
    }
  }
  await writer.flush();
  const { entries, counts } = writer.written;
  const index: ShardIndex = {
    format: INDEX_FORMAT,
    version: INDEX_VERSION,
    cache_key: createHash('sha256')
      .update(
        JSON.stringify([corpus.index.cache_key, stream.description, dupeFactor, tokensPerShard]),
      )
      .digest('hex'),
    tokenizer: corpus.index.tokenizer,
    splits: { train: entries, validation: [] },
    report: {
      examples: counts.documents,
      tokens: counts.tokens,
      dupeFactor,
      stream: stream.description,
    },
  };
  await writeFileDurably(join(outputDir, INDEX_FILE), `${JSON.stringify(index, undefined, 2)}\n`);
  return await openTokenShards(outputDir);
}

function asDocument({ window, index }: ExampleReference) {
  const { table, documents } = window;
  const { a, b, label } = table.at(index);
  const segments = b === undefined ? [a] : [a, b];
  const lengths = Uint32Array.from(segments, ({ start, end }) => end - start);
  const size = lengths.reduce((sum, length) => sum + length, 0);
  const joined =
    documents.tokens instanceof Uint16Array ? new Uint16Array(size) : new Uint32Array(size);
  let at = 0;
  for (const { start, end } of segments) {
    joined.set(documents.tokens.subarray(start, end), at);
    at += end - start;
  }
  return { tokens: joined, lengths, unknown: new Uint32Array(lengths.length), label };
}
