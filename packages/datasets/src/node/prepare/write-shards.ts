// The work of prepareCorpus: documents in, shards out, in the order of the documents whatever the number of
// threads. Batches are tokenized side by side and taken back in order; only so many are under way that memory
// stays bounded.
import type { CorpusDocument } from '../../corpus/document.ts';
import type { SplitName } from '../../shards/shard-index.ts';
import { DocumentFilter, type DocumentFilterOptions } from './document-filter.ts';
import type { PrepareProgress } from './prepare-progress.ts';
import { ShardWriter } from './shard-writer.ts';
import type { TokenBatch } from './tokenize-batch.ts';
import type { TokenizerPool } from './tokenizer-pool.ts';

/** What was read, and what was left out for its text. */
export interface DocumentCounts {
  read: number;
  sentencesRead: number;
  duplicates: number;
  nearEmpty: number;
}

/** What {@link writeShards} works with. */
export interface WriteShardsOptions extends DocumentFilterOptions {
  readonly folder: string;
  readonly vocabSize: number;
  readonly tokensPerShard: number;
  readonly pool: TokenizerPool;
  /** What an interrupted run has written; the same documents must come again. */
  readonly resumeFrom: PrepareProgress;
  /** Called after every shard, before the next is begun. */
  readonly onShard: (progress: PrepareProgress) => Promise<void>;
  /** Called after every batch. */
  readonly onBatch: (documents: number, tokens: number) => void;
  readonly signal: AbortSignal | undefined;
}

/** Most characters of a batch: enough that a message to a thread costs little beside it. */
const BATCH_CHARACTERS = 200_000;

/** Documents that go to one message. */
class Batch {
  readonly sentences: string[] = [];
  /** Split and number of sentences of each document. */
  readonly documents: { readonly split: SplitName; readonly sentences: number }[] = [];
  characters = 0;

  add(split: SplitName, sentences: readonly string[]): void {
    for (const sentence of sentences) {
      this.sentences.push(sentence);
      this.characters += sentence.length;
    }
    this.documents.push({ split, sentences: sentences.length });
  }
}

/** Reads all documents and writes all shards. @returns what was read; what was written is in the progress */
export async function writeShards(
  documents: AsyncIterable<CorpusDocument>,
  options: WriteShardsOptions,
): Promise<{ counts: DocumentCounts; progress: PrepareProgress }> {
  const run = new ShardRun(options);
  // Small shards want small batches: what is under way is lost when a run is stopped.
  const characters = Math.min(BATCH_CHARACTERS, 2 * options.tokensPerShard);
  let batch = new Batch();
  for await (const { sentences } of documents) {
    options.signal?.throwIfAborted();
    const texts = sentences.map(({ text }) => text);
    const split = run.decide(texts);
    if (split === undefined) continue;
    batch.add(split, texts);
    if (batch.characters < characters) continue;
    await run.send(batch);
    batch = new Batch();
  }
  if (batch.documents.length > 0) await run.send(batch);
  await run.finish();
  return { counts: run.counts, progress: run.progress };
}

/** The state of one run: filter, writers, and the batches that are under way. */
class ShardRun {
  readonly counts: DocumentCounts = { read: 0, sentencesRead: 0, duplicates: 0, nearEmpty: 0 };
  private readonly options: WriteShardsOptions;
  private readonly filter: DocumentFilter;
  private readonly writers: Record<SplitName, ShardWriter>;
  /** Documents of each split that are on disk already and still have to pass by. */
  private readonly skip: Record<SplitName, number>;
  private readonly underWay: { batch: Batch; answer: Promise<TokenBatch> }[] = [];

  constructor(options: WriteShardsOptions) {
    this.options = options;
    this.filter = new DocumentFilter(options);
    const { folder, resumeFrom } = options;
    this.writers = {
      train: new ShardWriter(folder, 'train', options, resumeFrom.train),
      validation: new ShardWriter(folder, 'validation', options, resumeFrom.validation),
    };
    this.skip = {
      train: resumeFrom.train.counts.given,
      validation: resumeFrom.validation.counts.given,
    };
  }

  get progress(): PrepareProgress {
    return { train: this.writers.train.written, validation: this.writers.validation.written };
  }

  /** Where a document goes; undefined when it is left out, or on disk already. */
  decide(sentences: readonly string[]): SplitName | undefined {
    this.counts.read++;
    this.counts.sentencesRead += sentences.length;
    const fate = this.filter.decide(sentences);
    if (fate === 'duplicate') this.counts.duplicates++;
    else if (fate === 'near-empty') this.counts.nearEmpty++;
    else if (this.skip[fate] > 0) this.skip[fate]--;
    else return fate;
    return undefined;
  }

  /** Gives a batch to the threads, once there is room for it. */
  async send(batch: Batch): Promise<void> {
    const { pool } = this.options;
    while (this.underWay.length >= pool.capacity) await this.takeOldest();
    const answer = pool.tokenize({ sentences: batch.sentences });
    // The answer is awaited in its turn; until then a rejection must not count as unhandled.
    answer.catch(() => undefined);
    this.underWay.push({ batch, answer });
  }

  /** Takes what is still under way and writes the last shards. */
  async finish(): Promise<void> {
    while (this.underWay.length > 0) await this.takeOldest();
    for (const writer of Object.values(this.writers)) await writer.flush();
    await this.options.onShard(this.progress);
  }

  private async takeOldest(): Promise<void> {
    const oldest = this.underWay.shift();
    if (oldest === undefined) return;
    const result = await oldest.answer;
    this.options.signal?.throwIfAborted();
    let sentence = 0;
    let token = 0;
    for (const { split, sentences } of oldest.batch.documents) {
      const lengths = result.lengths.subarray(sentence, sentence + sentences);
      const unknown = result.unknown.subarray(sentence, sentence + sentences);
      const size = lengths.reduce((sum, length) => sum + length, 0);
      const tokens = result.tokens.subarray(token, token + size);
      const writer = this.writers[split];
      writer.add({ tokens, lengths, unknown });
      sentence += sentences;
      token += size;
      if (!writer.isFull) continue;
      await writer.flush();
      await this.options.onShard(this.progress);
    }
    const { train, validation } = this.writers;
    this.options.onBatch(this.counts.read, train.totalTokens + validation.totalTokens);
  }
}
