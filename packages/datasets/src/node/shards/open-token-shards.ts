// Opens a folder of token shards that prepareCorpus wrote.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { DocumentSource } from '../../examples/example-stream.ts';
import type { TokenizedDocuments } from '../../examples/tokenized-documents.ts';
import { ShardError } from '../../shards/shard-error.ts';
import {
  INDEX_FILE,
  parseShardIndex,
  type ShardEntry,
  type ShardIndex,
  type SplitName,
} from '../../shards/shard-index.ts';
import { readShard } from '../../shards/token-shard.ts';

/** One split of a shard set: shards are read, and verified, when they are asked for. */
export class TokenShards implements DocumentSource {
  readonly folder: string;
  readonly split: SplitName;
  readonly index: ShardIndex;
  readonly entries: readonly ShardEntry[];
  readonly shardDocuments: readonly number[];

  constructor(folder: string, split: SplitName, index: ShardIndex) {
    this.folder = folder;
    this.split = split;
    this.index = index;
    this.entries = index.splits[split];
    this.shardDocuments = this.entries.map(({ documents }) => documents);
  }

  /** Ids that the shards' tokens stay below. */
  get vocabSize(): number {
    return this.index.tokenizer.vocab_size;
  }

  /** Documents, sentences and tokens of the split. */
  get totals(): { documents: number; sentences: number; tokens: number } {
    const totals = { documents: 0, sentences: 0, tokens: 0 };
    for (const entry of this.entries) {
      totals.documents += entry.documents;
      totals.sentences += entry.sentences;
      totals.tokens += entry.tokens;
    }
    return totals;
  }

  /**
   * Reads one shard.
   *
   * @throws ShardError when the file is missing, its checksum differs, or its contents cannot be
   */
  async load(shard: number): Promise<TokenizedDocuments> {
    const entry = this.entries[shard];
    if (entry === undefined) throw new RangeError(`shard ${shard} of ${this.entries.length}`);
    const path = join(this.folder, entry.file);
    const bytes = await readFileOfIndex(path);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    if (sha256 !== entry.sha256) {
      const problem = `its SHA-256 is ${sha256}, ${INDEX_FILE} says ${entry.sha256}: the file is damaged`;
      throw new ShardError('CHECKSUM', path, problem);
    }
    const documents = readShard(bytes, path, this.vocabSize);
    if (documents.documentIds.length !== entry.documents) {
      throw new ShardError(
        'CONTENTS',
        path,
        `it does not have the ${entry.documents} documents of ${INDEX_FILE}`,
      );
    }
    return documents;
  }

  /** Reads every shard once, so that damage is found before training and not in the middle of it. */
  async verify(): Promise<void> {
    for (let shard = 0; shard < this.entries.length; shard++) await this.load(shard);
  }
}

/** The splits of a shard set. */
export interface TokenShardSet {
  readonly index: ShardIndex;
  readonly train: TokenShards;
  readonly validation: TokenShards;
}

/** Options of {@link openTokenShards}. */
export interface OpenTokenShardsOptions {
  /** SHA-256 of the tokenizer that the shards must have been made with. */
  readonly tokenizerSha256?: string;
}

/**
 * Opens a folder that prepareCorpus wrote; reads its index and nothing else.
 *
 * @throws ShardError when the index is missing or cannot be, or another tokenizer made the shards
 */
export async function openTokenShards(
  folder: string,
  options: OpenTokenShardsOptions = {},
): Promise<TokenShardSet> {
  const path = join(folder, INDEX_FILE);
  const index = parseShardIndex((await readFileOfIndex(path)).toString('utf8'), path);
  const { tokenizerSha256 } = options;
  if (tokenizerSha256 !== undefined && tokenizerSha256 !== index.tokenizer.sha256) {
    throw new ShardError(
      'TOKENIZER',
      path,
      `the shards were made with tokenizer ${index.tokenizer.sha256}, not ${tokenizerSha256}`,
    );
  }
  return {
    index,
    train: new TokenShards(folder, 'train', index),
    validation: new TokenShards(folder, 'validation', index),
  };
}

async function readFileOfIndex(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    throw new ShardError('MISSING', path, `it cannot be read (${code})`, { cause: error });
  }
}
