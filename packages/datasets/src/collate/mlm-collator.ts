// Examples to batches: [CLS] A [SEP] B [SEP], padded, and masked anew each time (dynamic masking). The rule
// is BERT's: of 15 % of the tokens, 80 % become [MASK], 10 % a random token, 10 % stay as they are.
import { requireProbability } from '../examples/example-options.ts';
import { DatasetsOptionError } from '../errors.ts';
import type { ExampleReference } from '../examples/example-stream.ts';
import { NO_LABEL } from '../examples/example-table.ts';
import { documentStart, sentenceStart } from '../examples/tokenized-documents.ts';
import { Random } from '../random.ts';
import { BatchBuffers, type Batch, type PackedBatch } from './batch.ts';
import { drawSpans, drawWords, limitChoice, WordTable, type MaskingRule } from './masking.ts';
import type { MlmVocabulary } from './mlm-vocabulary.ts';

/** How long the rows of a batch are. */
export type Padding = 'longest' | 'max_length';

/** Options of {@link MlmCollator}; names and defaults as in transformers and google-research/bert. */
export interface MlmCollatorOptions {
  /** Longest row, special tokens included. Default 128. */
  readonly maxSeqLength?: number;
  /** Share of the tokens that are predicted. Default 0.15. */
  readonly mlmProbability?: number;
  /** Share of those that become [MASK]. Default 0.8. */
  readonly maskReplaceProb?: number;
  /** Share of those that become a random token; the rest stay. Default 0.1. */
  readonly randomReplaceProb?: number;
  /** What is predicted together. Default 'token'. */
  readonly masking?: MaskingRule;
  /** Most predictions of a row; more are dropped at random. Default: no limit. */
  readonly maxPredictionsPerSequence?: number;
  /** Default 'longest'. */
  readonly padding?: Padding;
  /** Row lengths are rounded up to a multiple of this. Default 1. */
  readonly padToMultipleOf?: number;
  /** Names the masks, together with the epoch and the example. Default 42. */
  readonly seed?: number;
}

/** What the random streams of masking are named with, apart from those of the examples. */
const MASKS = 4;

/**
 * Builds batches. Equal seeds give an example the same mask in the same epoch, whatever batch it is in and
 * whichever thread collates it.
 */
export class MlmCollator {
  readonly vocabulary: MlmVocabulary;
  private readonly options: Required<MlmCollatorOptions>;
  private readonly random = new Random();
  private readonly words = new WordTable();
  private chosen = new Uint8Array(256);

  /** @throws DatasetsOptionError for options that cannot be. */
  constructor(vocabulary: MlmVocabulary, options: MlmCollatorOptions = {}) {
    this.vocabulary = vocabulary;
    this.options = withDefaults(options);
  }

  /**
   * Collates examples into a batch, one in each row.
   *
   * @param buffers memory to use again; the batch before, built in the same buffers, is overwritten
   * @throws DatasetsOptionError when an example is longer than `maxSeqLength`
   */
  collate(
    examples: readonly ExampleReference[],
    buffers: BatchBuffers = new BatchBuffers(),
  ): Batch {
    return this.build(
      examples.map((example) => [example]),
      buffers,
    );
  }

  /**
   * Collates several examples into each row, kept apart by `sequenceIds` and `positionIds`.
   *
   * @param rows examples of each row, from {@link packExamples}; single-segment examples only
   * @param buffers memory to use again; the batch before, built in the same buffers, is overwritten
   * @throws DatasetsOptionError when a row is longer than `maxSeqLength`, or an example has two segments
   */
  collatePacked(
    rows: readonly (readonly ExampleReference[])[],
    buffers: BatchBuffers = new BatchBuffers(),
  ): PackedBatch {
    for (const { window, index } of rows.flat()) {
      if (window.table.label(index) !== NO_LABEL) {
        throw new DatasetsOptionError('packing', 'asked of a pair', 'single-segment examples');
      }
    }
    const batch = this.build(rows, buffers);
    const size = batch.batchSize * batch.length;
    const sequenceIds = buffers.take('sequenceIds', size).fill(0);
    const positionIds = buffers.take('positionIds', size).fill(0);
    rows.forEach((examples, row) => {
      let at = row * batch.length;
      examples.forEach((example, i) => {
        for (let position = 0, end = exampleLength(example); position < end; position++) {
          sequenceIds[at] = i + 1;
          positionIds[at++] = position;
        }
      });
    });
    return { ...batch, sequenceIds, positionIds };
  }

  private build(rows: readonly (readonly ExampleReference[])[], buffers: BatchBuffers): Batch {
    const batchSize = rows.length;
    const length = this.rowLength(rows);
    const size = batchSize * length;
    const batch = {
      batchSize,
      length,
      inputIds: buffers.take('inputIds', size),
      tokenTypeIds: buffers.take('tokenTypeIds', size).fill(0),
      attentionMask: buffers.take('attentionMask', size).fill(0),
      nextSentenceLabel: buffers.take('nextSentenceLabel', batchSize),
    };
    const masked = {
      positions: buffers.take('maskedPositions', size),
      labels: buffers.take('maskedLabels', size),
      count: 0,
    };
    rows.forEach((examples, row) => {
      let at = row * length;
      batch.nextSentenceLabel[row] = NO_LABEL;
      for (const example of examples) {
        const from = at;
        at = this.fillRow(example, batch, from);
        batch.nextSentenceLabel[row] = example.window.table.label(example.index);
        this.startMaskStream(example);
        this.maskRow(batch.inputIds, from, at, masked);
      }
      batch.inputIds.fill(this.vocabulary.padTokenId, at, (row + 1) * length);
    });
    return {
      ...batch,
      maskedPositions: masked.positions.subarray(0, masked.count),
      maskedLabels: masked.labels.subarray(0, masked.count),
    };
  }

