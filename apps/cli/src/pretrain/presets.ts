// Sizes of models, each with settings of training that fit it. A flag overrides the preset's value.

/** What a preset decides. */
export interface Preset {
  readonly vocabSize: number;
  readonly hiddenSize: number;
  readonly numHiddenLayers: number;
  readonly numAttentionHeads: number;
  readonly intermediateSize: number;
  readonly maxPositionEmbeddings: number;
  /** Of hidden states and attention alike. */
  readonly dropoutProb: number;
  readonly initializerRange: number;
  readonly maxSeqLength: number;
  readonly perDeviceTrainBatchSize: number;
  readonly learningRate: number;
  readonly numTrainEpochs: number;
}

/** Names of the presets. */
export const PRESETS = ['sample', 'mini', 'small', 'base'] as const;

/** The presets: `sample` for the embedded corpus, the sizes of Turc et al. 2019, and BERT-base. */
export const presets: Readonly<Record<(typeof PRESETS)[number], Preset>> = {
  sample: {
    vocabSize: 4000,
    hiddenSize: 128,
    numHiddenLayers: 2,
    numAttentionHeads: 2,
    intermediateSize: 512,
    maxPositionEmbeddings: 64,
    dropoutProb: 0,
    initializerRange: 0.05,
    maxSeqLength: 64,
    perDeviceTrainBatchSize: 16,
    learningRate: 1e-3,
    numTrainEpochs: 2,
  },
  mini: {
    vocabSize: 20_000,
    hiddenSize: 256,
    numHiddenLayers: 4,
    numAttentionHeads: 4,
    intermediateSize: 1024,
    maxPositionEmbeddings: 512,
    dropoutProb: 0.1,
    initializerRange: 0.02,
    maxSeqLength: 128,
    perDeviceTrainBatchSize: 32,
    learningRate: 5e-4,
    numTrainEpochs: 3,
  },
  small: {
    vocabSize: 32_000,
    hiddenSize: 512,
    numHiddenLayers: 4,
    numAttentionHeads: 8,
    intermediateSize: 2048,
    maxPositionEmbeddings: 512,
    dropoutProb: 0.1,
    initializerRange: 0.02,
    maxSeqLength: 128,
    perDeviceTrainBatchSize: 32,
    learningRate: 3e-4,
    numTrainEpochs: 3,
  },
  base: {
    vocabSize: 32_000,
    hiddenSize: 768,
    numHiddenLayers: 12,
    numAttentionHeads: 12,
    intermediateSize: 3072,
    maxPositionEmbeddings: 512,
    dropoutProb: 0.1,
    initializerRange: 0.02,
    maxSeqLength: 128,
    perDeviceTrainBatchSize: 16,
    learningRate: 1e-4,
    numTrainEpochs: 3,
  },
};
