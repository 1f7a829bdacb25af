// The models that train-step and inference measure, and the batch that both sides compute on: a formula, so that
// JavaScript and Python (bert_batch.py) have the same numbers.

const mini = {
  vocabSize: 20_000,
  hiddenSize: 256,
  numHiddenLayers: 4,
  numAttentionHeads: 4,
  intermediateSize: 1024,
  maxPositionEmbeddings: 128,
};

/** Sizes by name, in transformers' terms. */
export const bertModels = {
  // The encoder of Keras' example "End-to-end Masked Language Modeling with BERT".
  keras: {
    vocabSize: 30_000,
    hiddenSize: 128,
    numHiddenLayers: 1,
    numAttentionHeads: 8,
    intermediateSize: 128,
    maxPositionEmbeddings: 256,
  },
  mini,
  base: {
    ...mini,
    hiddenSize: 768,
    numHiddenLayers: 12,
    numAttentionHeads: 12,
    intermediateSize: 3072,
  },
  // The preset of the embedded Korean corpus: where calls cost as much as arithmetic.
  sample: {
    vocabSize: 3000,
    hiddenSize: 128,
    numHiddenLayers: 2,
    numAttentionHeads: 4,
    intermediateSize: 512,
    maxPositionEmbeddings: 64,
  },
  // Small enough for every backend: to try a benchmark itself.
  tiny: {
    ...mini,
    vocabSize: 500,
    hiddenSize: 32,
    numHiddenLayers: 2,
    numAttentionHeads: 2,
    intermediateSize: 64,
  },
};

/** Batch and length that a training step of each model is measured with. */
export const trainingShapes = {
  keras: { batchSize: 32, length: 256 },
  mini: { batchSize: 32, length: 128 },
  base: { batchSize: 16, length: 128 },
  sample: { batchSize: 32, length: 48 },
  tiny: { batchSize: 4, length: 16 },
};

/** Knuth's multiplicative hash, 32 bits. */
const hash = (i) => Math.imul(i, 2_654_435_761) >>> 0;

/**
 * Token ids, two segments a row, and 3 of 20 positions to predict.
 *
 * @param {{ vocabSize: number, batchSize: number, length: number }} sizes
 */
export function bertBatch({ vocabSize, batchSize, length }) {
  const indices = Int32Array.from({ length: batchSize * length }, (_, i) => i);
  const inputIds = indices.map((i) => 5 + (hash(i + 1) % (vocabSize - 5)));
  const maskedPositions = indices.filter((i) => hash(i + 7) % 20 < 3);
  return {
    batchSize,
    length,
    inputIds,
    tokenTypeIds: indices.map((i) => (i % length < length / 2 ? 0 : 1)),
    attentionMask: indices.map(() => 1),
    maskedPositions,
    maskedLabels: maskedPositions.map((position) => inputIds[position]),
    nextSentenceLabel: Int32Array.from({ length: batchSize }, (_, row) => row % 2),
  };
}
