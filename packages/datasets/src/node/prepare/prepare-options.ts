// The options of prepareCorpus: which of them change the shards, and what they may be.
import { DatasetsOptionError } from '../../errors.ts';

/** Options that decide what is in the shards; part of the cache key. */
export interface ShardOptions {
  /** Leaves out documents that are equal to an earlier one. Default false. */
  readonly dropDuplicates?: boolean;
  /** Leaves out documents with fewer characters. Default 0. */
  readonly minDocumentCharacters?: number;
  /** Percentage of documents that are held out, chosen by their content. Default 5, as run_mlm.py. */
  readonly validationSplitPercentage?: number;
  /** Tokens of a shard, about. Default 4,000,000. */
  readonly tokensPerShard?: number;
}

/** What is being done, for a progress line. */
export interface PrepareProgressReport {
  readonly documents: number;
  readonly tokens: number;
  /** Bytes of the input read so far; as far as the source tells. */
  readonly bytes: number;
  /** Bytes of the whole input, or undefined when they cannot be known (standard input). */
  readonly totalBytes: number | undefined;
  readonly megabytesPerSecond: number;
  /** Seconds that are left at this rate; undefined while unknown. */
  readonly etaSeconds: number | undefined;
}

/** Options of prepareCorpus. */
export interface PrepareOptions extends ShardOptions {
  /**
   * Worker threads that tokenize, beside the calling thread, which reads and writes; 0 does all on that one.
   * Default: the number of cores less one. The shards are the same.
   */
  readonly threads?: number;
  /** Replaces shards that were made from other inputs. Default false. */
  readonly overwriteCache?: boolean;
  /** Waits while another process prepares in the same folder, instead of throwing. Default false. */
  readonly wait?: boolean;
  /** Called about twice a second. */
  readonly onProgress?: (report: PrepareProgressReport) => void;
  /** Told what a person should know: that it waits, resumes, or that all is cached. */
  readonly onMessage?: (message: string) => void;
  /** Stops the run; what is written stays, and the next run goes on from it. */
  readonly signal?: AbortSignal;
}

/** Fills in defaults. @throws DatasetsOptionError */
export function shardOptions(options: ShardOptions): Required<ShardOptions> {
  const all: Required<ShardOptions> = {
    dropDuplicates: options.dropDuplicates ?? false,
    minDocumentCharacters: options.minDocumentCharacters ?? 0,
    validationSplitPercentage: options.validationSplitPercentage ?? 5,
    tokensPerShard: options.tokensPerShard ?? 4_000_000,
  };
  const { minDocumentCharacters, validationSplitPercentage, tokensPerShard } = all;
  if (!Number.isInteger(minDocumentCharacters) || minDocumentCharacters < 0) {
    const expected = 'an integer of at least 0';
    throw new DatasetsOptionError('minDocumentCharacters', minDocumentCharacters, expected);
  }
  if (!(validationSplitPercentage >= 0 && validationSplitPercentage < 100)) {
    const expected = 'a number from 0 to less than 100';
    throw new DatasetsOptionError('validationSplitPercentage', validationSplitPercentage, expected);
  }
  if (!Number.isInteger(tokensPerShard) || tokensPerShard < 1 || tokensPerShard > 1e9) {
    throw new DatasetsOptionError('tokensPerShard', tokensPerShard, 'an integer from 1 to 1e9');
  }
  return all;
}

/** @throws DatasetsOptionError */
export function threadCount(threads: number): number {
  if (!Number.isInteger(threads) || threads < 0 || threads > 1024) {
    throw new DatasetsOptionError('threads', threads, 'an integer from 0 to 1024');
  }
  return threads;
}
