// The order of training examples. An epoch shuffles the shards, takes a few of them at a time (a window),
// makes the examples of that window's documents and shuffles those: a block shuffle, whose position is a
// small cursor and whose memory is one window. Everything is drawn from streams named by seed and epoch,
// so an epoch can be entered anywhere without replaying it.
import { Random } from '../random.ts';
import { DatasetsOptionError } from '../errors.ts';
import { CorpusTooSmallError } from './corpus-too-small-error.ts';
import type { ExampleStrategy } from './example-strategy.ts';
import { ExampleTable } from './example-table.ts';
import { joinDocuments } from './join-documents.ts';
import { documentCount, type TokenizedDocuments } from './tokenized-documents.ts';

/** A corpus in shards, each loaded when it is needed. */
export interface DocumentSource {
  /** How many documents each shard has. */
  readonly shardDocuments: readonly number[];
  /** Reads one shard. */
  load(shard: number): Promise<TokenizedDocuments>;
}

/** Options of {@link ExampleStream}. */
export interface ExampleStreamOptions {
  /** Names every random choice. Default 42. */
  readonly seed?: number;
  /** How many shards are shuffled together; memory grows with it. Default 8. */
  readonly windowShards?: number;
  /** Which data-parallel worker this is, from 0. Default 0. */
  readonly rank?: number;
  /** How many data-parallel workers share the examples. Default 1. */
  readonly worldSize?: number;
}

/** Where a stream stands: plain integers, for a checkpoint. */
export interface ExampleCursor {
  /** Passes over the corpus that are complete. */
  readonly epoch: number;
  /** Windows of this epoch that are complete. */
  readonly window: number;
  /** Examples of this window, of all ranks together, that are behind. */
  readonly position: number;
  /** Examples, of all ranks together, in the complete windows of this epoch. */
  readonly before: number;
}

/** The examples of a window of the corpus, and the epoch they were made for. */
export interface ExampleWindow {
  readonly documents: TokenizedDocuments;
  readonly table: ExampleTable;
  readonly epoch: number;
}

/** One example of a window. */
export interface ExampleReference {
  readonly window: ExampleWindow;
  readonly index: number;
}

/** What a random stream is for, so that no two uses share one. */
const SHARD_ORDER = 1;
const EXAMPLE_ORDER = 2;
const EXAMPLES = 3;

const START: ExampleCursor = { epoch: 0, window: 0, position: 0, before: 0 };

/**
 * Examples of a sharded corpus, epoch after epoch, new in each. One epoch visits each of its examples exactly
 * once, on one of the ranks; the ranks' counts differ by one at most.
 */
export class ExampleStream {
  private readonly source: DocumentSource;
  private readonly strategy: ExampleStrategy;
  private readonly options: Required<ExampleStreamOptions>;
  private at: ExampleCursor = START;
  private loaded: { window: ExampleWindow; order: Uint32Array; key: string } | undefined;

