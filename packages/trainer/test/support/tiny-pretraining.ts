// A tiny BERT and a little data to pretrain it on, for tests that train.
import { BertForPreTraining, createBertConfig } from '@malmoi/bert-model';
import { Random } from '@malmoi/datasets';

import { ArrayData, type ArrayDataOptions, type PretrainingBatch } from '../../src/index.ts';

/** An example: two halves of equal tokens when the second follows, of different ones when not. */
export interface TinyExample {
  readonly id: number;
  readonly tokens: readonly number[];
  readonly isRandom: number;
}

const CLS = 2;
const SEP = 3;
const MASK = 4;
const FIRST = 5;
const WORDS = 12;

/** 17 words, one layer, dropout on. */
export function tinyModel(seed = 1): BertForPreTraining {
  const config = createBertConfig({
    vocabSize: FIRST + WORDS,
    hiddenSize: 8,
    numHiddenLayers: 1,
    numAttentionHeads: 2,
    intermediateSize: 16,
    maxPositionEmbeddings: 16,
    hiddenDropoutProb: 0.1,
    attentionProbsDropoutProb: 0.1,
  });
  return new BertForPreTraining(config, { seed });
}

/** Examples of different lengths, drawn from a seed. */
export function tinyExamples(count: number, seed = 7): TinyExample[] {
  const random = new Random(seed);
  return Array.from({ length: count }, (_, id) => {
    const half = random.between(2, 4);
    const word = FIRST + random.below(WORDS);
    const isRandom = random.below(2);
    const second = isRandom === 1 ? FIRST + random.below(WORDS) : word;
    const repeat = (token: number): number[] => Array.from({ length: half }, () => token);
    return { id, tokens: [CLS, ...repeat(word), SEP, ...repeat(second), SEP], isRandom };
  });
}

/** Masks one to three words of each example, by epoch, and pads. */
export function collateTiny(examples: readonly TinyExample[], epoch: number): PretrainingBatch {
  const length = Math.max(...examples.map(({ tokens }) => tokens.length));
  const size = examples.length * length;
  const inputIds = new Int32Array(size);
  const attentionMask = new Int32Array(size);
  const tokenTypeIds = new Int32Array(size);
  const masked: [position: number, label: number][] = [];
  examples.forEach(({ id, tokens }, row) => {
    const random = new Random(1, epoch, id);
    const firstSep = tokens.indexOf(SEP);
    tokens.forEach((token, column) => {
      const at = row * length + column;
      const isMasked = token >= FIRST && random.chance(0.3);
      inputIds[at] = isMasked ? MASK : token;
      attentionMask[at] = 1;
      tokenTypeIds[at] = column > firstSep ? 1 : 0;
      if (isMasked) masked.push([at, token]);
    });
  });
  return {
    batchSize: examples.length,
    length,
    inputIds,
    attentionMask,
    tokenTypeIds,
    maskedPositions: Int32Array.from(masked, ([position]) => position),
    maskedLabels: Int32Array.from(masked, ([, label]) => label),
    nextSentenceLabel: Int32Array.from(examples, ({ isRandom }) => isRandom),
  };
}

/** The examples as a data source. */
export function tinyData(
  count: number,
  options: ArrayDataOptions = {},
): ArrayData<TinyExample, PretrainingBatch> {
  return new ArrayData(tinyExamples(count), collateTiny, { batchSize: 4, ...options });
}
