// Sizes of models, each with settings of training that fit it. A flag overrides the preset's value.
import type { BertConfigOptions } from '@malmoi/bert-model';
import type { TrainingArguments } from '@malmoi/trainer';

import { formatCount } from '../output/format-number.ts';
import { formatTable } from '../output/format-table.ts';

/** What a preset decides. */
export interface Preset {
  readonly vocabSize: number;
  readonly hiddenSize: number;
  readonly numHiddenLayers: number;
  readonly numAttentionHeads: number;
  readonly intermediateSize: number;
  readonly maxPositionEmbeddings: number;
  readonly hiddenDropoutProb: number;
  readonly attentionProbsDropoutProb: number;
  readonly initializerRange: number;
  readonly maxSeqLength: number;
  readonly perDeviceTrainBatchSize: number;
  readonly learningRate: number;
  readonly numTrainEpochs: number;
  /** One line about it, for the help. */
  readonly about: string;
  /** Whether sentence pairs are learned, too. Default true. */
  readonly nextSentencePrediction?: boolean;
  /** A beginning with short examples; instead of `numTrainEpochs`, unless epochs or a length are asked for. */
  readonly stages?: PresetStages;
  /** Share of tokens that are predicted in training. Default 0.15. */
  readonly mlmProbability?: number;
  /** What makes it another architecture than BERT. */
  readonly architecture?: BertConfigOptions;
  /** What differs from the defaults of the flags. */
  readonly training?: Partial<PresetTraining>;
}

/** Two stages of training; examples have `maxSeqLength` in the second. */
interface PresetStages {
  /** Updates of both. */
  readonly maxSteps: number;
  readonly shortStageSeqLength: number;
  /** Updates of the first; below 1 a part of the run. */
  readonly shortStageSteps: number;
}

/** Settings of training that a preset may have. */
export type PresetTraining = Pick<
  TrainingArguments,
  | 'adamBeta1'
  | 'adamBeta2'
  | 'adamEpsilon'
  | 'lrSchedulerType'
  | 'maxGradNorm'
  | 'warmupSteps'
  | 'weightDecay'
>;

/** Names of the presets. */
export const PRESETS = ['sample', 'mini', 'small', 'base', 'keras-imdb', 'lecture'] as const;

/**
 * The presets: `sample` for the embedded corpus; two sizes of Turc et al. 2019; BERT-base; the model of Keras'
 * "End-to-end Masked Language Modeling with BERT" (its architecture is `kerasImdbConfig` of
 * @malmoi/bert-model); and BERT-base as Korean lectures train it, with 20,000 words and 128 positions.
 */
export const presets: Readonly<Record<(typeof PRESETS)[number], Preset>> = {
  // Found by trial for three million tokens: with 15 % masked, or the usual betas and initial weights, so short
  // a run ends before attention has learned to look at the neighbours of a mask.
  sample: {
    vocabSize: 3000,
    hiddenSize: 128,
    numHiddenLayers: 2,
    numAttentionHeads: 4,
    intermediateSize: 512,
    maxPositionEmbeddings: 64,
    hiddenDropoutProb: 0,
    attentionProbsDropoutProb: 0,
    initializerRange: 0.06,
    maxSeqLength: 48,
    perDeviceTrainBatchSize: 32,
    learningRate: 3e-3,
    numTrainEpochs: 4,
    stages: { maxSteps: 2600, shortStageSeqLength: 24, shortStageSteps: 0.35 },
    mlmProbability: 0.3,
    training: { adamBeta1: 0.7, adamBeta2: 0.98 },
    about: 'the embedded Korean sample',
  },
  mini: {
    vocabSize: 20_000,
    hiddenSize: 256,
    numHiddenLayers: 4,
    numAttentionHeads: 4,
    intermediateSize: 1024,
    maxPositionEmbeddings: 512,
    hiddenDropoutProb: 0.1,
    attentionProbsDropoutProb: 0.1,
    initializerRange: 0.02,
    maxSeqLength: 128,
    perDeviceTrainBatchSize: 32,
    learningRate: 5e-4,
    numTrainEpochs: 3,
    about: 'some megabytes of text',
  },
  small: {
    vocabSize: 32_000,
    hiddenSize: 512,
    numHiddenLayers: 4,
    numAttentionHeads: 8,
    intermediateSize: 2048,
    maxPositionEmbeddings: 512,
    hiddenDropoutProb: 0.1,
    attentionProbsDropoutProb: 0.1,
    initializerRange: 0.02,
    maxSeqLength: 128,
    perDeviceTrainBatchSize: 32,
    learningRate: 3e-4,
    numTrainEpochs: 3,
    about: 'some hundred megabytes of text',
  },
  base: {
    vocabSize: 32_000,
    hiddenSize: 768,
    numHiddenLayers: 12,
    numAttentionHeads: 12,
    intermediateSize: 3072,
    maxPositionEmbeddings: 512,
    hiddenDropoutProb: 0.1,
    attentionProbsDropoutProb: 0.1,
    initializerRange: 0.02,
    maxSeqLength: 128,
    perDeviceTrainBatchSize: 16,
    learningRate: 1e-4,
    numTrainEpochs: 3,
    about: 'BERT-base, gigabytes of text',
  },
  'keras-imdb': {
    vocabSize: 30_000,
    hiddenSize: 128,
    numHiddenLayers: 1,
    numAttentionHeads: 8,
    intermediateSize: 128,
    maxPositionEmbeddings: 256,
    hiddenDropoutProb: 0.1,
    attentionProbsDropoutProb: 0,
    initializerRange: 0.02,
    maxSeqLength: 256,
    perDeviceTrainBatchSize: 32,
    learningRate: 1e-3,
    numTrainEpochs: 5,
    about: "Keras' masked-language example on IMDB: masked words alone, plain Adam",
    nextSentencePrediction: false,
    architecture: {
      typeVocabSize: 0,
      hiddenAct: 'relu',
      layerNormEps: 1e-6,
      positionEmbeddings: 'sinusoidal',
      embeddingLayerNorm: false,
      embeddingDropoutProb: 0,
      mlmTransform: false,
      tieWordEmbeddings: false,
      pooling: 'max',
    },
    training: {
      adamEpsilon: 1e-7,
      lrSchedulerType: 'constant',
      maxGradNorm: 0,
      warmupSteps: 0,
      weightDecay: 0,
    },
  },
  lecture: {
    vocabSize: 20_000,
    hiddenSize: 768,
    numHiddenLayers: 12,
    numAttentionHeads: 12,
    intermediateSize: 3072,
    maxPositionEmbeddings: 128,
    hiddenDropoutProb: 0.1,
    attentionProbsDropoutProb: 0.1,
    initializerRange: 0.02,
    maxSeqLength: 128,
    perDeviceTrainBatchSize: 16,
    learningRate: 1e-4,
    numTrainEpochs: 3,
    about: 'BERT-base as a Korean lecture trains it: 20,000 tokens, 128 positions',
  },
};

/** The presets as lines, for the help. */
export function presetLines(): string[] {
  return formatTable(
    PRESETS.map((name) => {
      const { hiddenSize, numHiddenLayers, numAttentionHeads, intermediateSize, ...preset } =
        presets[name];
      const size = `${hiddenSize} wide, ${numHiddenLayers} deep, ${numAttentionHeads} heads, FFN ${intermediateSize}`;
      const { vocabSize, maxSeqLength, about } = preset;
      return [name, `${size}, ${formatCount(vocabSize)} tokens, ${maxSeqLength} long`, about];
    }),
  );
}