  /** Tokens of the longest row with its special tokens, rounded up. */
  private rowLength(rows: readonly (readonly ExampleReference[])[]): number {
    const { maxSeqLength, padding, padToMultipleOf } = this.options;
    let longest = padding === 'max_length' ? maxSeqLength : 0;
    for (const examples of rows) {
      let tokens = 0;
      for (const example of examples) tokens += exampleLength(example);
      if (tokens > maxSeqLength) {
        const expected = `at least ${tokens}, the length of an example`;
        throw new DatasetsOptionError('maxSeqLength', maxSeqLength, expected);
      }
      longest = Math.max(longest, tokens);
    }
    return Math.ceil(longest / padToMultipleOf) * padToMultipleOf;
  }

  /** Writes [CLS] A [SEP] or [CLS] A [SEP] B [SEP]. @returns one past the last token. */
  private fillRow(
    { window, index }: ExampleReference,
    rows: { inputIds: Int32Array; tokenTypeIds: Int32Array; attentionMask: Int32Array },
    from: number,
  ): number {
    const { clsTokenId, sepTokenId } = this.vocabulary;
    const { tokens } = window.documents;
    const { table } = window;
    const { inputIds } = rows;
    let at = from;
    inputIds[at++] = clsTokenId;
    for (let i = table.start(index, 0), end = table.end(index, 0); i < end; i++) {
      inputIds[at++] = tokens[i] ?? 0;
    }
    inputIds[at++] = sepTokenId;
    const startB = table.start(index, 1);
    const endB = table.end(index, 1);
    if (endB > startB) {
      const first = at;
      for (let i = startB; i < endB; i++) inputIds[at++] = tokens[i] ?? 0;
      inputIds[at++] = sepTokenId;
      rows.tokenTypeIds.fill(1, first, at);
    }
    rows.attentionMask.fill(1, from, at);
    return at;
  }

  /** The stream of an example: its document and where in it A begins, so the batch does not matter. */
  private startMaskStream({ window, index }: ExampleReference): void {
    const { document, start } = window.table.at(index).a;
    const { documents, epoch } = window;
    const documentToken = sentenceStart(documents, documentStart(documents, document));
    const id = documents.documentIds[document] ?? 0;
    this.random.reset(MASKS, this.options.seed, epoch, id, start - documentToken);
  }

  /** Chooses what to predict in the columns `[from, end)`, records it in `masked` and hides it. */
  private maskRow(
    ids: Int32Array,
    from: number,
    end: number,
    masked: { positions: Int32Array; labels: Int32Array; count: number },
  ): void {
    const { masking, mlmProbability, maxPredictionsPerSequence } = this.options;
    const { words, random } = this;
    words.find(ids, from, end, this.vocabulary, masking !== 'token');
    if (this.chosen.length < words.length) this.chosen = new Uint8Array(2 * words.length);
    const { chosen } = this;
    const draw = masking === 'span' ? drawSpans : drawWords;
    draw(words, mlmProbability, random, chosen);
    limitChoice(words, maxPredictionsPerSequence, random, chosen);
    for (let word = 0; word < words.length; word++) {
      if (chosen[word] !== 1) continue;
      for (let at = words.starts[word] ?? 0, last = words.ends[word] ?? 0; at < last; at++) {
        const id = ids[at] ?? 0;
        masked.positions[masked.count] = at;
        masked.labels[masked.count++] = id;
        ids[at] = this.replacement(id);
      }
    }
  }

  /** What stands in the place of a token that is to be predicted. */
  private replacement(id: number): number {
    const { maskReplaceProb, randomReplaceProb } = this.options;
    const { maskTokenId, vocabSize, isSpecial } = this.vocabulary;
    const drawn = this.random.uint32() / 0x1_0000_0000;
    if (drawn < maskReplaceProb) return maskTokenId;
    if (drawn >= maskReplaceProb + randomReplaceProb) return id;
    let token = this.random.below(vocabSize);
    while (isSpecial[token] === 1) token = this.random.below(vocabSize);
    return token;
  }
}

/** Tokens of an example, special tokens included. */
export function exampleLength({ window: { table }, index }: ExampleReference): number {
  const a = table.end(index, 0) - table.start(index, 0);
  const b = table.end(index, 1) - table.start(index, 1);
  return b > 0 ? a + b + 3 : a + 2;
}

function withDefaults(options: MlmCollatorOptions): Required<MlmCollatorOptions> {
  const all: Required<MlmCollatorOptions> = {
    maxSeqLength: 128,
    mlmProbability: 0.15,
    maskReplaceProb: 0.8,
    randomReplaceProb: 0.1,
    masking: 'token',
    maxPredictionsPerSequence: Number.MAX_SAFE_INTEGER,
    padding: 'longest',
    padToMultipleOf: 1,
    seed: 42,
    ...options,
  };
  requireProbability('mlmProbability', all.mlmProbability);
  requireProbability('maskReplaceProb', all.maskReplaceProb);
  requireProbability('randomReplaceProb', all.randomReplaceProb);
  requireProbability(
    'maskReplaceProb + randomReplaceProb',
    all.maskReplaceProb + all.randomReplaceProb,
  );
  for (const option of ['maxSeqLength', 'maxPredictionsPerSequence', 'padToMultipleOf'] as const) {
    if (!Number.isInteger(all[option]) || all[option] < 1) {
      throw new DatasetsOptionError(option, all[option], 'an integer of at least 1');
    }
  }
  return all;
}
