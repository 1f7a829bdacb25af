// Gathers tokenized documents of one split and writes them as shards of about equal size. What it has counted is
// split in two, written and not yet written, so that a run that is killed knows exactly what its files hold.
import { join } from 'node:path';

import { saveSafetensorsFile } from '@malmoi/safetensors/node';

import { tokenArrayType, type TokenArray } from '../../examples/tokenized-documents.ts';
import type { ShardEntry, SplitName } from '../../shards/shard-index.ts';
import { SHARD_METADATA, shardTensors } from '../../shards/token-shard.ts';
import { countLength, emptyHistogram, type LengthHistogram } from './length-histogram.ts';

/** What a split holds, or a part of it. */
export interface SplitCounts {
  /** Documents that were given to the split, those without a token included. */
  given: number;
  documents: number;
  sentences: number;
  tokens: number;
  unknownTokens: number;
  /** Sentences and documents of which normalisation left no token. */
  emptySentences: number;
  emptyDocuments: number;
  /** Sentences by length in tokens. */
  lengths: LengthHistogram;
}

/** What a split's files hold: enough to go on after a kill. */
export interface SplitState {
  readonly entries: ShardEntry[];
  /** What each entry's file added to the counts. */
  readonly entryCounts: SplitCounts[];
  readonly counts: SplitCounts;
}

export function emptySplit(): SplitState {
  return {
    entries: [],
    entryCounts: [],
    counts: {
      given: 0,
      documents: 0,
      sentences: 0,
      tokens: 0,
      unknownTokens: 0,
      emptySentences: 0,
      emptyDocuments: 0,
      lengths: emptyHistogram(),
    },
  };
}

/** The state of a split when it had written its first `count` shards. */
export function firstShards(state: SplitState, count: number): SplitState {
  const first = emptySplit();
  first.entries.push(...state.entries.slice(0, count));
  first.entryCounts.push(...state.entryCounts.slice(0, count));
  for (const counts of first.entryCounts) mergeCounts(first.counts, counts);
  return first;
}

/** One document as the tokenizer pool returned it: ranges in a batch. */
export interface TokenizedDocument {
  readonly tokens: TokenArray;
  /** Tokens and unknown tokens of each sentence. */
  readonly lengths: Uint32Array;
  readonly unknown: Uint32Array;
  /** The label of an example; of all documents of a writer, or of none. */
  readonly label?: number;
}

/** Writes the shards of one split. */
export class ShardWriter {
  /** What the files on disk hold. */
  readonly written: SplitState;
  private readonly folder: string;
  private readonly split: SplitName;
  private readonly tokensPerShard: number;
  private tokens: TokenArray;
  private tokenCount = 0;
  private sentenceOffsets: number[] = [0];
  private documentOffsets: number[] = [0];
  private documentIds: number[] = [];
  private labels: number[] = [];
  private pending = emptySplit().counts;

  /** @param written what an earlier, interrupted run has written already */
  constructor(
    folder: string,
    split: SplitName,
    options: { readonly tokensPerShard: number; readonly vocabSize: number },
    written: SplitState = emptySplit(),
  ) {
    this.folder = folder;
    this.split = split;
    this.tokensPerShard = options.tokensPerShard;
    this.tokens = new (tokenArrayType(options.vocabSize))(1 << 16);
    this.written = written;
  }

  /** Whether enough has been gathered for a shard. */
  get isFull(): boolean {
    return this.tokenCount >= this.tokensPerShard;
  }

  /** Tokens written and gathered. */
  get totalTokens(): number {
    return this.written.counts.tokens + this.pending.tokens;
  }

  /** Gathers a document. */
  add(document: TokenizedDocument): void {
    const { pending } = this;
    pending.given++;
    this.append(document.tokens);
    let sentences = 0;
    document.lengths.forEach((length, i) => {
      if (length === 0) {
        pending.emptySentences++;
        return;
      }
      sentences++;
      this.sentenceOffsets.push((this.sentenceOffsets.at(-1) ?? 0) + length);
      pending.unknownTokens += document.unknown[i] ?? 0;
      countLength(pending.lengths, length);
    });
    pending.sentences += sentences;
    pending.tokens += document.tokens.length;
    if (sentences === 0) {
      pending.emptyDocuments++;
      return;
    }
    this.documentOffsets.push(this.sentenceOffsets.length - 1);
    this.documentIds.push(this.written.counts.documents + pending.documents);
    if (document.label !== undefined) this.labels.push(document.label);
    pending.documents++;
  }

  /** Writes what has been gathered as the next shard, durably. Does nothing when there is no document. */
  async flush(): Promise<void> {
    const { pending, written } = this;
    if (pending.documents > 0) {
      written.entries.push(await this.writeShard());
      written.entryCounts.push(pending);
    }
    mergeCounts(written.counts, pending);
    this.pending = emptySplit().counts;
    this.tokenCount = 0;
    this.sentenceOffsets = [0];
    this.documentOffsets = [0];
    this.documentIds = [];
    this.labels = [];
  }

  private async writeShard(): Promise<ShardEntry> {
    const { pending, split } = this;
    const file = `${split}-${String(this.written.entries.length).padStart(5, '0')}.safetensors`;
    const tensors = shardTensors({
      tokens: this.tokens.subarray(0, this.tokenCount),
      sentenceOffsets: Uint32Array.from(this.sentenceOffsets),
      documentOffsets: Uint32Array.from(this.documentOffsets),
      documentIds: Uint32Array.from(this.documentIds),
      ...(this.labels.length > 0 ? { labels: Int8Array.from(this.labels) } : {}),
    });
    const saved = await saveSafetensorsFile(join(this.folder, file), tensors, {
      metadata: SHARD_METADATA,
      sha256: true,
    });
    return {
      file,
      bytes: saved.byteLength,
      sha256: saved.sha256 ?? '',
      documents: pending.documents,
      sentences: pending.sentences,
      tokens: pending.tokens,
    };
  }

  private append(tokens: TokenArray): void {
    const needed = this.tokenCount + tokens.length;
    if (needed > this.tokens.length) {
      const larger = new (
        this.tokens.constructor as Uint16ArrayConstructor | Uint32ArrayConstructor
      )(Math.max(needed, 2 * this.tokens.length));
      larger.set(this.tokens.subarray(0, this.tokenCount));
      this.tokens = larger;
    }
    this.tokens.set(tokens, this.tokenCount);
    this.tokenCount = needed;
  }
}

function mergeCounts(into: SplitCounts, from: SplitCounts): void {
  into.given += from.given;
  into.documents += from.documents;
  into.sentences += from.sentences;
  into.tokens += from.tokens;
  into.unknownTokens += from.unknownTokens;
  into.emptySentences += from.emptySentences;
  into.emptyDocuments += from.emptyDocuments;
  from.lengths.forEach((count, i) => {
    into.lengths[i] = (into.lengths[i] ?? 0) + count;
  });
}
