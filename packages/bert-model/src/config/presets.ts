// Named configurations: the sizes of the BERT paper, and the two well-known tutorial architectures
// that Malmoi reproduces. Every preset takes options that override it.
import { createBertConfig, type BertConfig, type BertConfigOptions } from './bert-config.ts';

/** BERT-base (Devlin et al. 2018): 12 layers of width 768; 109,482,240 parameters with the pooler. */
export function bertBaseConfig(options: BertConfigOptions = {}): BertConfig {
  return createBertConfig(options);
}

/** BERT-large (Devlin et al. 2018): 24 layers of width 1,024; 335,141,888 with the pooler. */
export function bertLargeConfig(options: BertConfigOptions = {}): BertConfig {
  return createBertConfig({
    hiddenSize: 1024,
    numHiddenLayers: 24,
    numAttentionHeads: 16,
    intermediateSize: 4096,
    ...options,
  });
}

/**
 * The encoder of Keras' "End-to-end Masked Language Modeling with BERT" (A. Singh, 2020), trained
 * on IMDB: one ReLU layer of width 128 over 30,000 words, no segments, fixed sinusoidal positions,
 * no LayerNorm and no dropout on the embeddings, an MLM softmax of its own straight on the encoder.
 * 3,939,584 parameters: 30,000 x 128 words, 66,048 attention, 33,024 feed-forward, 512 LayerNorm.
 */
export function kerasImdbConfig(options: BertConfigOptions = {}): BertConfig {
  return createBertConfig({
    vocabSize: 30_000,
    maxPositionEmbeddings: 256,
    typeVocabSize: 0,
    hiddenSize: 128,
    numHiddenLayers: 1,
    numAttentionHeads: 8,
    intermediateSize: 128,
    hiddenAct: 'relu',
    layerNormEps: 1e-6,
    attentionProbsDropoutProb: 0,
    positionEmbeddings: 'sinusoidal',
    embeddingLayerNorm: false,
    embeddingDropoutProb: 0,
    mlmTransform: false,
    tieWordEmbeddings: false,
    pooling: 'max',
    ...options,
  });
}

/**
 * The same encoder with the example's sentiment classifier for BertForSequenceClassification:
 * maximum over the positions, dense 64 with ReLU, dense 1 with a sigmoid (in the loss).
 * 3,947,905 parameters, of which 8,321 train while `bert.*` is frozen.
 */
export function kerasImdbClassifierConfig(options: BertConfigOptions = {}): BertConfig {
  return kerasImdbConfig({
    numLabels: 1,
    problemType: 'multi_label_classification',
    classifierHiddenSize: 64,
    classifierHiddenAct: 'relu',
    classifierDropout: 0,
    ...options,
  });
}

/**
 * "BERT from scratch" as PyTorch tutorials build it on nn.TransformerEncoder: BERT-base's width,
 * fixed sinusoidal positions joined with words and segments under one LayerNorm, 12 GELU layers
 * with PyTorch's feed-forward width and epsilon, an untied MLM layer straight on the encoder.
 */
export function jointEmbeddingConfig(options: BertConfigOptions = {}): BertConfig {
  return createBertConfig({
    intermediateSize: 2048,
    layerNormEps: 1e-5,
    positionEmbeddings: 'sinusoidal',
    mlmTransform: false,
    tieWordEmbeddings: false,
    ...options,
  });
}