  /**
   * @throws DatasetsOptionError for options that cannot be
   * @throws CorpusTooSmallError when the corpus has fewer documents than the strategy needs
   */
  constructor(
    source: DocumentSource,
    strategy: ExampleStrategy,
    options: ExampleStreamOptions = {},
  ) {
    this.source = source;
    this.strategy = strategy;
    this.options = { seed: 42, windowShards: 8, rank: 0, worldSize: 1, ...options };
    const { seed, windowShards, rank, worldSize } = this.options;
    requireInteger('seed', seed, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
    requireInteger('windowShards', windowShards, 1, Number.MAX_SAFE_INTEGER);
    requireInteger('worldSize', worldSize, 1, Number.MAX_SAFE_INTEGER);
    requireInteger('rank', rank, 0, worldSize - 1);
    const documents = source.shardDocuments.reduce((sum, count) => sum + count, 0);
    const needed = Math.max(1, strategy.minDocuments);
    if (documents < needed) throw new CorpusTooSmallError(documents, needed, strategy.name);
  }

  /** Where the stream stands. Given to {@link ExampleStream.seek}, the same examples follow. */
  get cursor(): ExampleCursor {
    return this.at;
  }

  /** The strategy and the choices that decide the examples, for reports and cache keys. */
  get description(): Readonly<Record<string, string | number>> {
    return { strategy: this.strategy.name, ...this.options };
  }

  /** Continues at a cursor of a stream with the same corpus, strategy, seed and window. */
  seek(cursor: ExampleCursor): void {
    for (const [field, value] of Object.entries(cursor) as [string, number][]) {
      requireInteger(`cursor.${field}`, value, 0, Number.MAX_SAFE_INTEGER);
    }
    const windows = this.windows(cursor.epoch).length;
    // After a last batch that was cut short, all windows are behind.
    requireInteger('cursor.window', cursor.window, 0, windows);
    this.at = { ...cursor };
  }

  /**
   * The next examples of this rank: `count` of them, fewer when the epoch ends, none once at its end; the
   * call after that begins the next epoch.
   */
  async next(count: number): Promise<ExampleReference[]> {
    requireInteger('count', count, 1, Number.MAX_SAFE_INTEGER);
    const { rank, worldSize } = this.options;
    const { epoch } = this.at;
    const windows = this.windows(epoch);
    const found: ExampleReference[] = [];
    let { window: windowIndex, position, before } = this.at;
    while (found.length < count && windowIndex < windows.length) {
      const { window, order } = await this.load(epoch, windowIndex, windows[windowIndex] ?? []);
      requireInteger('cursor.position', position, 0, order.length);
      for (; position < order.length && found.length < count; position++) {
        if ((before + position) % worldSize !== rank) continue;
        found.push({ window, index: order[position] ?? 0 });
      }
      if (position === order.length && found.length < count) {
        windowIndex++;
        before += position;
        position = 0;
      }
    }
    const isEnd = found.length === 0;
    this.at = isEnd
      ? { ...START, epoch: epoch + 1 }
      : { epoch, window: windowIndex, position, before };
    return found;
  }

  /** The shards of each window of an epoch: shuffled, then dealt evenly. */
  private windows(epoch: number): number[][] {
    const { seed, windowShards } = this.options;
    const { shardDocuments } = this.source;
    const shards = shardDocuments.map((_, shard) => shard);
    new Random(SHARD_ORDER, seed, epoch).shuffle(shards);
    const count = Math.ceil(shards.length / windowShards);
    const windows = Array.from({ length: count }, (_, i) =>
      shards.slice(
        Math.floor((i * shards.length) / count),
        Math.floor(((i + 1) * shards.length) / count),
      ),
    );
    return mergeSmall(windows, shardDocuments, this.strategy.minDocuments);
  }

  private async load(epoch: number, windowIndex: number, shards: readonly number[]) {
    const key = `${epoch}/${windowIndex}`;
    if (this.loaded?.key === key) return this.loaded;
    this.loaded = undefined; // The window that is behind can go before the next one comes.
    const parts: TokenizedDocuments[] = [];
    for (const shard of shards) parts.push(await this.source.load(shard));
    const documents = joinDocuments(parts);
    const table = new ExampleTable();
    const random = new Random();
    for (let document = 0; document < documentCount(documents); document++) {
      random.reset(EXAMPLES, this.options.seed, epoch, documents.documentIds[document] ?? 0);
      this.strategy.addExamples(documents, document, random, table);
    }
    const order = Uint32Array.from({ length: table.length }, (_, i) => i);
    new Random(EXAMPLE_ORDER, this.options.seed, epoch, windowIndex).shuffle(order);
    this.loaded = { window: { documents, table, epoch }, order, key };
    return this.loaded;
  }
}

/** Joins windows that have too few documents for the strategy with the window before (or after) them. */
function mergeSmall(
  windows: readonly number[][],
  shardDocuments: readonly number[],
  minDocuments: number,
): number[][] {
  const merged: number[][] = [];
  const size = (shards: readonly number[]): number =>
    shards.reduce((sum, shard) => sum + (shardDocuments[shard] ?? 0), 0);
  for (const shards of windows) {
    const previous = merged.at(-1);
    const tooSmall = size(shards) < minDocuments || (previous && size(previous) < minDocuments);
    if (previous !== undefined && tooSmall === true) previous.push(...shards);
    else merged.push([...shards]);
  }
  return merged;
}

function requireInteger(option: string, value: number, least: number, most: number): void {
  if (!Number.isSafeInteger(value) || value < least || value > most) {
    throw new DatasetsOptionError(option, value, `an integer from ${least} to ${most}`);
  }
}
