// What must hold between the fields of a configuration, once each is possible by itself.
import { BertConfigError } from './bert-config-error.ts';
import type { BertConfig } from './bert-config.ts';
import { largestDimension } from './field-rules.ts';

/** @throws BertConfigError naming the field to change. */
export function checkConsistency(config: BertConfig): void {
  const { hiddenSize, numAttentionHeads, padTokenId, vocabSize } = config;
  if (hiddenSize % numAttentionHeads !== 0) {
    throw new BertConfigError(
      'hiddenSize',
      hiddenSize,
      `a multiple of numAttentionHeads, which is ${numAttentionHeads}`,
    );
  }
  if (padTokenId !== null && padTokenId >= vocabSize) {
    throw new BertConfigError(
      'padTokenId',
      padTokenId,
      `an id below vocabSize, which is ${vocabSize}`,
    );
  }
  if (config.problemType === 'single_label_classification' && config.numLabels === 1) {
    throw new BertConfigError(
      'problemType',
      config.problemType,
      'at least two labels with it; a single output is a regression, ' +
        'or multi_label_classification for one yes-or-no question',
    );
  }
  checkSizes(config);
}

/** Every weight matrix must stay within the number of elements a tensor can index. */
function checkSizes(config: BertConfig): void {
  const columns = config.hiddenSize;
  const rowsByField = {
    vocabSize: config.vocabSize,
    maxPositionEmbeddings: config.maxPositionEmbeddings,
    typeVocabSize: config.typeVocabSize,
    intermediateSize: config.intermediateSize,
    hiddenSize: config.hiddenSize,
  };
  for (const [field, rows] of Object.entries(rowsByField)) {
    if (rows * columns > largestDimension) {
      throw new BertConfigError(
        field,
        rows,
        `at most ${Math.floor(largestDimension / columns)} for a hiddenSize of ${columns}, ` +
          'so that the weights can be indexed',
      );
    }
  }
}
