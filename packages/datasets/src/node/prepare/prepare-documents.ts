// prepareCorpus without the reading of files: documents from anywhere become a folder of token shards.
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';

import {
  isTemporaryName,
  removeFileDurably,
  syncFolder,
  writeFileDurably,
} from '@malmoi/safetensors/node';
import type { Tokenizer } from '@malmoi/wordpiece';

import type { CorpusDocument } from '../../corpus/document.ts';
import type { CorpusWarning } from '../../corpus/warnings.ts';
import {
  INDEX_FILE,
  INDEX_FORMAT,
  INDEX_VERSION,
  type ShardIndex,
} from '../../shards/shard-index.ts';
import { lockFolder } from '../folder-lock.ts';
import { openTokenShards, type TokenShardSet } from '../shards/open-token-shards.ts';
import { PrepareError } from './prepare-errors.ts';
import { shardOptions, threadCount, type PrepareOptions } from './prepare-options.ts';
import {
  noProgress,
  type PrepareProgress,
  PROGRESS_FILE,
  readProgress,
  removeProgress,
  writeProgress,
} from './prepare-progress.ts';
import { datasetCard, prepareReport, type PrepareReport } from './prepare-report.ts';
import { keepSoundShards } from './keep-sound-shards.ts';
import { ProgressMeter } from './progress-meter.ts';
import { tokenizerSha256 } from './tokenizer-sha256.ts';
import { TokenizerPool } from './tokenizer-pool.ts';
import { writeShards } from './write-shards.ts';

/** Documents to prepare, and what is known of where they come from. */
export interface PrepareInput {
  /** Read once, in order. */
  readonly documents: AsyncIterable<CorpusDocument>;
  /** What to call the input, in the report and the dataset card. */
  readonly sources: readonly string[];
  /** Differs when the documents differ. Without it nothing is cached and nothing can be resumed. */
  readonly fingerprint: string | undefined;
  /** Bytes of the input; undefined when unknown. */
  readonly totalBytes: number | undefined;
  /** Bytes read so far. */
  readonly bytesRead: () => number;
  /** What the reader repaired or left out; asked for at the end. */
  readonly warnings: () => readonly CorpusWarning[];
}

/** A prepared corpus. */
export interface PreparedCorpus extends TokenShardSet {
  readonly folder: string;
  /** Nothing had to be done: the shards were there. */
  readonly cached: boolean;
  /** What was read, left out and written; of the run that made the shards. */
  readonly report: PrepareReport;
}

/** The dataset card. */
const CARD_FILE = 'README.md';
const LOCK_FILE = '.lock';

/**
 * Tokenizes documents into a folder of token shards; see prepareCorpus for what is promised.
 *
 * @throws PrepareError when the folder holds something else, or no document is left for training
 * @throws FolderLockedError when another process works in the folder, unless `wait`
 */
export async function prepareDocuments(
  input: PrepareInput,
  tokenizer: Tokenizer,
  outputDir: string,
  options: PrepareOptions = {},
): Promise<PreparedCorpus> {
  const shards = shardOptions(options);
  if (options.threads !== undefined) threadCount(options.threads);
  const tokenizerHash = tokenizerSha256(tokenizer);
  const cacheKey = createHash('sha256')
    .update(
      JSON.stringify([INDEX_VERSION, input.fingerprint ?? randomUUID(), tokenizerHash, shards]),
    )
    .digest('hex');
  await mkdir(outputDir, { recursive: true });
  // Held until this function returns.
  await using _lock = await lockFolder(outputDir, {
    name: LOCK_FILE,
    ...(options.signal === undefined ? {} : { signal: options.signal }),
    ...(options.wait === true
      ? {
          onWait: (holder) =>
            options.onMessage?.(`waiting for process ${holder?.pid ?? '?'} in ${outputDir}`),
        }
      : {}),
  });
  const run = new PrepareRun(input, tokenizer, outputDir, options, {
    shards,
    tokenizerHash,
    cacheKey,
  });
  const cached = await run.findCached();
  if (!cached) await run.write();
  const shardSet = await openTokenShards(outputDir);
  // The index was written by this function, now or earlier: its cache key says so.
  const report = shardSet.index.report as unknown as PrepareReport;
  return { ...shardSet, folder: outputDir, cached, report };
}

/** One run in a folder whose lock is held. */
class PrepareRun {
  private readonly input: PrepareInput;
  private readonly tokenizer: Tokenizer;
  private readonly folder: string;
  private readonly options: PrepareOptions;
  private readonly settings: {
    readonly shards: ReturnType<typeof shardOptions>;
    readonly tokenizerHash: string;
    readonly cacheKey: string;
  };

