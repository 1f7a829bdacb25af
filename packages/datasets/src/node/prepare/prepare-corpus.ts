// Files to token shards: the step that is done once, before any example is made.
import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';

import type { Tokenizer } from '@malmoi/wordpiece';

import { CorpusReadError } from '../../errors.ts';
import type { CorpusOptions } from '../corpus/corpus-options.ts';
import { openCorpus, type Corpus } from '../corpus/open-corpus.ts';
import { prepareDocuments, type PreparedCorpus } from './prepare-documents.ts';
import type { PrepareOptions } from './prepare-options.ts';

/** Options of {@link prepareCorpus}. */
export interface PrepareCorpusOptions extends PrepareOptions {
  /** How the sources are read. */
  readonly corpus?: CorpusOptions;
}

/**
 * Tokenizes a corpus into a folder of token shards: `train-00000.safetensors`, ..., `validation-...`, a dataset card
 * `README.md`, and `index.json`, which is written last.
 *
 * Memory is bounded by a shard of each split and a few batches, whatever the size of the corpus (and 32 bytes a
 * document with `dropDuplicates`). The shards depend on the documents, the tokenizer and the options, and on
 * nothing else: not on threads, and not on whether the run was stopped or killed and started again, which goes on
 * after the last finished shard. A run whose shards are already there does nothing; the files are compared by
 * their contents. Standard input and a splitter of the
 * caller's own cannot be compared: such a corpus is tokenized every time.
 *
 * @param sources files, folders, globs, or `-`; see openCorpus
 * @throws what openCorpus and its iteration throw; PrepareError when the folder holds something else;
 *   FolderLockedError when another process prepares in it; DatasetsOptionError; DurableWriteError
 */
export async function prepareCorpus(
  sources: string | readonly string[],
  tokenizer: Tokenizer,
  outputDir: string,
  options: PrepareCorpusOptions = {},
): Promise<PreparedCorpus> {
  const corpus = await openCorpus(sources, options.corpus);
  return prepareDocuments(
    {
      documents: corpus,
      sources: corpus.sources.map(({ path }) => path),
      fingerprint: await corpusFingerprint(corpus, options),
      totalBytes: corpus.totalBytes,
      bytesRead: () => corpus.bytesRead,
      warnings: () => corpus.warnings.list(),
    },
    tokenizer,
    outputDir,
    options,
  );
}

/** SHA-256 of what is read and how; undefined where that cannot be known: standard input, a function. */
async function corpusFingerprint(
  corpus: Corpus,
  { corpus: reading = {}, signal }: PrepareCorpusOptions,
): Promise<string | undefined> {
  if (typeof reading.splitter === 'function') return undefined;
  const hash = createHash('sha256').update(JSON.stringify(reading));
  for (const { path, format, compression, byteLength } of corpus.sources) {
    if (byteLength === undefined) return undefined;
    hash.update(JSON.stringify([format, compression, byteLength]));
    await hashFile(path, hash, signal);
  }
  return hash.digest('hex');
}

async function hashFile(path: string, hash: Hash, signal: AbortSignal | undefined): Promise<void> {
  try {
    const chunks = createReadStream(path, { highWaterMark: 1 << 20, ...(signal && { signal }) });
    for await (const chunk of chunks) hash.update(chunk as Buffer);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined || code === 'ABORT_ERR') throw error;
    throw new CorpusReadError('READ_FAILED', path, `it cannot be read (${code}).`, {
      cause: error,
    });
  }
}
