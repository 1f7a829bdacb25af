// How many weights a BERT for pretraining has, from its configuration alone: known before any memory is taken.
import type { BertConfig } from '@malmoi/bert-model';

/** The models that are pretrained. */
export type PretrainingArchitecture = 'BertForPreTraining' | 'BertForMaskedLM';

/** Weights that train, as `numParameters()` of the model counts them; shared ones once. */
export function countParameters(config: BertConfig, architecture: PretrainingArchitecture): number {
  const { vocabSize, hiddenSize, numHiddenLayers, intermediateSize } = config;
  const dense = (from: number, to: number): number => from * to + to;
  const layerNorm = 2 * hiddenSize;
  const positions =
    config.positionEmbeddings === 'learned' ? config.maxPositionEmbeddings * hiddenSize : 0;
  const embeddings =
    (vocabSize + config.typeVocabSize) * hiddenSize +
    positions +
    (config.embeddingLayerNorm ? layerNorm : 0);
  const layer =
    4 * dense(hiddenSize, hiddenSize) +
    dense(hiddenSize, intermediateSize) +
    dense(intermediateSize, hiddenSize) +
    2 * layerNorm;
  const head =
    (config.mlmTransform ? dense(hiddenSize, hiddenSize) + layerNorm : 0) +
    (config.tieWordEmbeddings ? 0 : vocabSize * hiddenSize) +
    vocabSize;
  const sentencePairs =
    architecture === 'BertForPreTraining'
      ? dense(hiddenSize, 2) + (config.pooling === 'cls' ? dense(hiddenSize, hiddenSize) : 0)
      : 0;
  return embeddings + numHiddenLayers * layer + head + sentencePairs;
}