  constructor(
    input: PrepareInput,
    tokenizer: Tokenizer,
    folder: string,
    options: PrepareOptions,
    settings: PrepareRun['settings'],
  ) {
    this.input = input;
    this.tokenizer = tokenizer;
    this.folder = folder;
    this.options = options;
    this.settings = settings;
  }

  /** Whether the folder already holds these very shards. Makes room for them otherwise. */
  async findCached(): Promise<boolean> {
    const names = await readdir(this.folder);
    const { overwriteCache = false, onMessage } = this.options;
    if (names.includes(INDEX_FILE) && !overwriteCache) {
      const { index } = await openTokenShards(this.folder);
      if (index.cache_key === this.settings.cacheKey) {
        onMessage?.(`using the shards in ${this.folder}`);
        return true;
      }
      const problem =
        'it holds shards of other inputs, another tokenizer or other options. ' +
        'Choose another folder, or replace them with overwriteCache.';
      throw new PrepareError('OTHER_SHARDS', this.folder, problem);
    }
    const foreign = names.filter((name) => !isOurs(name));
    if (foreign.length > 0 && !names.includes(INDEX_FILE) && !names.includes(PROGRESS_FILE)) {
      const problem = `it is not empty (${foreign.slice(0, 3).join(', ')}). Choose a folder of its own for the shards.`;
      throw new PrepareError('OTHER_CONTENTS', this.folder, problem);
    }
    for (const name of names) {
      // The index goes first, and its going is made durable: without it the folder is not complete.
      if (name === INDEX_FILE) await removeFileDurably(join(this.folder, name));
    }
    return false;
  }

  async write(): Promise<void> {
    const { folder, input, tokenizer, options } = this;
    const { shards, cacheKey } = this.settings;
    const resumeFrom = await this.soundProgress();
    await this.removeLeftovers(resumeFrom);
    const done = resumeFrom.train.counts.given + resumeFrom.validation.counts.given;
    if (done > 0)
      options.onMessage?.(`going on after ${done} documents that are already in shards`);
    const meter = new ProgressMeter(options.onProgress, input.totalBytes, input.bytesRead);
    await using pool = new TokenizerPool(tokenizer, options.threads);
    const { counts, progress } = await writeShards(input.documents, {
      ...shards,
      folder,
      pool,
      resumeFrom,
      vocabSize: tokenizer.vocabSize,
      signal: options.signal,
      onShard: (state) => writeProgress(folder, cacheKey, state),
      onBatch: (documents, tokens) => {
        meter.update(documents, tokens);
      },
    });
    if (progress.train.counts.documents === 0) throw this.nothingLeft(counts.read);
    const report = prepareReport(
      input.sources,
      shards,
      counts,
      progress,
      input.warnings(),
      tokenizer.vocabSize,
    );
    await writeFileDurably(join(folder, CARD_FILE), datasetCard(report));
    const index: ShardIndex = {
      format: INDEX_FORMAT,
      version: INDEX_VERSION,
      cache_key: cacheKey,
      tokenizer: { sha256: this.settings.tokenizerHash, vocab_size: tokenizer.vocabSize },
      splits: { train: progress.train.entries, validation: progress.validation.entries },
      report: { ...report },
    };
    await writeFileDurably(join(folder, INDEX_FILE), `${JSON.stringify(index, undefined, 2)}\n`);
    await removeProgress(folder);
    meter.update(
      counts.read,
      progress.train.counts.tokens + progress.validation.counts.tokens,
      true,
    );
  }

  /** How far an interrupted run came, as far as its shards are still what it wrote. */
  private async soundProgress(): Promise<PrepareProgress> {
    const { folder, options } = this;
    if (options.overwriteCache === true) return noProgress();
    const stored = await readProgress(folder, this.settings.cacheKey);
    return keepSoundShards(folder, stored, options);
  }

  /** Removes temporary files of a run that was killed, and shards that its progress does not name. */
  private async removeLeftovers(progress: PrepareProgress): Promise<void> {
    const kept = new Set(
      [...progress.train.entries, ...progress.validation.entries].map(({ file }) => file),
    );
    for (const name of await readdir(this.folder)) {
      const isStray = SHARD_NAME.test(name) && !kept.has(name);
      if (isStray || isTemporaryName(name)) await removeFileDurably(join(this.folder, name));
    }
    await syncFolder(this.folder);
  }

  private nothingLeft(read: number): PrepareError {
    const problem =
      `no document is left for training, of ${read} that were read. ` +
      'Lower minDocumentCharacters or validationSplitPercentage, or check the input.';
    return new PrepareError('NO_DOCUMENTS', this.folder, problem);
  }
}

const SHARD_NAME = /^(?:train|validation)-\d{5,}\.safetensors$/;

/** Whether a file may stand in the output folder of a run that did not get as far as its first shard. */
function isOurs(name: string): boolean {
  return name.startsWith(LOCK_FILE) || SHARD_NAME.test(name) || isTemporaryName(name);
}
