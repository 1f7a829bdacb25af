// The summary lines of the parts that models are made of.
import type { BertConfig } from '../config/bert-config.ts';
import type { SummaryLayer } from './format-summary.ts';

/** Embeddings, each encoder layer, and the pooler. */
export function backboneLayers(
  { hiddenSize, numHiddenLayers, pooling }: BertConfig,
  { prefix, hasPooler }: { readonly prefix: string; readonly hasPooler: boolean },
): readonly SummaryLayer[] {
  const outputShape = ['batch', 'length', hiddenSize];
  const layers = Array.from({ length: numHiddenLayers }, (_, index) => ({
    name: `${prefix}encoder.layer.${index}`,
    type: 'BertLayer',
    outputShape,
  }));
  const pooler = {
    name: `${prefix}pooler`,
    type: pooling === 'cls' ? 'BertPooler' : 'GlobalMaxPooling1D',
    outputShape: ['batch', hiddenSize],
  };
  return [
    { name: `${prefix}embeddings`, type: 'BertEmbeddings', outputShape },
    ...layers,
    ...(hasPooler ? [pooler] : []),
  ];
}

/** The masked-LM head; a tied decoder's weights count under the embeddings. */
export function maskedLmLayer({ vocabSize }: BertConfig): SummaryLayer {
  return {
    name: 'cls.predictions',
    type: 'BertLMPredictionHead',
    outputShape: ['batch', 'length', vocabSize],
  };
}

export const nextSentenceLayer: SummaryLayer = {
  name: 'cls.seq_relationship',
  type: 'Dense',
  outputShape: ['batch', 2],
};

export const questionAnsweringLayer: SummaryLayer = {
  name: 'qa_outputs',
  type: 'Dense',
  outputShape: ['batch', 'length', 2],
};

/** A classifier, in two lines if it has a hidden layer. `axes` come between batch and labels. */
export function classifierLayers(
  { numLabels }: BertConfig,
  hiddenLayerSize: number | null,
  axes: readonly string[],
): readonly SummaryLayer[] {
  const outputShape = ['batch', ...axes, numLabels];
  if (hiddenLayerSize === null) {
    return [{ name: 'classifier', type: 'Dense', outputShape }];
  }
  const hiddenShape = ['batch', ...axes, hiddenLayerSize];
  return [
    { name: 'classifier.dense', type: 'Dense', outputShape: hiddenShape },
    { name: 'classifier.out_proj', type: 'Dense', outputShape },
  ];
}
