// The model of a run, with its first weights.
import {
  type BertConfig,
  BertForMaskedLM,
  BertForPreTraining,
  createBertConfig,
  withBertConfig,
} from '@malmoi/bert-model';
import type { WordPieceTokenizer } from '@malmoi/wordpiece';

import type { PretrainSettings } from './options.ts';

/** What is pretrained: with the head for sentence pairs, or without. */
export type PretrainedModel = BertForPreTraining | BertForMaskedLM;

/**
 * The configuration that the settings ask for.
 *
 * @param vocabSize tokens of the vocabulary, which may be fewer than were asked for
 * @param padTokenId where the padding token stands in it, once that is known
 * @throws BertConfigError
 */
export function modelConfig(
  settings: PretrainSettings,
  vocabSize: number,
  padTokenId: number | null = null,
): BertConfig {
  const { base, newVocab, newConfig } = settings;
  if (base !== undefined) {
    // With another vocabulary the padding token gets the id that it has there.
    return newVocab === undefined
      ? base.config
      : withBertConfig(base.config, { vocabSize, padTokenId: null });
  }
  if (newConfig !== undefined) {
    return withBertConfig(newConfig.config, { vocabSize, padTokenId });
  }
  const { hiddenSize, numHiddenLayers, numAttentionHeads, intermediateSize } = settings;
  return createBertConfig({
    vocabSize,
    maxPositionEmbeddings: settings.maxPositionEmbeddings,
    ...{ hiddenSize, numHiddenLayers, numAttentionHeads, intermediateSize },
    hiddenDropoutProb: settings.hiddenDropoutProb,
    attentionProbsDropoutProb: settings.attentionProbsDropoutProb,
    initializerRange: settings.initializerRange,
    ...settings.architecture,
  });
}

/** Makes a new model; the caller disposes it. */
export function createModel(
  settings: PretrainSettings,
  { vocabSize, padTokenId }: WordPieceTokenizer,
): PretrainedModel {
  const config = modelConfig(settings, vocabSize, padTokenId);
  const { seed } = settings;
  return settings.nextSentencePrediction
    ? new BertForPreTraining(config, { seed })
    : new BertForMaskedLM(config, { seed });
}
