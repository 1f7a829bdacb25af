// BERT's configuration: every field of transformers' BertConfig that concerns the model, with its
// defaults (transformers 5.17, configuration_bert.py), and Malmoi's few additions, whose defaults
// are what transformers computes. Checked on creation, immutable afterwards.
import type { ActivationName } from '@malmoi/ops';

import { BertConfigError } from './bert-config-error.ts';
import { checkConsistency } from './config-consistency.ts';
import { defaultLabels, labelsFromNames, numberedLabels } from './config-labels.ts';
import { readConfigFields } from './config-fields.ts';

/** How a classifier's loss is computed, as transformers names it. */
export type ProblemType =
  'regression' | 'single_label_classification' | 'multi_label_classification';

/** The fields of a configuration, by their TypeScript names. */
export interface BertConfigFields {
  /** Class names this configuration was saved for, e.g. `BertForPreTraining`. */
  readonly architectures: readonly string[];
  /** Always `bert`. */
  readonly modelType: 'bert';
  /** Number of word embeddings. Default 30,522. */
  readonly vocabSize: number;
  /** Width of a hidden state. Default 768. */
  readonly hiddenSize: number;
  /** Number of encoder layers. Default 12. */
  readonly numHiddenLayers: number;
  /** Attention heads; must divide `hiddenSize`. Default 12. */
  readonly numAttentionHeads: number;
  /** Width between the two dense layers of an encoder layer. Default 3,072. */
  readonly intermediateSize: number;
  /** Activation of the encoder layers and of the MLM transform. Default `gelu` (by erf). */
  readonly hiddenAct: ActivationName;
  /** Dropout on embeddings and on the output of both halves of a layer. Default 0.1. */
  readonly hiddenDropoutProb: number;
  /** Dropout on attention probabilities. Default 0.1. */
  readonly attentionProbsDropoutProb: number;
  /** Longest sequence the position embeddings know. Default 512. */
  readonly maxPositionEmbeddings: number;
  /** Number of segment embeddings; 0 builds none. Default 2. */
  readonly typeVocabSize: number;
  /** Standard deviation of the truncated normal that weights are drawn from. Default 0.02. */
  readonly initializerRange: number;
  /** Added to the variance in every LayerNorm. Default 1e-12. */
  readonly layerNormEps: number;
  /** Its word embedding receives no gradient from the lookup, as in PyTorch. Default 0. */
  readonly padTokenId: number | null;
  readonly bosTokenId: number | null;
  readonly eosTokenId: number | readonly number[] | null;
  /** Kept for transformers; only decoders read it. Default true. */
  readonly useCache: boolean;
  /** Dropout before a classifier; `null` takes `hiddenDropoutProb`. */
  readonly classifierDropout: number | null;
  /** Always false: Malmoi builds encoders. */
  readonly isDecoder: false;
  /** Always false: Malmoi builds encoders. */
  readonly addCrossAttention: false;
  /** Whether the MLM decoder uses the word embeddings as its weights. Default true. */
  readonly tieWordEmbeddings: boolean;
  /** Label names in the order of the logits. Default `LABEL_0`, `LABEL_1`. */
  readonly id2label: readonly string[];
  readonly label2id: ReadonlyMap<string, number>;
  /** `null` infers it from the labels, as transformers does. */
  readonly problemType: ProblemType | null;
  /** Number format of the weights on disk. Computation is float32. */
  readonly dtype: string;
  readonly transformersVersion: string | null;

  /** Malmoi: `sinusoidal` is a fixed table without parameters. Default `learned`. */
  readonly positionEmbeddings: 'learned' | 'sinusoidal';
  /** Malmoi: LayerNorm after the sum of the embeddings. Default true. */
  readonly embeddingLayerNorm: boolean;
  /** Malmoi: dropout on the embeddings; `null` takes `hiddenDropoutProb`. */
  readonly embeddingDropoutProb: number | null;
  /** Malmoi: dense, activation and LayerNorm before the MLM decoder. Default true. */
  readonly mlmTransform: boolean;
  /** Malmoi: `cls` is BERT's pooler, `max` the maximum over the unmasked positions. */
  readonly pooling: 'cls' | 'max';
  /** Malmoi: width of a hidden layer in the sequence classifier; `null` for none. */
  readonly classifierHiddenSize: number | null;
  /** Malmoi: activation of that hidden layer. Default `relu`. */
  readonly classifierHiddenAct: ActivationName;
}

/** The two fields that are one fact: the names of the labels, and their ids. */
export type BertConfigLabels = Pick<BertConfigFields, 'id2label' | 'label2id'>;

/** All fields but the labels, which a file and code write in different forms. */
export type UnlabelledFields = Omit<BertConfigFields, keyof BertConfigLabels>;

/** A checked, immutable configuration. */
export interface BertConfig extends BertConfigFields {
  /** Number of logits of a classifier: the length of `id2label`. */
  readonly numLabels: number;
  /** Fields of the file it was read from that Malmoi does not know, by their names there. */
  readonly unknownFields: ReadonlyMap<string, unknown>;
  /** The order of the fields in that file; empty for a configuration made in code. */
  readonly fieldOrder: readonly string[];
}

/** Fields to set; the rest keep their defaults. `numLabels` names the labels LABEL_0, LABEL_1, … */
export type BertConfigOptions = {
  readonly [Field in Exclude<keyof BertConfigFields, 'label2id'>]?: BertConfigFields[Field];
} & { readonly numLabels?: number };

/**
 * Makes a configuration from its fields.
 *
 * @throws BertConfigError for a value that is not possible, alone or together with another.
 */
export function createBertConfig(options: BertConfigOptions = {}): BertConfig {
  return changeBertConfig(undefined, options);
}

/**
 * A copy of `base` with some fields changed; the fields Malmoi does not know stay.
 *
 * @throws BertConfigError as {@link createBertConfig}.
 */
export function withBertConfig(base: BertConfig, options: BertConfigOptions): BertConfig {
  return changeBertConfig(base, options);
}

function changeBertConfig(base: BertConfig | undefined, options: BertConfigOptions): BertConfig {
  const { id2label, numLabels, ...rest } = options;
  // JavaScript may pass undefined for a field it leaves alone, whatever the type says.
  const entries: [string, unknown][] = Object.entries(rest);
  const given = new Map(entries.filter(([, value]) => value !== undefined));
  const fields = readConfigFields(given, 'options', base);
  let labels = base ?? defaultLabels;
  if (id2label !== undefined) {
    labels = labelsFromNames(id2label, 'id2label');
  } else if (numLabels !== undefined) {
    labels = numberedLabels(numLabels, 'numLabels');
  }
  if (numLabels !== undefined && numLabels !== labels.id2label.length) {
    throw new BertConfigError('numLabels', numLabels, `${labels.id2label.length}, as in id2label`);
  }
  return assembleBertConfig(fields, labels, base?.unknownFields, base?.fieldOrder);
}

/** Puts checked parts together and checks how they fit. For this folder only. */
export function assembleBertConfig(
  fields: UnlabelledFields,
  labels: BertConfigLabels,
  unknownFields: ReadonlyMap<string, unknown> = new Map(),
  fieldOrder: readonly string[] = [],
): BertConfig {
  const config: BertConfig = Object.freeze({
    ...fields,
    id2label: labels.id2label,
    label2id: labels.label2id,
    numLabels: labels.id2label.length,
    unknownFields,
    fieldOrder,
  });
  checkConsistency(config);
  return config;
}
